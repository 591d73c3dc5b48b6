"""The good files the hostile ones are made from: drawn here, and those of a folder."""

import email.policy
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import synth
from benchmarks.hostile_worker import Seed
from benchmarks.mutations.archive import packed
from synth import originals

FORMATS = ("pdf", "ofd", "xml", "xbrl", "zip", "eml")
_KINDS = ("dz_special", "dz_normal", "rail_e", "air_e", "dz_construction", "vat_e_normal", "fiscal")
_SEED = 7


def seeds(formats: Sequence[str], folder: Path | None = None, kinds: int = 7) -> list[Seed]:
    """Good files of these formats from the first `kinds` kinds of document, and from a folder.

    Of each dialect the first kind that has it is drawn, of PDFs every kind without data inside.
    """
    drawn = _drawn(set(formats), _KINDS[:kinds])
    simple = [
        next((one for one in drawn if one.kind == kind), None) for kind in ("xml", "ofd", "pdf")
    ]
    inside = {f"票{at}.{one.suffix}": one.data for at, one in enumerate(simple) if one}
    if "zip" in formats:
        drawn.append(Seed("zip", "all of them", packed(inside.items())))
        drawn.append(Seed("zip", "one of them", packed(list(inside.items())[:1])))
    if "eml" in formats:
        drawn += [Seed("eml", "files", _mail(inside)), _mail_of_archive(inside)]
    if folder is not None:
        drawn += [one for path in sorted(folder.iterdir()) if (one := _found(path)) is not None]
    return [one for one in drawn if one.kind in formats]


def _drawn(formats: set[str], kinds: Sequence[str]) -> list[Seed]:
    wanted = formats | ({"xml", "ofd", "pdf"} if formats & {"zip", "eml"} else set())
    found: dict[tuple[str, str], Seed] = {}
    for kind in kinds:
        truth = synth.make(kind, seed=_SEED)
        if "pdf" in wanted:
            found["pdf", kind] = Seed("pdf", kind, synth.draw_pdf(truth))
        for original in originals.dialects_of(truth):
            is_xbrl = original.name == "xml:xbrl"
            form = "xbrl" if is_xbrl else original.medium
            key = (form, kind if is_xbrl else original.name)
            if form in wanted and key not in found:
                data = originals.draw_original(truth, original)
                found[key] = Seed(form, f"{kind} {original.name}", data)
    return list(found.values())


def _mail(inside: dict[str, bytes]) -> bytes:
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"], mail["From"], mail["To"] = "发票", "a@example.com", "b@example.com"
    mail.set_content("请查收")
    for name, data in inside.items():
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    mail.set_boundary("boundary-of-the-mail")  # else it is random
    return mail.as_bytes()


def _mail_of_archive(inside: dict[str, bytes]) -> Seed:
    return Seed("eml", "archive", _mail({"发票.zip": packed(inside.items())}))


def _found(path: Path) -> Seed | None:
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS or not path.is_file():
        return None
    data = path.read_bytes()
    if kind == "xml" and b"xbrl" in data[:2_000].lower():
        kind = "xbrl"
    return Seed(kind, path.name, data)
