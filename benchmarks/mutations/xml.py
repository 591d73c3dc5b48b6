"""Hostile XML made from a good one: bombs, lies about the encoding, absurd values, games."""

import re
from collections.abc import Callable
from random import Random

Mutator = Callable[[bytes, Random], bytes]

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>\s*")
_LEAF = re.compile(r"<([\w:.-]+)((?:\s[^<>]*)?)>([^<>]+)</\1>")
_OPENING = re.compile(r"<[\w:.-]+(?=[\s>/])")
_UTF8 = '<?xml version="1.0" encoding="UTF-8"?>\n'
_AMOUNTS = (
    *("NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1e9", "1E+400", "1e-400", "-0", "--1"),
    *("1_000", "0x10", "1,2,3", "9" * 40, "9" * 5_000, "0." + "0" * 3_000 + "1", "１２３．４５"),
    *("٣٤٥", "²", "½", "1/0", "12 34", "1.2.3", "¥", "+", ".", "null", "true", "-99999999999.99"),
)
_DATES = (
    *("0000-00-00", "9999-99-99", "2026-02-30", "10000-01-01", "-2026-01-01", "1970-01-01"),
    *(
        "2026-13-01",
        "20261301",
        "99999999999999",
        "2026-W10-3",
        "1e9",
        "二〇二六年三月",
        "0001-01-01",
    ),
    *("2026-03-15T25:61:61", "2199-12-31", "2026-03-15\x00", "2026年2月29日"),
)
_FIGURES = "0123456789"
_DIGITS = str.maketrans(_FIGURES, "０１２３４５６７８９")
_BOMB = "".join(
    f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' if level else '<!ENTITY e0 "ha">'
    for level in range(10)
)
_DTDS = (
    f"<!DOCTYPE x [{_BOMB}]>",
    '<!DOCTYPE x [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY e9 SYSTEM "http://127.0.0.1:9/x">]>',
    '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
    '<!DOCTYPE x SYSTEM "file:///etc/hosts">',
    '<!DOCTYPE x PUBLIC "-//A//B" "http://127.0.0.1:9/x.dtd">',
    '<!DOCTYPE x [<!ENTITY e9 "10.00">]>',
    "<!DOCTYPE x [" + "<!ELEMENT y ANY>" * 3_000 + "]>",
)


