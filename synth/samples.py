"""The folder samples/: a dozen invoices of one invented company and what its ledger says."""

from pathlib import Path

from models.forms import Form
from synth.aside import Aside
from synth.camera import Level
from synth.drawing import make
from synth.files import Job, Medium
from synth.ledgers import tax_export
from synth.order import Trait
from synth.originals import dialects_of
from synth.sets import write_files
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


def documents() -> list[Job]:
    """The sample documents, the last one a second copy of an earlier one."""

    def ours(form: Form, seed: int) -> Truth:
        return make(form, seed, buyer=OWN_COMPANY)

    meal = ours(Form.DZ_NORMAL, 9)
    private = make(Form.VAT_E_NORMAL, 9, traits=(Trait.PRIVATE_BUYER,))
    return [
        Job("01-dz-special.pdf", Medium.PDF, (ours(Form.DZ_SPECIAL, 3),)),
        Job("02-dz-normal.pdf", Medium.PDF, (meal,)),
        _original("03-dz-special.ofd", ours(Form.DZ_SPECIAL, 9), "ofd:portal"),
        _original("04-dz-normal.xml", ours(Form.DZ_NORMAL, 8), "xml:portal-0.35"),
        Job("05-dz-special.png", Medium.SCREENSHOT, (ours(Form.DZ_SPECIAL, 10),)),
        Job("06-dz-normal.png", Medium.SCREENSHOT, (ours(Form.DZ_NORMAL, 7),)),
        Job("07-vat-special.jpg", Medium.SCAN, (ours(Form.VAT_SPECIAL, 7),), Level.SCAN),
        Job("08-vat-normal.jpg", Medium.SCAN, (ours(Form.VAT_NORMAL, 10),), Level.SCAN),
        Job("09-vat-special.jpg", Medium.PHOTO, (ours(Form.VAT_SPECIAL, 8),), Level.PHOTO),
        Job("10-vat-e-normal.pdf", Medium.PDF, (ours(Form.VAT_E_NORMAL, 3),)),
        # bought by a private person, so no ledger of the company can know it
        Job("11-vat-e-normal.png", Medium.SCREENSHOT, (private,)),
        Job("12-dz-normal-again.jpg", Medium.SCAN, (meal,), Level.SCAN),
    ]


def _original(file: str, truth: Truth, name: str) -> Job:
    """The document as the electronic original of that name."""
    original = {each.name: each for each in dialects_of(truth)}[name]
    return Job(file, Medium(original.medium), (truth,), None, original)


def ledger_entries(files: list[Job]) -> list[Truth]:
    """The invoices the ledger lists; the last of them has no document."""
    entries = [entry for file in files if (entry := _entry(file))]
    return [*entries, make(Form.DZ_NORMAL, 2, buyer=OWN_COMPANY)]


def _entry(file: Job) -> Truth | None:
    """What the ledger says of a document; nothing for those it lacks and for a second copy."""
    mark, truth = file.name[:2], file.documents[0]
    if mark in _UNKNOWN_TO_LEDGER or "again" in file.name or isinstance(truth, Aside):
        return None
    if mark == _WRONG_IN_LEDGER:
        wrong = truth.number[:-1] + str((int(truth.number[-1]) + 5) % 10)
        return truth.model_copy(update={"number": wrong})
    return truth
