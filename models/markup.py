"""XML from strangers: parsed with no DTD, no entities, and limits on size and depth."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from models.errors import DocumentError

_MOST_BYTES = 10 * 1024 * 1024
_MOST_ELEMENTS = 40_000
_DEEPEST = 100
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def parse(data: bytes, name: str = "") -> Element:
    """The root element, tags without their namespaces. `name` is said in the error.

    Accepts UTF-8, UTF-16 and GB18030 with or without mark and declaration; control characters are
    dropped, as issuers leave them in. A document of more than 10 MiB, 40,000 elements or 100
    levels, with a DTD or with entities of its own raises DocumentError (code damaged_xml or
    xml_too_complex).
    """
    if len(data) > _MOST_BYTES:
        raise _too_complex(name, "大于 10 MB", "is larger than 10 MB")
    text = _CONTROLS.sub("", _DECLARATION.sub("", _decoded(data, name).lstrip("\ufeff"), count=1))
    parser: Any = XMLParser(target=_Builder(name), forbid_dtd=True)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except DefusedXmlException as error:
        raise damaged(name, "含有 DTD 或实体声明", "declares a DTD or entities") from error
    except (ParseError, ValueError, AssertionError) as error:
        raise damaged(name, "不是完整的 XML", "is not well-formed XML") from error
    return root


def text_of(parent: Element, path: str) -> str | None:
    """The text at `path` below `parent`, stripped; None where there is none or it is empty."""
    found = parent.find(path)
    text = "" if found is None else "".join(found.itertext()).strip()
    return text or None


def every(parent: Element, tag: str) -> Iterator[Element]:
    """All elements of that name anywhere below `parent`, in document order."""
    return parent.iter(tag)


def damaged(name: str, why: str, why_en: str) -> DocumentError:
    """The error for XML that cannot be used; `why` completes "文件 …"."""
    return DocumentError(
        "damaged_xml",
        f"XML {name} 无法读取：{why}".replace("  ", " "),
        "请从开票平台或电子税务局重新下载原件",
        message_en=f"XML {name} cannot be read: it {why_en}".replace("  ", " "),
        hint_en="download the original again from the issuer or the tax bureau",
    )


def _too_complex(name: str, why: str, why_en: str) -> DocumentError:
    return DocumentError(
        "xml_too_complex",
        f"XML {name} {why}，不像一张发票".replace("  ", " "),
        "请确认这是发票的原件",
        message_en=f"XML {name} {why_en}, which no invoice is".replace("  ", " "),
        hint_en="make sure this is the original of an invoice",
    )


@dataclass(slots=True)
class _Count:
    elements: int = 0
    depth: int = 0


class _Builder(TreeBuilder):
    """Builds the tree while it is small enough, and drops namespaces."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._count = _Count()

    def start(self, tag: Any, attrs: dict[Any, Any]) -> Element:
        self._count.elements += 1
        self._count.depth += 1
        if self._count.elements > _MOST_ELEMENTS:
            raise _too_complex(self._name, "元素超过 40,000 个", "has more than 40,000 elements")
        if self._count.depth > _DEEPEST:
            raise _too_complex(self._name, "嵌套超过 100 层", "is nested deeper than 100 levels")
        return super().start(local(tag), {local(key): value for key, value in attrs.items()})

    def end(self, tag: Any) -> Element:
        self._count.depth -= 1
        return super().end(local(tag))


def local(tag: str) -> str:
    """A tag or attribute name without its namespace."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def _decoded(data: bytes, name: str) -> str:
    """The text, by its mark, by its declaration, or by what decodes."""
    stated = _ENCODING.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    names = [stated[1].decode("ascii").lower()] if stated else []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names = ["utf-16"]
    elif data[:2] in (b"<\0", b"\0<"):
        names = ["utf-16-le" if data[:2] == b"<\0" else "utf-16-be"]
    names = ["gb18030" if item in ("gb2312", "gbk", "gb18030") else item for item in names]
    for encoding in (*names, "utf-8", "gb18030"):
        if encoding not in _KNOWN:
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise damaged(name, "文字编码无法识别", "is in an unknown encoding")


_KNOWN = frozenset({"utf-8", "utf8", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "us-ascii"})
