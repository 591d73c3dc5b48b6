"""Documents cannot rot: the generated ones are what the code says, and links lead somewhere."""

import re
from pathlib import Path

import pytest

from piaohe.flow.states import diagram
from scripts.reference import DOCS, REFERENCES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_references_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == REFERENCES[name](), "run: make docs"


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_every_decision_is_listed() -> None:
    index = (DOCS / "decisions" / "README.md").read_text("utf-8")
    for page in (DOCS / "decisions").glob("0*.md"):
        assert page.name in index


def test_the_states_of_a_document_are_drawn_as_they_are() -> None:
    assert diagram().strip() in (DOCS / "operating.md").read_text("utf-8")
