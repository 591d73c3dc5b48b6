"""Why a container, or a member of one, is not read: one entry a code, with what to do about it."""

from ingest.refusals import Refusal
from models.errors import DocumentError

_SUSPICIOUS = (
    "疑为恶意或损坏的文件。请确认来源，在电脑上解压后只把发票文件放进来",
    "It may be malicious or damaged: check where it comes from, unpack it and give the invoices",
)
_SEND_AGAIN = (
    "请重新下载或请对方重新发送",
    "Download it again or ask the sender to send it again",
)
_NOTHING_TO_DO = ("无需处理", "Nothing to do")

REFUSALS = {
    "damaged_archive": Refusal(
        "压缩包已损坏或不完整，读不出目录",
        "The archive is damaged or incomplete: its directory cannot be read",
        *_SEND_AGAIN,
    ),
    "split_archive": Refusal(
        "压缩包是分卷压缩的一部分",
        "The archive is one volume of several",
        "请把所有分卷放在一起解压，再把里面的发票文件放进来",
        "Unpack all volumes together and give the invoices they hold",
    ),
    "encrypted_archive": Refusal(
        "压缩包有密码，无法打开",
        "The archive is protected by a password",
        "请用密码解压，再把里面的发票文件放进来",
        "Unpack it with its password and give the invoices it holds",
    ),
    "archive_bomb": Refusal(
        "压缩包内的数据互相重叠，或解压后异常膨胀",
        "The archive's data overlap, or unpack to far more than any document",
        *_SUSPICIOUS,
    ),
    "archive_too_large": Refusal(
        "解压后的总大小超过上限 {limit:.0f} MiB",
        "It unpacks to more than the limit of {limit:.0f} MiB",
        "请分成几个较小的压缩包或邮件",
        "Split it into several smaller archives or mails",
    ),
    "too_many_members": Refusal(
        "里面的文件超过上限 {limit} 个",
        "It holds more than the limit of {limit} files",
        "请分成几个较小的压缩包或邮件",
        "Split it into several smaller archives or mails",
    ),
    "damaged_mail": Refusal(
        "邮件已损坏或不完整，找不到其中的各部分",
        "The mail is damaged or incomplete: its parts cannot be found",
        "请从邮箱重新导出（另存为 .eml），或把附件另存出来",
        "Export it from the mailbox again (as .eml), or save its attachments",
    ),
    "no_documents": Refusal(
        "里面没有发票图片、PDF、OFD 或 XML（共 {count} 个其他文件）",
        "It holds no picture, PDF, OFD or XML of an invoice ({count} other files)",
        "如果邮件里是下载链接，请打开链接下载发票，再放进来",
        "If the mail gives a link, download the invoice from it and give that file",
    ),
    "damaged_member": Refusal(
        "该文件在压缩包里已损坏",
        "This file is damaged inside the archive",
        *_SEND_AGAIN,
    ),
    "encrypted_member": Refusal(
        "该文件有密码，无法解压",
        "This file is protected by a password",
        "请用密码解压，再单独放进来",
        "Unpack it with its password and give it by itself",
    ),
    "member_too_large": Refusal(
        "该文件解压后为 {size:.1f} MiB，超过上限 {limit:.0f} MiB",
        "This file unpacks to {size:.1f} MiB; the limit is {limit:.0f} MiB",
        "请拆分文件或降低扫描分辨率后重试",
        "Split the file or scan at a lower resolution",
    ),
    "unknown_method": Refusal(
        "该文件的压缩方法（{method}）不受支持",
        "This file is packed with a method ({method}) that is not supported",
        "请在电脑上解压，再重新压缩为普通 ZIP，或直接把文件放进来",
        "Unpack it and pack it anew as an ordinary ZIP, or give the file by itself",
    ),
    "nested_too_deep": Refusal(
        "嵌套超过 {limit} 层，没有继续打开",
        "Nested more than {limit} deep: not opened any further",
        "请解压后把里面的文件放进来",
        "Unpack it and give the files it holds",
    ),
    "empty_member": Refusal(
        "该文件是空的（0 字节）",
        "This file is empty (0 bytes)",
        *_SEND_AGAIN,
    ),
    "packed_mail": Refusal(
        "邮件附件被打包成了 {what}，无法取出",
        "The mail's attachments are packed as {what} and cannot be taken out",
        "请在邮件软件里打开邮件，把附件另存出来",
        "Open the mail in its program and save the attachments",
    ),
    "nothing_inside": Refusal(
        "里面没有发票文件，已略过",
        "It holds no invoice files: left aside",
        *_NOTHING_TO_DO,
    ),
    "foreign_file": Refusal(
        "不是发票文件（{what}），已略过",
        "No invoice file ({what_en}): left aside",
        *_NOTHING_TO_DO,
    ),
    "system_file": Refusal(
        "操作系统附带的文件，已略过",
        "A file of the operating system: left aside",
        *_NOTHING_TO_DO,
    ),
    "symbolic_link": Refusal(
        "只是指向别处的链接，已略过",
        "Only a link to somewhere else: left aside",
        *_NOTHING_TO_DO,
    ),
    "decoration": Refusal(
        "邮件里的小图（图标、签名、跟踪像素），已略过",
        "A small picture of the mail (logo, signature, tracking pixel): left aside",
        "如果它确实是发票，请作为附件或单独放进来",
        "If it is an invoice after all, give it as an attachment or by itself",
    ),
}

HARMLESS = frozenset(
    {"nothing_inside", "foreign_file", "system_file", "symbolic_link", "decoration"}
)
"""Codes of members nobody misses: worth a notice, no failure."""

OVERALL = frozenset({"too_many_members", "archive_too_large"})
"""Codes that are about the received container as a whole, however deep inside they come up."""


def refusal(code: str, **values: object) -> DocumentError:
    """The error for `code`, its texts filled with `values`."""
    return REFUSALS[code].error(code, values)
