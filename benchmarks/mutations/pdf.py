"""Hostile PDF files made from a good one: loops, bombs, rubbish in every place that is read."""

import base64
import re
import zlib
from collections.abc import Callable
from random import Random

from benchmarks.mutations.xml import XML, Mutator

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_NUMBER = re.compile(rb"(?<=[\s\[])-?\d+(?:\.\d+)?(?=[\s\]])")
_FIGURES = (
    *(b"0", b"-1", b"1e9", b"999999999999", b"2147483647", b"-2147483648", b"NaN", b"0.0000001"),
    *(b"9" * 400, b"(x)", b"null", b"/N", b"[]", b"<<>>", b"--5", b"4294967296", b"1.2.3"),
)
_BOXES = (
    *(b"[0 0 1000000000 1000000000]", b"[0 0 0 0]", b"[0 0 -9 -9]", b"[0 0 14400 1]", b"[]"),
    *(b"[0 0 20000 20000]", b"null", b"[a b c d]", b"[0 0 1e99 1e99]", b"[9 9 9 9 9 9]", b"7 0 R"),
)
_OBJECT = re.compile(rb"\n(\d+) 0 obj\s*<<((?:(?!endobj|stream).)*)>>\s*endobj", re.DOTALL)
_PACKED = re.compile(rb"<<([^<>]*?/Length (\d+)[^<>]*)>>\s*stream\r?\n")
MEBIBYTE = 1024 * 1024


def with_objects(pdf: bytes, objects: dict[int, bytes], trailer: bytes) -> bytes:
    """The file with an update at its end that adds or replaces objects."""
    data = bytearray(pdf)
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"\n%d 0 obj\n%s\nendobj\n" % (number, body)
    start = re.findall(rb"startxref\s+(\d+)", pdf)
    table = len(data)
    data += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in places.items())
    last = start[-1] if start else b"0"
    data += b"trailer\n<<%s /Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, last, table)
    return bytes(data)


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (more, len(content), content)


def _root(pdf: bytes) -> tuple[int, int, bytes]:
    """(number of the catalog, size, inside of the catalog)."""
    root = int((re.findall(rb"/Root (\d+)", pdf) or [b"1"])[-1])
    size = int((re.findall(rb"/Size (\d+)", pdf) or [b"50"])[-1])
    found = [found[2] for found in _OBJECT.finditer(pdf) if int(found[1]) == root]
    return root, size, found[-1] if found else b"/Type /Catalog"


def _trailer(root: int, size: int) -> bytes:
    return b"/Root %d 0 R /Size %d" % (root, size)


def _page(pdf: bytes) -> tuple[int, bytes]:
    """(number, inside) of the first page, as its last update has it."""
    pages: dict[int, bytes] = {}
    for found in _OBJECT.finditer(pdf):
        if re.search(rb"/Type\s*/Page\b(?!s)", found[2]):
            pages[int(found[1])] = found[2]
    return next(iter(pages.items()), (1, b"/Type /Page"))


def _page_with(pdf: bytes, content: dict[int, bytes], page_says: bytes) -> bytes:
    """The file with objects added and the page saying something more."""
    root, size, _ = _root(pdf)
    number, page = _page(pdf)
    objects = {size + at: body for at, body in content.items()}
    first = page_says.split()[0] if page_says else b"/X"
    page = re.sub(rb"%s (?:\d+ 0 R|\[[^\]]*\])" % re.escape(first), b"", page, count=1)
    objects[number] = b"<<%s %s>>" % (page, page_says)
    return with_objects(pdf, objects, _trailer(root, size + len(content)))


def references_looped(pdf: bytes, random: Random) -> bytes:
    known = [found[1] for found in _REFERENCE.finditer(pdf)]
    if not known:
        return pdf
    to, share = random.choice(known), random.choice((0.1, 0.5, 1.0))
    return _REFERENCE.sub(
        lambda found: (
            to.rjust(len(found[1]), b"0") + b" 0 R" if random.random() < share else found[0]
        ),
        pdf,
    )


