"""Hostile OFD files made from a good one: cycles, absurd figures, floods, parts that lie."""

import re
import struct
import zlib
from collections.abc import Callable
from random import Random

from benchmarks.mutations.archive import (
    ARCHIVE,
    Members,
    in_member,
    on_members,
)
from benchmarks.mutations.xml import XML, Mutator

_NUMBER = re.compile(r"([\" ])-?\d+(?:\.\d+)?(?=[\" ])")
_FIGURES = (
    *("NaN", "Infinity", "-1e9", "1e9", "1e308", "1e999", "0", "-0", "9" * 400, "0x10", "1,5"),
    *("0.000000001", "-1", "", "x", "١", "1e-400", "2147483648", "99999999999999999999"),
)
_BOXES = (
    *("0 0 1000000000 1000000000", "0 0 0 0", "0 0 -210 -140", "0 0 NaN 140", "0 0 1e999 140"),
    *("0 0 210", "", "1e9 1e9 210 140", "0 0 100000 0.001", "0 0 20000 20000", "a b c d"),
)
_ID_OF = re.compile(r'((?:ResourceID|TemplateID|DrawParam|Font|Relative)=")\d+(?=")')


def _on_xml(change: Callable[[str, Random], str], ending: str) -> Mutator:
    """A change of the text of one XML member whose name ends so."""

    def changed(data: bytes, random: Random) -> bytes:
        return change(data.decode("utf-8", "replace"), random).encode("utf-8", "surrogatepass")

    changed.__name__ = change.__name__
    return in_member(changed, ending)


def _figure(text: str, random: Random, pattern: re.Pattern[str], values: tuple[str, ...]) -> str:
    """Some of what the pattern finds after its group made one of the values."""
    value, share = random.choice(values), random.choice((0.02, 0.3, 1.0))
    return pattern.sub(
        lambda found: found[1] + value if random.random() < share else found[0], text
    )


def coordinates_absurd(text: str, random: Random) -> str:
    return _figure(text, random, _NUMBER, _FIGURES)


def boxes_absurd(text: str, random: Random) -> str:
    pattern = re.compile(r"(Box>)[^<]+(?=<)")
    return _figure(text, random, pattern, _BOXES)


def steps_absurd(text: str, random: Random) -> str:
    steps = ("g 1000000000 4", "g -1 4", "g 1e9 1", "NaN", "g", "g g g", "g 99999999999999999999 0")
    return _figure(text, random, re.compile(r'(Delta[XY]=")[^"]*(?=")'), steps)


def many_codes(text: str, random: Random) -> str:
    code = '<ofd:TextCode X="0" Y="1">9</ofd:TextCode>' * random.choice((3_000, 30_000))
    return text.replace("</ofd:TextObject>", code + "</ofd:TextObject>", 1)


def many_objects(text: str, random: Random) -> str:
    found = re.search(r"<ofd:(?:Text|Path)Object.*?</ofd:(?:Text|Path)Object>", text, re.DOTALL)
    return text.replace("</ofd:Layer>", found[0] * 8_000 + "</ofd:Layer>", 1) if found else text


def long_text(text: str, random: Random) -> str:
    words = random.choice(("发票", "9", " ")) * random.choice((9_000, 300_000))
    return re.sub(r"(<ofd:TextCode[^>]*>)[^<]*", rf"\g<1>{words}", text, count=1)


def long_path(text: str, random: Random) -> str:
    step = random.choice(
        ("L 1 1 ", "B 1 1 2 2 3 3 ", "A 1 1 0 0 1 2 2 ", "L NaN 1e999 ", "M ", "Q ")
    )
    path = f"<ofd:AbbreviatedData>M 0 0 {step * random.choice((3_000, 120_000))}<"
    return re.sub(r"<ofd:AbbreviatedData>[^<]*<", path, text, count=1)


def text_changed(text: str, random: Random) -> str:
    """A figure of one printed text another one, as a forger would have it."""
    found = list(re.finditer(r"(?<=>)[^<>]*[0-9][^<>]*(?=</ofd:TextCode|]]>)", text))
    if not found:
        return text
    spot = random.choice(found)
    at = spot.start() + random.choice(
        [at for at, char in enumerate(spot[0]) if char in "0123456789"]
    )
    return text[:at] + str((int(text[at]) + random.randint(1, 9)) % 10) + text[at + 1 :]


def references_mixed(text: str, random: Random) -> str:
    """Numbers of templates, fonts, pictures and tagged objects exchanged among each other."""
    known = re.findall(r'ID="(\d+)"', text) or ["1"]
    pattern = random.choice((_ID_OF, re.compile(r"(>)\d+(?=</ofd:ObjectRef)")))
    return _figure(text, random, pattern, (random.choice(known), "999999", "-1", "x", ""))


def locations_mixed(members: Members, random: Random) -> None:
    """BaseLoc of pages, templates and lists led back to a file they come from, or outside."""
    targets = (
        *members,
        "/Doc_0/Document.xml",
        "../../../../etc/passwd",
        "",
        ".",
        "/",
        "file:///etc",
    )
    where = re.compile(rb'(BaseLoc="|(?:Res|Tags|ions|Root|ents|File)>)[^"<]+(?=["<])')
    names = [
        name for name in members if name.endswith(("Document.xml", "OFD.xml", "Res.xml", "s.xml"))
    ]
    for name in random.sample(names, min(len(names), 2)):
        target = random.choice(targets).encode()
        members[name] = where.sub(lambda found, to=target: found[1] + to, members[name])  # type: ignore[misc]


