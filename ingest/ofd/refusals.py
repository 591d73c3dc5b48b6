"""Why an OFD file or one of its pages cannot be read: one entry a code, as in ingest.refusals."""

from ingest.refusals import Refusal
from models.errors import DocumentError

OFD_REFUSALS = {
    "damaged_ofd": Refusal(
        "OFD 已损坏，无法打开：{why}",
        "The OFD is damaged and cannot be opened: {why_en}",
        "请从开票平台或电子税务局重新下载原件",
        "Download the original again from the issuer or the tax bureau",
    ),
    "encrypted_ofd": Refusal(
        "OFD 已加密，无法打开",
        "The OFD is encrypted",
        "请向开票方索取未加密的原件",
        "Ask the issuer for the original without encryption",
    ),
    "ofd_too_complex": Refusal(
        "OFD {why}，不像一张发票",
        "The OFD {why_en}, which no invoice is or has",
        "请确认这是发票的原件；如果是，请在 OFD 阅读器中打开后导出为 PDF 再试",
        "Make sure it is the original of an invoice; if so, export it as PDF from an OFD reader",
    ),
    "damaged_page": Refusal(
        "OFD 第 {page} 页已损坏，无法读取",
        "Page {page} of the OFD is damaged and cannot be read",
        "请从开票平台或电子税务局重新下载原件；其他页不受影响",
        "Download the original again from the issuer or the tax bureau; other pages are read",
    ),
    "page_too_complex": Refusal(
        "OFD 第 {page} 页的图形过于复杂，无法绘制",
        "Page {page} of the OFD is too complex to be drawn",
        "请用 OFD 阅读器打开，导出为图片后重试；其他页不受影响",
        "Open it in an OFD reader and export it as a picture; other pages are read",
    ),
}


def refusal(code: str, **values: object) -> DocumentError:
    """The error for `code`, its texts filled with `values`."""
    return OFD_REFUSALS[code].error(code, values)


def damaged(why: str, why_en: str) -> DocumentError:
    return refusal("damaged_ofd", why=why, why_en=why_en)


def too_complex(why: str, why_en: str) -> DocumentError:
    return refusal("ofd_too_complex", why=why, why_en=why_en)