def text_of(data: bytes) -> str:
    """The document without its declaration, in whatever encoding it is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("gb18030", "replace")
    return _DECLARATION.sub("", text)


def _on_text(change: Callable[[str, Random], str]) -> Mutator:
    """A change of the text as a change of the bytes."""

    def mutated(data: bytes, random: Random) -> bytes:
        changed = change(text_of(data), random)
        return (_UTF8 + changed).encode("utf-8", "surrogatepass")

    mutated.__name__ = change.__name__
    return mutated


def _at_leaf(text: str, random: Random, change: Callable[[re.Match[str]], str], like: str) -> str:
    """The text with one leaf changed, one whose text matches `like` where there is any."""
    leaves = list(_LEAF.finditer(text))
    fitting = [leaf for leaf in leaves if re.fullmatch(like, leaf[3].strip())] or leaves
    if not fitting:
        return text
    leaf = random.choice(fitting)
    return text[: leaf.start()] + change(leaf) + text[leaf.end() :]


def _with_value(leaf: re.Match[str], value: str) -> str:
    return f"<{leaf[1]}{leaf[2]}>{value}</{leaf[1]}>"


def _inside(text: str, inner: str) -> str:
    """The text with something as the last child of its root."""
    at = text.rfind("</")
    return text[:at] + inner + text[at:] if at >= 0 else text + inner


def amount_absurd(text: str, random: Random) -> str:
    value = random.choice(_AMOUNTS)
    return _at_leaf(text, random, lambda leaf: _with_value(leaf, value), r"-?\d+\.\d+")


def amount_changed(text: str, random: Random) -> str:
    """One figure of one amount another one, as a forger would have it."""

    def changed(leaf: re.Match[str]) -> str:
        at = random.choice([at for at, char in enumerate(leaf[3]) if char in _FIGURES] or [-1])
        digit = str((_FIGURES.find(leaf[3][at]) + random.randint(1, 9)) % 10)
        return _with_value(leaf, leaf[3][:at] + digit + leaf[3][at:][1:])

    return _at_leaf(text, random, changed, r"-?\d+\.\d+")


def date_absurd(text: str, random: Random) -> str:
    value = random.choice(_DATES)
    return _at_leaf(text, random, lambda leaf: _with_value(leaf, value), r"\d{4}[-年].*")


def value_enormous(text: str, random: Random) -> str:
    value = random.choice(("9", "a", "发票", " ", "&#x20;", "1.")) * random.choice((5_000, 400_000))
    return _at_leaf(text, random, lambda leaf: _with_value(leaf, value), r".*")


def values_exchanged(text: str, random: Random) -> str:
    leaves = list(_LEAF.finditer(text))
    if len(leaves) < 2:
        return text
    first, second = sorted(random.sample(leaves, 2), key=lambda leaf: leaf.start())
    return "".join(
        (
            text[: first.start(3)],
            second[3],
            text[first.end(3) : second.start(3)],
            first[3],
            text[second.end(3) :],
        )
    )


def value_twice(text: str, random: Random) -> str:
    other = random.choice(("1.00", "26990000000000000001", "2020-01-01", "x", ""))
    twice = random.random() < 0.5

    def doubled(leaf: re.Match[str]) -> str:
        return _with_value(leaf, other) + leaf[0] if twice else leaf[0] + _with_value(leaf, other)

    return _at_leaf(text, random, doubled, r".*")


def leaf_missing(text: str, random: Random) -> str:
    for _ in range(random.choice((1, 3, 12))):
        text = _at_leaf(text, random, lambda leaf: "", r".*")
    return text


def cdata_games(text: str, random: Random) -> str:
    def played(leaf: re.Match[str]) -> str:
        value, at = leaf[3], len(leaf[3]) // 2
        return _with_value(
            leaf,
            random.choice(
                (
                    f"<![CDATA[{value}]]>",
                    f"<![CDATA[{value[:at]}]]><![CDATA[{value[at:]}]]>",
                    f"{value[:at]}<!-- {value} -->{value[at:]}",
                    f"{value[:at]}<?x {value}?>{value[at:]}",
                    f"<![CDATA[{value}]]>1",
                    f"<b>{value}</b>",
                    f"{value}<b>1</b>",
                    f"<![CDATA[{value}",
                    "<![CDATA[]]>" * 20_000 + value,
                )
            ),
        )

    return _at_leaf(text, random, played, r"[\d.]+")


def controls_inside(text: str, random: Random) -> str:
    marks = ("\x00", "\x01", "\x1b[2J", "\x7f", "\x85", "\u202e", "\u200b", "\ufffe", "\ud800")
    mark = random.choice(
        (*marks, "&#0;", "&#1;", "&#xD800;", "&#x110000;", "&#99999999999;", "\x0b")
    )

    def marked(leaf: re.Match[str]) -> str:
        at = random.randrange(len(leaf[3]))
        return _with_value(leaf, leaf[3][:at] + mark + leaf[3][at:])

    return _at_leaf(text, random, marked, r"[\d.]+")


def digits_foreign(text: str, random: Random) -> str:
    return _at_leaf(
        text, random, lambda leaf: _with_value(leaf, leaf[3].translate(_DIGITS)), r"[\d.-]+"
    )


def many_elements(text: str, random: Random) -> str:
    leaf = _LEAF.search(text)
    inner = random.choice(
        ("<x/>", "<Label><LabelName>1</LabelName></Label>", leaf[0] if leaf else "")
    )
    return _inside(text, inner * random.choice((30_000, 50_000)))


def many_lines(text: str, random: Random) -> str:
    """Thousands of lines of the table, each like the first."""
    line = re.search(
        r"<([\w:]*(?:IssuItemInformation|GoodsInfo|Tuple))[ >].*?</\1>", text, re.DOTALL
    )
    if line is None:
        return _inside(text, "<x/>" * 10_000)
    return text[: line.end()] + line[0] * random.choice((300, 2_500)) + text[line.end() :]


def deeply_nested(text: str, random: Random) -> str:
    depth = random.choice((90, 99, 101, 3_000, 200_000))
    return _inside(text, "<x>" * depth + "</x>" * (depth if random.random() < 0.8 else 0))


def document_type(text: str, random: Random) -> str:
    declared = random.choice(_DTDS) + text
    return _at_leaf(declared, random, lambda leaf: _with_value(leaf, "&e9;"), r"[\d.]+")


def entity_undeclared(text: str, random: Random) -> str:
    return _at_leaf(text, random, lambda leaf: _with_value(leaf, "&nbsp;&e9;"), r".*")


def attributes_enormous(text: str, random: Random) -> str:
    value = random.choice(
        (
            f' a="{"x" * 2_000_000}"',
            "".join(f' a{number}="1"' for number in range(20_000)),
            ' a="1" a="2"',
            ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
            ' xmlns="urn:x" xmlns:y="urn:x"',
        )
    )
    found = list(_OPENING.finditer(text))
    at = random.choice(found).end() if found else 0
    return text[:at] + value + text[at:]


def roots(text: str, random: Random) -> str:
    return random.choice(
        (
            text + text,
            f"<all>{text}{text}</all>",
            f"<all>{text}</all>",
            text + "<x/>",
            "<x/>" + text,
            f"<EInvoice>{text}</EInvoice>",
            _inside(text, text),
            f"<all>{text * 200}</all>",
            "",
            "<EInvoice/>",
        )
    )


def included(text: str, random: Random) -> str:
    return _inside(
        "<?xml-stylesheet type='text/xsl' href='file:///etc/passwd'?>" + text,
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"'
        f' parse="{random.choice(("text", "xml"))}"/>',
    )


def tags_broken(text: str, random: Random) -> str:
    found = list(re.finditer(r"[<>/]", text))
    spot = random.choice(found)
    put = random.choice(("", "<", ">", "</", "&", "<<", "<!--", "]]>", '="'))
    return text[: spot.start()] + put + text[spot.end() :]


def encoding_lies(data: bytes, random: Random) -> bytes:
    text = text_of(data)
    stated = random.choice(
        (
            "UTF-8",
            "UTF-16",
            "UTF-7",
            "GBK",
            "UTF-32",
            "IBM037",
            "Big5",
            "idna",
            "zlib_codec",
            "x" * 39,
        )
    )
    real = random.choice(
        ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-7", "gb18030", "utf-32", "cp037", "big5")
    )
    whole = f'<?xml version="1.0" encoding="{stated}"?>{text}'
    mark = random.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    return mark + whole.encode(real, "ignore")


XML: tuple[Mutator, ...] = (
    *map(
        _on_text,
        (
            amount_absurd,
            amount_changed,
            date_absurd,
            value_enormous,
            values_exchanged,
            value_twice,
            leaf_missing,
            cdata_games,
            controls_inside,
            digits_foreign,
            many_elements,
            many_lines,
            deeply_nested,
            document_type,
            entity_undeclared,
            attributes_enormous,
            roots,
            included,
            tags_broken,
        ),
    ),
    encoding_lies,
)
