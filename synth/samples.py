"""The folder samples/: a dozen invoices of one invented company and what its ledger says."""

from pathlib import Path

from models.forms import Form
from synth.degrade import Level
from synth.drawing import make
from synth.ledger import tax_export
from synth.sets import Planned, as_pdf, as_photo, as_png, write_files
from synth.truth import Party, Truth

OWN_COMPANY = Party(
    name="北京青鹭川科技有限公司",
    tax_id="91110108MU3UY2PU8K",
    address="北京市海淀区竹影街88号5幢 010-55512806",
    bank="云屿银行北京海淀支行 6220318845017729",
)
"""The buyer of all samples but one. Invented."""

README = """\
# Sample invoices / 示例发票

All of it is invented: companies, people, tax ids, numbers and amounts belong to nobody
(本目录全部为虚构数据，与任何真实企业或个人无关).
The documents, `labels.jsonl` and `ledger.xlsx` were drawn by this repository's `synth` package:
`python -c "import pathlib, synth; synth.write_samples(pathlib.Path('samples'))"`.
"""

SETTINGS = f"""\
# The settings `make demo` runs with: whose invoices these are meant to be.
[[entities]]
name = "{OWN_COMPANY.name}"
tax_id = "{OWN_COMPANY.tax_id}"
"""

_UNKNOWN_TO_LEDGER = {"06", "11"}
_WRONG_IN_LEDGER = "05"


def write_samples(folder: Path) -> None:
    """Write the samples, labels.jsonl, ledger.xlsx, piaohe.toml and README.md into `folder`.

    The ledger knows most of them, lists one with a wrong digit in its number, lacks two, and has
    one invoice of which there is no document. Raises DependencyMissing without fonts.
    """
    files = documents()
    write_files(folder, files)
    (folder / "ledger.xlsx").write_bytes(tax_export(ledger_entries(files)))
    (folder / "piaohe.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "README.md").write_text(README, encoding="utf-8")


def documents() -> list[Planned]:
    """The sample documents, the last one a second copy of an earlier one."""

    def ours(form: Form, seed: int) -> Truth:
        return make(form, seed, buyer=OWN_COMPANY)

    meal = ours(Form.DZ_NORMAL, 9)
    return [
        as_pdf(ours(Form.DZ_SPECIAL, 3), "01-dz-special"),
        as_pdf(meal, "02-dz-normal"),
        as_pdf(ours(Form.DZ_SPECIAL, 9), "03-dz-special"),
        as_pdf(ours(Form.DZ_NORMAL, 8), "04-dz-normal"),
        as_png(ours(Form.DZ_SPECIAL, 10), "05-dz-special"),
        as_png(ours(Form.DZ_NORMAL, 7), "06-dz-normal"),
        as_png(ours(Form.VAT_SPECIAL, 7), "07-vat-special"),
        as_png(ours(Form.VAT_NORMAL, 10), "08-vat-normal"),
        as_photo(ours(Form.VAT_SPECIAL, 8), "09-vat-special", Level.PHOTO),
        as_pdf(ours(Form.VAT_E_NORMAL, 3), "10-vat-e-normal"),
        # bought by a private person, so no ledger of the company can know it
        as_png(make(Form.VAT_E_NORMAL, 9), "11-vat-e-normal"),
        as_photo(meal, "12-dz-normal-again", Level.SCAN),
    ]


def ledger_entries(files: list[Planned]) -> list[Truth]:
    """The invoices the ledger lists; the last of them has no document."""
    entries = [entry for file in files if (entry := _entry(file))]
    return [*entries, make(Form.DZ_NORMAL, 2, buyer=OWN_COMPANY)]


def _entry(file: Planned) -> Truth | None:
    """What the ledger says of a document; nothing for those it lacks and for a second copy."""
    mark = file.name[:2]
    if mark in _UNKNOWN_TO_LEDGER or "again" in file.name:
        return None
    if mark == _WRONG_IN_LEDGER:
        number = file.truth.number
        wrong = number[:-1] + str((int(number[-1]) + 5) % 10)
        return file.truth.model_copy(update={"number": wrong})
    return file.truth
