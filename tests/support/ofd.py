"""Small OFD files made in memory, as plain or as crooked as a test wants them."""

import io
import zipfile
from collections.abc import Mapping
from html import escape

MM = 200 / 25.4
"""Pixels in a millimetre of a page."""

_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return memory.getvalue()


def xml(tag: str, inner: str, attributes: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:{tag} {_NS} {attributes}>{inner}</ofd:{tag}>'
    )


def page_xml(objects: str, area: str = "", templates: str = "") -> str:
    box = f"<ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>" if area else ""
    layer = f"<ofd:Layer>{objects}</ofd:Layer>"
    return xml("Page", f"{box}{templates}<ofd:Content>{layer}</ofd:Content>")


def members(
    *pages: str,
    area: str = "0 0 210 140",
    resources: str = "",
    common: str = "",
    lists: str = "",
    info: str = "",
    extra: Mapping[str, bytes | str] | None = None,
) -> dict[str, bytes | str]:
    """The members of an OFD whose page contents (whole files) are `pages`; ids are 1, 2, ..."""
    entries = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(1, len(pages) + 1)
    )
    size = f"<ofd:PageArea><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:PageArea>"
    body = (
        f"<ofd:CommonData>{size}<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{common}"
        f"</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>{lists}"
    )
    found: dict[str, bytes | str] = {
        "OFD.xml": ofd_xml(info),
        "Doc_0/Document.xml": xml("Document", body),
        "Doc_0/PublicRes.xml": xml("Res", resources, 'BaseLoc="Res"'),
    }
    for number, page in enumerate(pages, 1):
        found[f"Doc_0/Pages/Page_{number}/Content.xml"] = page
    return found | dict(extra or {})


def ofd_xml(info: str = "", root: str = "Doc_0/Document.xml", more: str = "") -> str:
    return xml(
        "OFD",
        f"<ofd:DocBody><ofd:DocInfo>{info}</ofd:DocInfo><ofd:DocRoot>{root}</ofd:DocRoot>{more}"
        "</ofd:DocBody>",
        'Version="1.0" DocType="OFD"',
    )


def ofd(*pages: str, **more: object) -> bytes:
    return zipped(members(*pages, **more))  # type: ignore[arg-type]


def text(
    string: str, x: float, y: float, inner: str = "", code: str = "", **attributes: object
) -> str:
    """A text object with its baseline at (x, y + 4) mm, set in characters of 4 mm.

    `inner` goes before the TextCode, `code` are attributes of it; DeltaX steps by 4 mm unless
    stated there.
    """
    if "Delta" not in code and len(string) > 1:
        code += f' DeltaX="g {len(string) - 1} 4"'
    code = code if " Y=" in f" {code}" else f'X="0" Y="4" {code}'
    stated = {"ID": "9", "Font": "1", "Size": 4, "Boundary": f"{x} {y} 60 6"} | attributes
    return (
        f"<ofd:TextObject {_written(stated)}>{inner}"
        f"<ofd:TextCode {code}>{escape(string)}</ofd:TextCode></ofd:TextObject>"
    )


def path(data: str, inner: str = "", **attributes: object) -> str:
    stated = {"ID": "8", "Boundary": "0 0 210 140"} | attributes
    return (
        f"<ofd:PathObject {_written(stated)}>{inner}"
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def square(x: float, y: float, side: float, color: str = "255 0 0", **attributes: object) -> str:
    """A filled square without an outline."""
    inner = f'<ofd:FillColor Value="{color}"/>'
    data = f"M {x} {y} L {x + side} {y} L {x + side} {y + side} L {x} {y + side} C"
    return path(data, inner, **{"Fill": "true", "Stroke": "false", **attributes})


def image(resource: str, box: str, **attributes: object) -> str:
    _, _, width, height = box.split()
    ctm = f"{width} 0 0 {height} 0 0"
    stated = {"ID": "7", "ResourceID": resource, "Boundary": box, "CTM": ctm} | attributes
    return f"<ofd:ImageObject {_written(stated)}/>"


def media(key: str, name: str) -> str:
    return (
        f'<ofd:MultiMedias><ofd:MultiMedia ID="{key}" Type="Image">'
        f"<ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias>"
    )


def _written(attributes: Mapping[str, object]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in attributes.items())
