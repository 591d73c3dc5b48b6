"""What is said where a request cannot be met: by HTTP status, and by the code of the problem."""

TITLES = {
    400: ("请求有误", "Bad request"),
    401: ("需要登录", "Sign in first"),
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    405: ("不支持的操作", "Method not allowed"),
    409: ("现在不能这样做", "Not possible now"),
    412: ("内容已被改动", "Changed meanwhile"),
    413: ("文件太大", "Too large"),
    422: ("内容不可用", "Not usable"),
    428: ("缺少版本", "Version missing"),
    429: ("太多了", "Too many"),
    500: ("程序内部错误", "Internal error"),
    503: ("暂时不能服务", "Not available"),
}

PROBLEMS = {
    "signed_out": ("请先登录。", "Sign in first."),
    "not_allowed": (
        "你的角色没有这项权限，请联系管理员。",
        "Your roles do not allow this; ask the administrator.",
    ),
    "foreign_request": (
        "这个请求不是从本站页面发出的。请刷新页面后再试。",
        "This request did not come from our page. Reload the page and try again.",
    ),
    "not_found": (
        "没有这一项，或你无权查看。",
        "There is no such thing, or you may not see it.",
    ),
    "no_picture": ("这一页没有可显示的图。", "This page has no picture."),
    "bad_request": ("请求有误。", "The request is wrong."),
    "bad_cursor": (
        "游标无效，请从第一页开始。",
        "The cursor is no good; begin with the first page.",
    ),
    "invalid": ("有的内容填写不对。", "Some of what was sent is not as it should be."),
    "too_large": ("文件超过大小限制。", "The file is larger than is taken."),
    "empty_file": ("文件是空的。", "The file is empty."),
    "too_many_waiting": (
        "排队的文件太多，请稍后再试。",
        "Too many files are waiting; try again later.",
    ),
    "held": ("别人正在处理这张发票。", "Somebody else is at this invoice."),
    "decided": ("已有结论；要改请先撤销。", "It is decided; take that back first."),
    "not_decided": ("还没有结论。", "Nothing is decided yet."),
    "reject_open": (
        "有阻断的问题，不能通过：请更正、退回或拒绝。",
        "Findings block it: correct, return or reject it.",
    ),
    "second_person": (
        "须由另一位有审批权的人批准，且不能是提交人、更正人或第一位复核人。",
        "Another person with the right to approve has to, neither who handed it in, corrected it "
        "nor accepted it first.",
    ),
    "reason_missing": ("请写明原因。", "Say why."),
    "unusable_value": ("这个值不能用在这个字段。", "This cannot be a value of the field."),
    "key_reused": (
        "这个幂等键已用于另一个请求。",
        "This idempotency key was used for another request.",
    ),
    "no_version": (
        "请用 If-Match 说明看到的版本。",
        "Say in If-Match which version was seen.",
    ),
    "stale": (
        "内容已被别人改动，请核对后再保存。",
        "Somebody changed it meanwhile; compare, then save again.",
    ),
    "store_unusable": (
        "数据库或存储暂时不能使用。请稍后再试；若一直如此，请把代码告诉管理员。",
        "The database or the storage cannot be used just now. Try again in a moment; if it lasts,"
        " tell the administrator the code.",
    ),
    "original_missing": (
        "这份原件不在应在的地方。请把代码告诉管理员。",
        "This original is not where it should be. Tell the administrator the code.",
    ),
    "internal_error": (
        "程序内部错误。已保存的内容不受影响，请稍后再试。",
        "An internal error. What was saved is unharmed; try again later.",
    ),
    "bad_password": ("现在的密码不对。", "The present password is wrong."),
    "bad_login": ("用户名或密码不对。", "The user name or the password is wrong."),
    "too_many_tries": (
        "失败次数太多，请 15 分钟后再试。",
        "Too many failed tries; wait 15 minutes.",
    ),
    "bad_link": (
        "链接已用过、已过期或不对。请管理员重新发一个。",
        "The link was used, is too old or wrong. Ask the administrator for a new one.",
    ),
    "bad_name": (
        "用户名只能有文字、数字和 . _ - @，不超过 64 个。",
        "A user name has letters, digits and . _ - @ only, 64 at most.",
    ),
    "name_taken": ("这个用户名已有人用。", "This user name is taken."),
    "bad_roles": ("请至少选一个角色。", "Choose a role at least."),
    "last_administrator": ("至少要留一位管理员。", "One administrator has to stay."),
    "bad_scopes": ("请至少选一项你自己有的权限。", "Choose scopes that you have yourself."),
    "too_short": (
        "密码太短，至少 10 个字符。",
        "The password is too short; 10 characters or more.",
    ),
    "too_long": ("密码太长。", "The password is too long."),
    "too_plain": ("密码太容易猜。", "The password is too easy to guess."),
    "too_many_requests": (
        "请求太频繁，请按 Retry-After 稍后再试。",
        "Too many requests; wait as Retry-After says.",
    ),
    "too_many_streams": (
        "同时打开的事件连接太多，请稍后再试。",
        "Too many streams of events are open; try again later.",
    ),
    "done_before": (
        "这个请求已经做过；密文只显示一次，不再重复。",
        "This was done before; a secret is shown once and not repeated.",
    ),
    "too_many_hooks": (
        "回调地址太多，请先删掉不用的。",
        "There are too many webhooks; remove one.",
    ),
    "bad_kinds": (
        "没有这种事件。可用 document.*、invoice.*、claim.* 等。",
        "There are no such events; take document.*, invoice.*, claim.* and the like.",
    ),
    "bad_url": ("这个地址不能用。", "This address cannot be used."),
    "no_https": ("地址须以 https 开头。", "The address has to be https."),
    "private_address": (
        "地址在本机或内网；如确需使用，请在设置里打开 web.hooks_private。",
        "The address is of this machine or a private network; web.hooks_private allows that.",
    ),
    "unknown_host": ("找不到这个主机。", "There is no such host."),
    "bad_host": ("地址不对。", "This is not our address."),
}