def figures_absurd(pdf: bytes, random: Random) -> bytes:
    value = random.choice(_FIGURES)
    return _NUMBER.sub(lambda found: value if random.random() < 0.05 else found[0], pdf)


def pages_looped(pdf: bytes, random: Random) -> bytes:
    kids = re.search(rb"/Kids \[\s*(\d+) 0 R\s*\]", pdf)
    parent = re.search(rb"\n(\d+) 0 obj\s*<<[^<>]*/Kids", pdf)
    if not kids or not parent:
        return pdf
    root, size, _ = _root(pdf)
    both = b"%s 0 R %s 0 R " % (parent[1], kids[1])
    count = random.choice((b"1", b"1000000000", b"-5", b"30"))
    body = b"<</Type /Pages /Count %s /Kids [%s]>>" % (count, both * random.choice((1, 300)))
    return with_objects(pdf, {int(parent[1]): body}, _trailer(root, size))


def boxes_absurd(pdf: bytes, random: Random) -> bytes:
    says = random.choice((b"/MediaBox ", b"/CropBox ", b"/UserUnit ", b"/Rotate "))
    value = random.choice(_BOXES if b"Box" in says else _FIGURES)
    return _page_with(pdf, {}, says + value)


def table_broken(pdf: bytes, random: Random) -> bytes:
    own = re.findall(rb"startxref\s+(\d+)", pdf)[-1:] or [b"0"]
    choices = (
        (rb"startxref\s+\d+", b"startxref\n%d" % random.randrange(2 * len(pdf))),
        (rb"startxref\s+\d+", b"startxref\n-1"),
        (rb"trailer\s*<<", b"trailer\n<</Prev %s " % own[0]),
        (rb"trailer\s*<<", b"trailer\n<</XRefStm %s " % own[0]),
        (rb"\d{10} 00000 n", b"%010d 00000 n" % random.randrange(len(pdf))),
        (rb"xref\s+0 \d+", b"xref\n0 999999999"),
        (rb"/Size \d+", b"/Size %d" % random.choice((0, 1, 10**9))),
        (rb"/Root \d+", b"/Root %d" % random.choice((0, 1, 999))),
        (rb"\nxref", b"\nxerf"),
        (rb"\d+ 0 obj", b"7 0 obj"),
    )
    pattern, by = random.choice(choices)
    return re.sub(pattern, by, pdf, count=random.choice((0, 1)))