def templates_cyclic(members: Members, random: Random) -> None:
    """Templates that are set in themselves, and pages in each other."""
    for name, held in members.items():
        if name.endswith("Content.xml"):
            key = re.search(rb'TemplatePage ID="(\d+)"', members.get("Doc_0/Document.xml", b""))
            found = key[1] if key else b"21"
            more = b'<ofd:Template TemplateID="%s" ZOrder="Foreground"/>' % found
            members[name] = held.replace(b"<ofd:Content>", more * 40 + b"<ofd:Content>", 1)


def composites_cyclic(members: Members, random: Random) -> None:
    """Composite graphics that hold themselves, each several times over."""
    units = "".join(
        f'<ofd:CompositeGraphicUnit ID="90{level}" Width="9" Height="9"><ofd:Content>'
        + f'<ofd:CompositeObject ID="80{level}" Boundary="0 0 9 9" ResourceID="90{inner}"/>'
        * random.choice((1, 2, 30))
        + "</ofd:Content></ofd:CompositeGraphicUnit>"
        for level, inner in ((1, 2), (2, 3), (3, random.choice((1, 4))), (4, 4))
    )
    call = b'<ofd:CompositeObject ID="800" Boundary="0 0 9 9" ResourceID="901"/></ofd:Layer>'
    for name, held in members.items():
        if name.endswith("PublicRes.xml"):
            whole = f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits></ofd:Res>"
            members[name] = held.replace(b"</ofd:Res>", whole.encode())
        elif name.endswith("Content.xml"):
            members[name] = held.replace(b"</ofd:Layer>", call, 1)


def pages_many(members: Members, random: Random) -> None:
    name = "Doc_0/Document.xml"
    page = re.search(rb"<ofd:Page [^>]*/>", members.get(name, b""))
    if page:
        many = page[0] * random.choice((20, 600, 30_000))
        members[name] = members[name].replace(page[0], many, 1)


def pictures_wrong(members: Members, random: Random) -> None:
    """Pictures of another type, of rubbish, or that claim to be enormous."""
    wide, high = random.choice(((60_000, 60_000), (2**31 - 1, 1), (20_000, 4_000), (0, 0)))
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(100_000))), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    fakes = (
        png,
        b"<svg/>",
        b"%PDF-1.7",
        b"\x97JB2\r\n\x1a\n" + random.randbytes(400),
        b"GIF89a\xff\xff\xff\xff",
    )
    for name in list(members):
        if name.lower().endswith((".png", ".jpg", ".jb2", ".ttf", ".otf")):
            members[name] = random.choice((*fakes, random.randbytes(3_000)))


def signatures_of_rubbish(members: Members, random: Random) -> None:
    """A list of signatures whose seals, references and values are rubbish."""
    entries = "".join(
        f'<ofd:Signature ID="s{number}" Type="Seal" BaseLoc="Sign_{number % 3}/Signature.xml"/>'
        for number in range(random.choice((1, 3, 2_000)))
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    target = random.choice(
        ("/OFD.xml", "/Doc_0/Signs/Sign_0/Signature.xml", "../../etc/passwd", "")
    )
    value = random.choice(("AAAA", "%%%", "", "A" * 100_000))
    signature = (
        f'<ofd:Signature {space}><ofd:SignedInfo><ofd:Provider ProviderName="x"/>'
        f'<ofd:References CheckMethod="{random.choice(("1.2.156.10197.1.401", "MD5", "x", ""))}">'
        f'<ofd:Reference FileRef="{target}"><ofd:CheckValue>{value}</ofd:CheckValue>'
        '</ofd:Reference></ofd:References><ofd:StampAnnot ID="1" PageRef="21" '
        f'Boundary="{random.choice(_BOXES)}"/></ofd:SignedInfo>'
        "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()
    ders = (
        b"\x30\x80" * 5_000,
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x03\x02\x01",
        random.randbytes(900),
    )
    members["Doc_0/Signs/Signatures.xml"] = (
        f"<ofd:Signatures {space}>{entries}</ofd:Signatures>".encode()
    )
    for number in range(3):
        members[f"Doc_0/Signs/Sign_{number}/Signature.xml"] = signature
        members[f"Doc_0/Signs/Sign_{number}/SignedValue.dat"] = random.choice(ders)
    stated = b"<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>"
    members["OFD.xml"] = members["OFD.xml"].replace(b"</ofd:DocBody>", stated, 1)


OFD: tuple[Mutator, ...] = (
    *(
        _on_xml(change, "Content.xml")
        for change in (
            coordinates_absurd,
            boxes_absurd,
            steps_absurd,
            many_codes,
            many_objects,
            long_text,
            long_path,
            text_changed,
            references_mixed,
        )
    ),
    *(_on_xml(change, ".xml") for change in (coordinates_absurd, boxes_absurd, references_mixed)),
    *map(
        on_members,
        (
            locations_mixed,
            templates_cyclic,
            composites_cyclic,
            pages_many,
            pictures_wrong,
            signatures_of_rubbish,
        ),
    ),
    *(in_member(change, ".xml") for change in XML),
    *ARCHIVE,
)
