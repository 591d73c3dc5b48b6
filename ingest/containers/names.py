"""Names of members: told from bytes, made harmless, put in the order people count in.

A name is a label. Nothing is ever written under it.
"""

import re
import unicodedata

_LONGEST = 200
_CHARSETS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "cp936", "ms936", "x-gbk", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cp950"), "big5hkscs"),
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("iso-8859-1", "latin1", "windows-1252", "cp1252"), "cp1252"),
    "hz-gb-2312": "hz",
    "utf-16": "utf-16",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp",
    "euc-kr": "cp949",
}
"""Character sets a mail may name; GB2312 in mails is GB18030 more often than not."""

_SYSTEM_FILE = re.compile(
    r"(?:^|/)(?:__MACOSX/|\$RECYCLE\.BIN/|System Volume Information/"
    r"|\._[^/]*$|~\$[^/]*$|\.DS_Store$|\.localized$|(?:eh)?thumbs\.db$|desktop\.ini$|icon\r?$)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"\.(?:jpe?g|jpe|jfif|png|webp|tiff?|bmp|dib|gif|heic|heif|hif)$", re.IGNORECASE
)
_DOCUMENT = re.compile(r"\.(?:pdf|ofd|xml|xbrl|zip|eml|msg)$", re.IGNORECASE)


def from_bytes(raw: bytes, charset: str = "") -> str:
    """The text of a name whose character set is `charset`, or not known or not true.

    Chinese programs write GBK where a format says nothing; UTF-8 is believed only where the
    bytes bear it out. Two-byte UTF-8 alone does not: many pairs of it are GBK characters too.
    """
    named = _CHARSETS.get(charset.strip().lower())
    order = ["gb18030", "utf-8"] if _is_ambiguous(raw) else ["utf-8", "gb18030"]
    for name in [named, *order] if named else order:
        try:
            return raw.decode(name)
        except UnicodeError:
            continue
    return raw.decode("cp437")


def _is_ambiguous(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 of no character beyond two bytes, yet not plain ASCII."""
    return not raw.isascii() and all(byte < 0xE0 for byte in raw)


def harmless(name: str, fallback: str) -> str:
    """The name as a relative path of printable characters, or `fallback` if nothing is left.

    Drive letters, leading slashes, "." and ".." and characters that are not seen are dropped.
    """
    if len(name) > 4 * _LONGEST:
        name = name[: 2 * _LONGEST] + name[-2 * _LONGEST :]
    seen = "".join(
        character
        for character in unicodedata.normalize("NFC", name)
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
    )
    parts = (part.strip() for part in re.sub(r"^\s*[A-Za-z]:", "", seen).split("/"))
    clean = "/".join(part for part in parts if part not in {"", ".", ".."})
    return _shortened(clean) or fallback


def _shortened(name: str) -> str:
    """A name of bearable length that keeps its end, where the extension is."""
    if len(name) <= _LONGEST:
        return name
    return name[: _LONGEST // 2] + "…" + name[1 - _LONGEST // 2 :]


def is_system_file(name: str) -> bool:
    """Whether an operating system leaves such files behind: resource forks, thumbnails, ..."""
    return _SYSTEM_FILE.search(name) is not None


def is_picture_name(name: str) -> bool:
    """Whether the extension is that of a picture."""
    return _PICTURE.search(name) is not None


def claims_document(name: str) -> bool:
    """Whether the extension says that an invoice may be inside."""
    return is_picture_name(name) or _DOCUMENT.search(name) is not None


def natural_order(name: str) -> tuple[tuple[int, int | str], ...]:
    """A key that sorts page2 before page10."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    return tuple((0, int(piece)) if piece.isdecimal() else (1, piece) for piece in pieces if piece)