def bomb(pdf: bytes, random: Random) -> bytes:
    """A page whose instructions unpack to far more than any page needs, packed in some way."""
    size = random.choice((20, 60)) * MEBIBYTE
    piece = random.choice((b"q\n", b"0 0 1 1 re f\n", b"BT ET\n", b"\0"))
    packed = zlib.compress(piece * (size // len(piece)), 9)
    ways = (
        (packed, b"/Filter /FlateDecode "),
        (zlib.compress(packed, 9), b"/Filter [/FlateDecode /FlateDecode] "),
        (base64.a85encode(packed) + b"~>", b"/Filter [/ASCII85Decode /FlateDecode] "),
        (packed.hex().encode() + b">", b"/Filter [/AHx /Fl] "),
        (b"\x81 " * 40_000 + b"\x80", b"/Filter /RunLengthDecode "),
    )
    return _page_with(pdf, {0: stream(*random.choice(ways))}, b"/Contents %d 0 R" % _root(pdf)[1])


def contents_doubled(pdf: bytes, random: Random) -> bytes:
    """The same content stream many times over in one page."""
    _, page = _page(pdf)
    own = re.search(rb"/Contents (\d+ 0 R)", page)
    content = own[1] if own else b"1 0 R"
    many = b" ".join([content] * random.choice((2, 40, 3_000)))
    return _page_with(pdf, {}, b"/Contents [%s]" % many)


def forms_looped(pdf: bytes, random: Random) -> bytes:
    """Forms that draw each other, or themselves, several times each."""
    size, count = _root(pdf)[1], random.choice((1, 3, 12))
    forms = {
        level: stream(
            b"/F Do " * random.choice((1, 10)),
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</F %d 0 R>>>> "
            % (size + (level + 1) % count),
        )
        for level in range(count)
    }
    forms[count] = stream(b"/F Do " * 10)
    says = b"/Contents %d 0 R /Resources <</XObject <</F %d 0 R>>>>" % (size + count, size)
    return _page_with(pdf, forms, says)


def pictures_enormous(pdf: bytes, random: Random) -> bytes:
    size = _root(pdf)[1]
    wide, high = random.choice(
        ((60_000, 60_000), (2**31 - 1, 2**31 - 1), (1, 10**9), (8_000, 8_000))
    )
    filters = (
        b"/FlateDecode",
        b"/DCTDecode",
        b"/JPXDecode",
        b"/JBIG2Decode",
        b"/CCITTFaxDecode",
        b"/X",
    )
    head = b"/Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceRGB " % (
        wide,
        high,
    )
    data = random.choice((zlib.compress(bytes(MEBIBYTE)), random.randbytes(500), b""))
    image = stream(data, head + b"/Filter %s " % random.choice(filters))
    says = b"/Contents %d 0 R /Resources <</XObject <</I %d 0 R>>>>" % (size + 1, size)
    return _page_with(pdf, {0: image, 1: stream(b"500 0 0 500 0 0 cm /I Do")}, says)


def _attached(pdf: bytes, inside: list[tuple[bytes, bytes]]) -> bytes:
    root, size, catalog = _root(pdf)
    objects, names = {}, b""
    for at, (name, data) in enumerate(inside):
        file = size + 2 * at
        objects[file] = stream(zlib.compress(data, 1), b"/Type /EmbeddedFile /Filter /FlateDecode ")
        objects[file + 1] = b"<</Type /Filespec /F (%s) /EF <</F %d 0 R>>>>" % (name, file)
        names += b"(%s) %d 0 R " % (name, file + 1)
    catalog = re.sub(rb"/Names <<.*?>>>>(?:>>)?", b"", catalog, flags=re.DOTALL)
    objects[root] = b"<<%s /Names <</EmbeddedFiles <</Names [%s]>>>>>>" % (catalog, names)
    return with_objects(pdf, objects, _trailer(root, size + 2 * len(inside)))


def attachments_of_rubbish(pdf: bytes, random: Random) -> bytes:
    rubbish = (
        b"<EInvoice><EIid>1</EIid></EInvoice>",
        b"<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>",
        b"<" + random.randbytes(300),
        b"<x>" * 50_000,
        b"<x/>" * 3_000_000,
        b"%PDF-1.7",
        b"",
    )
    names = (b"../../x.xml", b"x.xml", b"\\376\\377\\330\\000", b"n" * 9_000)
    count = random.choice((1, 3, 120))
    return _attached(pdf, [(random.choice(names), random.choice(rubbish)) for _ in range(count)])


def attachment_hostile(change: Mutator) -> Mutator:
    """The XML attached to the PDF changed, where it has one."""

    def mutated(pdf: bytes, random: Random) -> bytes:
        for found in _PACKED.finditer(pdf):
            if b"EmbeddedFile" in found[1]:
                xml = zlib.decompress(pdf[found.end() : found.end() + int(found[2])])
                return _attached(pdf, [(b"x.xml", change(xml, random))])
        return attachments_of_rubbish(pdf, random)

    mutated.__name__ = f"in_attachment:{change.__name__}"
    return mutated


def signatures_of_rubbish(pdf: bytes, random: Random) -> bytes:
    root, size, catalog = _root(pdf)
    number, page = _page(pdf)
    ranges = (
        b"[0 10 20 30]",
        b"[0 -5 9 9]",
        b"[0 99999999999 0 1]",
        b"[]",
        b"null",
        b"[0 1]",
        b"[a b c d]",
    )
    values = (
        b"<00>",
        b"<308080>",
        b"()",
        b"<" + b"30" * 9_000 + b">",
        b"null",
        b"<" + random.randbytes(600).hex().encode() + b">",
    )
    kinds = (b"/adbe.pkcs7.detached", b"/ETSI.CAdES.detached", b"/adbe.x509.rsa_sha1", b"/X", b"9")
    value = b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter %s /ByteRange %s /Contents %s>>" % (
        random.choice(kinds), random.choice(ranges), random.choice(values),
    )  # fmt: skip
    parent = random.choice((b"", b"/Parent %d 0 R" % size, b"/Kids [%d 0 R]" % size))
    field = b"<</FT /Sig /T (s) /V %d 0 R /Subtype /Widget /Rect [0 0 9 9] %s>>" % (
        size + 1,
        parent,
    )
    objects = {
        size: field,
        size + 1: value,
        root: b"<<%s /AcroForm <</SigFlags 3 /Fields [%s]>>>>"
        % (catalog, b"%d 0 R " % size * random.choice((1, 1, 500))),
        number: b"<<%s /Annots [%d 0 R]>>" % (page, size),
    }
    return with_objects(pdf, objects, _trailer(root, size + 2))


def encrypted_falsely(pdf: bytes, random: Random) -> bytes:
    root, size, _ = _root(pdf)
    filters = (b"/Standard", b"/Foo", b"7")
    rubbish = random.randbytes(32).hex().encode()
    body = b"<</Filter %s /V %d /R %d /P -4 /Length 128 /O <%s> /U <%s>>>" % (
        random.choice(filters),
        random.choice((0, 1, 2, 4, 5, 99)),
        random.choice((2, 3, 4, 6, 99)),
        rubbish,
        rubbish,
    )
    return with_objects(pdf, {size: body}, _trailer(root, size + 1) + b" /Encrypt %d 0 R" % size)


def content_changed(change: Callable[[bytes, Random], bytes]) -> Mutator:
    """The instructions of the page unpacked, changed and put back."""

    def mutated(pdf: bytes, random: Random) -> bytes:
        contents = re.search(rb"/Contents (\d+) 0 R", _page(pdf)[1])
        number = contents[1] if contents else b"0"
        found = re.search(
            rb"\n%s 0 obj\s*<<(.*?)>>\s*stream\r?\n(.*?)endstream" % number, pdf, re.DOTALL
        )
        if found is None:
            return pdf
        data = found[2]
        if b"ASCII85" in found[1]:
            data = base64.a85decode(data.strip().removesuffix(b"~>"))
        if b"Flate" in found[1]:
            data = zlib.decompressobj().decompress(data)
        root, size, _ = _root(pdf)
        return with_objects(pdf, {int(number): stream(change(data, random))}, _trailer(root, size))

    mutated.__name__ = f"in_content:{change.__name__}"
    return mutated


def operators_repeated(content: bytes, random: Random) -> bytes:
    piece = random.choice((b"q ", b"0 0 9 9 re W n ", b"BT ", b"/F1 9 Tf ", b"0 0 999 999 re f "))
    return piece * random.choice((500, 100_000)) + content


def operators_dropped(content: bytes, random: Random) -> bytes:
    lines = content.split(b"\n")
    return b"\n".join(line for line in lines if random.random() > 0.05)


def strings_mixed(content: bytes, random: Random) -> bytes:
    """Two shown strings exchanged, as if their values stood in each other's cells."""
    found = list(re.finditer(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f]+>", content))
    if len(found) < 2:
        return content
    first, second = sorted(random.sample(found, 2), key=lambda match: match.start())
    return b"".join((
        content[: first.start()], second[0], content[first.end() : second.start()],
        first[0], content[second.end() :],
    ))  # fmt: skip


PDF: tuple[Mutator, ...] = (
    references_looped,
    figures_absurd,
    pages_looped,
    boxes_absurd,
    table_broken,
    bomb,
    contents_doubled,
    forms_looped,
    pictures_enormous,
    attachments_of_rubbish,
    signatures_of_rubbish,
    encrypted_falsely,
    *map(content_changed, (figures_absurd, operators_repeated, operators_dropped, strings_mixed)),
    *map(attachment_hostile, XML),
)
