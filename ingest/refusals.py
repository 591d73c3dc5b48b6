"""Why a file or a page cannot be read: one entry a code, with what the user can do about it."""

from typing import NamedTuple

from models.errors import DocumentError


class Refusal(NamedTuple):
    """What is said of a file that cannot be read; the texts are filled with values by name."""

    message: str
    message_en: str
    hint: str
    hint_en: str

    def error(self, code: str, values: dict[str, object]) -> DocumentError:
        return DocumentError(
            code,
            self.message.format(**values),
            self.hint.format(**values),
            message_en=self.message_en.format(**values),
            hint_en=self.hint_en.format(**values),
        )


REFUSALS = {
    "empty_file": Refusal(
        "文件是空的（0 字节）",
        "The file is empty (0 bytes)",
        "请重新下载或重新发送该文件",
        "Download or send the file again",
    ),
    "file_too_large": Refusal(
        "文件为 {size:.1f} MiB，超过上限 {limit:.0f} MiB",
        "The file is {size:.1f} MiB; the limit is {limit:.0f} MiB",
        "请拆分文件或降低扫描分辨率后重试",
        "Split the file or scan at a lower resolution",
    ),
    "not_a_document": Refusal(
        "不是发票图片或 PDF，内容是{what}",
        "Neither a picture nor a PDF: the content is {what_en}",
        "{hint}",
        "{hint_en}",
    ),
    "unsupported_type": Refusal(
        "暂不支持读取{what}",
        "Not read yet: {what_en}",
        "{hint}",
        "{hint_en}",
    ),
    "image_too_large": Refusal(
        "图片为 {pixels:.0f} 百万像素，超过上限 {limit:.0f} 百万像素",
        "The picture has {pixels:.0f} megapixels; the limit is {limit:.0f}",
        "请缩小图片或降低扫描分辨率后重试",
        "Scale the picture down or scan at a lower resolution",
    ),
    "image_too_small": Refusal(
        "第 {page} 页的图片只有 {width}×{height} 像素，看不出内容",
        "The picture of page {page} is only {width}x{height} pixels: nothing can be read on it",
        "请提供原图，而不是缩略图或图标",
        "Send the original picture, not a thumbnail or an icon",
    ),
    "truncated_image": Refusal(
        "第 {page} 页的图片不完整，文件中途断了",
        "The picture of page {page} is cut off: the file ends too early",
        "请重新下载、重新拍照或重新扫描",
        "Download it again, or take the photo or scan again",
    ),
    "damaged_image": Refusal(
        "第 {page} 页的图片已损坏，无法解码",
        "The picture of page {page} is damaged and cannot be decoded",
        "请用看图软件打开确认，另存为 JPEG 或 PNG 后重试，或重新拍照、扫描",
        "Open it in a picture viewer and save it as JPEG or PNG, or take it again",
    ),
    "encrypted_pdf": Refusal(
        "PDF 有密码，无法打开",
        "The PDF is protected by a password",
        "请用密码打开后另存（打印）为无密码的 PDF，或向开票方索取无密码的文件",
        "Open it with its password and save (print) it without one, or ask the issuer for one",
    ),
    "damaged_pdf": Refusal(
        "PDF 已损坏，无法打开",
        "The PDF is damaged and cannot be opened",
        "请重新下载，或用 PDF 阅读器打开后另存再试",
        "Download it again, or open it in a PDF reader and save it anew",
    ),
    "damaged_page": Refusal(
        "PDF 第 {page} 页已损坏，无法读取",
        "Page {page} of the PDF is damaged and cannot be read",
        "请重新下载，或用 PDF 阅读器打开后另存再试；其他页不受影响",
        "Download it again, or open it in a PDF reader and save it anew; other pages are read",
    ),
    "pdf_too_complex": Refusal(
        "PDF 的绘图指令展开后相当于 {limit:.0f} MiB 以上，疑为恶意或损坏的文件",
        "The PDF unpacks to more than {limit:.0f} MiB of drawing instructions, or as good as",
        "请向提供者索取原件，或在 PDF 阅读器中打开后另存为图片再试",
        "Ask whoever gave it for the original, or save it as a picture in a PDF reader",
    ),
    "page_too_complex": Refusal(
        "PDF 第 {page} 页的图形过于复杂，绘制超时",
        "Page {page} of the PDF is too complex: drawing it takes too long",
        "请用 PDF 阅读器打开，另存（导出）为 JPEG 或 PNG 图片后重试；其他页不受影响",
        "Open it in a PDF reader and save it as JPEG or PNG; other pages are read",
    ),
    "too_many_pages": Refusal(
        "文件有 {pages} 页，超过上限 {limit} 页",
        "The file has {pages} pages; the limit is {limit}",
        "请拆分成每份不超过 {limit} 页的文件",
        "Split it into files of at most {limit} pages",
    ),
}


def refusal(code: str, **values: object) -> DocumentError:
    """The error for `code`, its texts filled with `values`."""
    return REFUSALS[code].error(code, values)


def image_too_large(pixels: int, limit: int) -> DocumentError:
    """The error for a picture of more than `limit` pixels."""
    return refusal("image_too_large", pixels=pixels / 1e6, limit=limit / 1e6)
