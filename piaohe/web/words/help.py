"""Help beside every screen: short, for whoever is at the screen."""

from collections.abc import Collection
from typing import NamedTuple

from piaohe.access import Permission

P = Permission


class Told(NamedTuple):
    """A heading and what is said under it; `needs` is the permission of those it is for."""

    title: tuple[str, str]
    text: tuple[str, str]
    needs: P | None = None


class Key(NamedTuple):
    """A key, and what it does."""

    keys: str
    does: tuple[str, str]


class Help(NamedTuple):
    """The help of a screen: what is done there, step by step, and its keys."""

    title: tuple[str, str]
    told: tuple[Told, ...]
    keys: tuple[Key, ...] = ()

    def parts(self, may: Collection[P]) -> list[Told]:
        """What is for somebody with these permissions."""
        return [one for one in self.told if one.needs is None or one.needs in may]


_HELP_KEY = Key("?", ("打开或关闭帮助", "open or close help"))

SCREENS = {
    "documents": Help(
        ("我的票据", "My documents"),
        (
            Told(
                ("上传", "Upload"),
                (
                    "把文件拖到虚线框，或点框选择；“选择文件夹”一次交整个文件夹，ZIP 会自动拆开。"
                    "同一份文件交两次只算一次。",
                    "Drop files into the dashed frame, or click it to choose. “Choose a folder” "
                    "takes a whole folder; a ZIP is opened. The same file twice counts once.",
                ),
            ),
            Told(
                ("状态", "States"),
                (
                    "识别中：几秒后自动更新。无问题：不用再做什么。需复核：由财务看一眼。"
                    "有阻断：看原因，读错就更正，票面有误就换开。已退回：按原因更正后重新提交。",
                    "Being read: updates by itself within seconds. Clean: nothing left to do. To "
                    "review: finance has a look. Blocked: read why; correct what was misread, or "
                    "ask for a new invoice. Returned: correct it as asked, then hand it in again.",
                ),
            ),
            Told(
                ("取消与重试", "Cancel and try again"),
                (
                    "还在识别的可以“取消”；未能识别或已取消的可以“重试”。",
                    "“Cancel” stops what is still being read; “Try again” is for what could not "
                    "be read or was cancelled.",
                ),
            ),
        ),
        (_HELP_KEY,),
    ),
    "capture": Help(
        ("拍发票", "Capture"),
        (
            Told(
                ("拍照", "Take the picture"),
                (
                    "点“打开相机”，让整张票入镜。框变绿、拿稳，就会自动拍；也可以按大圆钮。"
                    "浏览器不给用相机时，用“拍照”或“相册或文件”。",
                    "Tap “Open the camera” and show all of the paper. When its outline is green "
                    "and you hold still, the picture takes itself; or press the round button. "
                    "Where the browser refuses the camera, use the other two buttons.",
                ),
            ),
            Told(
                ("核对", "Check"),
                (
                    "几秒后出现识别结果。标黄、标红的请对照纸票，改好后点“保存”。",
                    "What was read appears within seconds. Compare what is yellow or red with the "
                    "paper, correct it and save.",
                ),
            ),
            Told(
                ("没有网络", "Without a net"),
                (
                    "照片先存在手机里，有网后自动上传。等它显示“已上传”再清除浏览器数据。",
                    "Pictures wait in the phone and go out when the net is back. Do not clear the "
                    "browser's data before that.",
                ),
            ),
        ),
    ),
    "claims": Help(
        ("报销", "Claims"),
        (
            Told(
                ("填单", "Make a claim"),
                (
                    "“新建报销单”，写事由，放入已上传的票据或直接拍照。页面会一直告诉你还缺什么，"
                    "齐了就能“提交”。",
                    "Make a new claim, say what for, put papers in or photograph them there. The "
                    "page always says what is missing; when nothing is, hand it in.",
                ),
            ),
            Told(
                ("被退回", "Returned"),
                (
                    "按原因改好，再提交一次；原来的票据都还在。",
                    "Change what was asked for and hand it in again; its papers are still there.",
                ),
            ),
            Told(
                ("审核", "Check"),
                (
                    "逐张看问题和金额，“通过”或写明原因“退回”。超过限额的由另一位有审批权的人批准，"
                    "自己的单子不能自己批。",
                    "Look at findings and amounts, then accept, or return with a reason. Above the "
                    "limit a second person approves; nobody approves their own.",
                ),
                P.CLAIMS_CHECK,
            ),
            Told(
                ("付款", "Pay"),
                (
                    "“待付款”里是已批准的单子；付款后“记为已付款”。",
                    "Approved claims wait to be paid; note each as paid afterwards.",
                ),
                P.CLAIMS_PAY,
            ),
        ),
        (Key("j / k", ("下一张、上一张票据", "next, previous paper")), _HELP_KEY),
    ),
    "queue": Help(
        ("待复核", "To review"),
        (
            Told(
                ("次序", "Order"),
                (
                    "最要紧的排在最前：先看风险，也可以按金额或时间。点“从第一张开始”一张接一张做。",
                    "What matters most stands first: by risk, or by amount or age. “Begin with the "
                    "first” takes you through one after another.",
                ),
            ),
            Told(
                ("筛选", "Filters"),
                (
                    "点标签筛选，再点一次去掉。别人正在处理的会写明，不会两个人同时做一张。",
                    "Click a chip to filter, once more to take it off. What somebody else is at "
                    "says so; no two people do one invoice.",
                ),
            ),
        ),
        (
            Key("j / k", ("下一张、上一张", "next, previous")),
            Key("Enter", ("打开", "open")),
            Key("/", ("到搜索框", "to the search box")),
            _HELP_KEY,
        ),
    ),
    "review": Help(
        ("复核发票", "Review an invoice"),
        (
            Told(
                ("看", "Look"),
                (
                    "先看“问题”，再看票面。光标进入字段，票面上的位置会亮；点票面上的框，就到那个字段。",
                    "Findings first, then the picture. A field that has the cursor is lit in the "
                    "picture; click a box there and you are in its field.",
                ),
            ),
            Told(
                ("定", "Decide"),
                (
                    "没问题按 a 通过，自动到下一张。读错按 e 更正，Ctrl+Enter 保存，再通过。"
                    "要提交人补充按 b 退回；不该付的按 x 拒绝；都要写原因。按错了按 u 撤销。",
                    "Press a to accept; the next one comes by itself. Press e to correct a "
                    "misreading, Ctrl+Enter to save, then accept. b returns it to the submitter, x "
                    "rejects it, both with a reason. u takes the last step back.",
                ),
            ),
            Told(
                ("第二个人", "The second person"),
                (
                    "自己提交或自己改过的、超过限额的，由另一位有审批权的人批准。",
                    "What you handed in or corrected yourself, or what is above the limit, another "
                    "person with the right to approve has to approve.",
                ),
            ),
            Told(
                ("登录过期或断网", "Signed out, or no net"),
                (
                    "输入的内容留在这个标签页里，登录后还在，再保存一次即可。",
                    "What you typed stays in this tab; sign in, and save it again.",
                ),
            ),
        ),
        (
            Key("a", ("通过或批准", "accept or approve")),
            Key("e", ("更正", "correct")),
            Key("Ctrl+Enter", ("保存更正", "save corrections")),
            Key("b", ("退回", "return")),
            Key("x", ("拒绝", "reject")),
            Key("u", ("撤销上一步", "take the last step back")),
            Key("l", ("加一行明细", "add a line")),
            Key("+ − 0 r", ("放大、缩小、复原、旋转", "zoom in, out, fit, rotate")),
            Key("n", ("下一张", "next")),
        ),
    ),
    "search": Help(
        ("查找", "Find"),
        (
            Told(
                ("怎么找", "What to type"),
                (
                    "号码的一部分、名称里的两个字、金额、项目都行。也可以写一句话，例如"
                    "“上个月 打车 100以上 未入账”，会变成上方的标签，逐个可去掉。",
                    "A part of a number, two characters of a name, an amount or an item will do. "
                    "So will a phrase such as “last month taxi over 100 unbooked”: it becomes "
                    "chips, each of which can be taken off.",
                ),
            ),
            Told(
                ("保存和导出", "Save and export"),
                (
                    "“保存当前条件”留作视图。勾选几张或不勾选（全部）后“导出”成表格；"
                    "ZIP 带原件和索引。",
                    "Keep filters as a view. Tick some, or none for all, and export them as a "
                    "sheet; ZIP holds the originals and an index.",
                ),
            ),
        ),
        (
            Key("/", ("到搜索框", "to the search box")),
            Key("↑ ↓", ("在结果中移动", "move through the results")),
            Key("Enter", ("打开", "open")),
            _HELP_KEY,
        ),
    ),
    "overview": Help(
        ("概览", "Overview"),
        (
            Told(
                ("数字从哪来", "What is counted"),
                (
                    "按开票日期计入月份，每张发票只算一次；重复的、被拒绝或退回的、有阻断的另列。"
                    "点任何数字，看到的正是它背后的票据。",
                    "Every invoice counts once, in the month of its date; copies and what was "
                    "refused or is blocked stand apart. Click any figure to see exactly the "
                    "documents behind it.",
                ),
            ),
            Told(
                ("换一段时间", "Another time"),
                (
                    "点上方的常用期间，或选起止月份和单位，再点“查看”。",
                    "Click a period above, or choose months and a company, then Show.",
                ),
            ),
            Told(
                ("缺的和不一致的", "What is missing"),
                (
                    "“台账中没有或不一致”按原因列出，每个原因写着下一步做什么。",
                    "What the ledger lacks or has otherwise is listed by cause, each with what to "
                    "do next.",
                ),
            ),
            Told(
                ("预计", "What is expected"),
                (
                    "由过去几个月试算最准的方法得出；浅色一段是大约八成可能落入的范围，不是承诺。",
                    "Comes from the way that was least wrong on past months. The pale part is "
                    "where about four in five lie; it promises nothing.",
                ),
            ),
            Told(
                ("带走", "Take it away"),
                (
                    "页底可下载 XLSX、CSV，或打印。下载会记录在案。",
                    "XLSX and CSV are at the end of the page, and so is printing. Downloads are "
                    "recorded.",
                ),
            ),
        ),
        (_HELP_KEY,),
    ),
    "people": Help(
        ("人员", "People"),
        (
            Told(
                ("邀请", "Invite"),
                (
                    "填用户名和姓名，选角色，点“邀请”，把一次性链接交给本人，由他自己设密码。"
                    "链接 24 小时内有效，过期可“重新发链接”。",
                    "Give a user name and a name, choose roles, and hand the one-time link to the "
                    "person, who sets a password. It is good for 24 hours; make a new one later.",
                ),
            ),
            Told(
                ("角色", "Roles"),
                (
                    "提交人交票；经办看全部；复核看票并决定；审批做第二人；财务付款；"
                    "管理员管人。一个人可以有几个角色。",
                    "Submitters hand in; clerks see everything; reviewers decide; approvers are "
                    "the second person; finance pays; administrators keep the people. One person "
                    "may hold several.",
                ),
            ),
            Told(
                ("离开的人", "Who leaves"),
                (
                    "去掉“可登录”再保存，立刻不能再用；做过的事留在经过里。",
                    "Untick “May sign in” and save: they are out at once, and what they did stays "
                    "in the history.",
                ),
            ),
            Told(
                ("人多时", "Among many"),
                (
                    "按姓名或用户名的一部分、按角色查找；每页 50 人。",
                    "Search by a part of the name or user name, or by role; 50 people a page.",
                ),
            ),
        ),
        (_HELP_KEY,),
    ),
    "account": Help(
        ("账户", "Account"),
        (
            Told(
                ("密码", "Password"),
                (
                    "修改时要输入现在的密码；改好后别处的登录都退出，这里不用重新登录。"
                    "忘了密码请管理员“重新发链接”。",
                    "To change it you give the present one; everywhere else you are then signed "
                    "out, and here you go on. Where it is lost, ask an administrator for a link.",
                ),
            ),
            Told(
                ("API 令牌", "API tokens"),
                (
                    "给程序用的钥匙：起名、选权限、定期限。令牌只显示一次，请立即复制；不用了就“撤销”。",
                    "Keys for programs: name one, choose what it may do and for how long. It is "
                    "shown once, so copy it; revoke it when it is no longer used.",
                ),
            ),
        ),
        (_HELP_KEY,),
    ),
}

_PATHS = (
    ("/documents/", "documents"),
    ("/capture", "capture"),
    ("/claims", "claims"),
    ("/review/", "review"),
    ("/review", "queue"),
    ("/search", "search"),
    ("/overview", "overview"),
    ("/people", "people"),
    ("/account", "account"),
)


def screen_of(path: str) -> str:
    """The screen a path belongs to, by its name in SCREENS; empty where there is no help."""
    found = next((name for start, name in _PATHS if path.startswith(start)), "")
    return found or ("documents" if path == "/" else "")
