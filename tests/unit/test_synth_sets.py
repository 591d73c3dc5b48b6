"""Labelled folders say truly what is in them, and are the same every time."""

import json
from pathlib import Path

import pypdfium2
import pytest

import synth
from models.errors import UsageError
from synth.camera import Level
from synth.draw.textlayer import TextLayer
from synth.files import Job, Medium, make_file
from synth.order import Trait
from synth.sets import plan, write_set


def test_plan_takes_kinds_in_turn_and_repeats_itself() -> None:
    kinds = ("dz_normal", "taxi", "vat_special")
    jobs = plan(9, kinds, 4, photos=True)
    assert [job.documents[0].kind for job in jobs] == list(kinds) * 3
    assert jobs == plan(9, kinds, 4, photos=True)
    assert jobs != plan(9, kinds, 5, photos=True)
    assert len({job.name for job in jobs}) == 9


def test_without_photos_there_are_none() -> None:
    kinds = list(synth.KINDS)
    assert not any(job.medium is Medium.PHOTO for job in plan(60, kinds, 1, photos=False))
    media = {job.medium for job in plan(120, kinds, 1, photos=True)}
    assert media == set(Medium)


@pytest.mark.parametrize(
    ("kind", "traits", "code"),
    [("nothing", (), "unknown_kind"), ("quota", (Trait.RED,), "impossible_trait")],
)
def test_what_cannot_be_drawn_is_named(kind: str, traits: tuple[Trait, ...], code: str) -> None:
    with pytest.raises(UsageError, match=code) as caught:
        synth.make(kind, 1, traits=traits)
    assert (kind if not traits else traits[0].value) in caught.value.record.message


def test_a_written_set_has_a_label_a_document(tmp_path: Path) -> None:
    write_set(tmp_path, 3, ["dz_normal", "quota"], 2, photos=False)
    labels = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    files = {path.name for path in tmp_path.iterdir()} - {"labels.jsonl"}
    assert {label["file"] for label in labels} == files
    assert [label["form"] for label in labels] == ["dz_normal", "quota", "dz_normal"]
    for label in labels:
        if label["kind"] != "xml":
            assert label["boxes"]["number"]
            assert label["page"] == 0


def _text(data: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        text: str = document[page].get_textpage().get_text_range()
    finally:
        document.close()
    return text


def test_several_documents_in_one_pdf_know_their_pages() -> None:
    truths = tuple(synth.make("dz_passenger", seed) for seed in (1, 2, 3))
    made = make_file(Job("a.pdf", Medium.PDF, truths))
    assert [label["number"] for label in made.labels] == [truth.number for truth in truths]
    for label in made.labels:
        assert str(label["number"]) in _text(made.data, int(str(label["page"])))


def test_several_tickets_on_one_picture_have_regions_apart() -> None:
    truths = tuple(synth.make("bus", seed) for seed in (1, 2))
    made = make_file(Job("a.jpg", Medium.SCAN, truths, Level.SCAN))
    first, second = (label["region"] for label in made.labels)
    assert first != second
    assert [label["number"] for label in made.labels] == [truth.number for truth in truths]


def _layer(how: TextLayer) -> bytes:
    return synth.draw_pdf(synth.make("dz_fuel", 2), text=how)


@pytest.mark.parametrize("how", list(TextLayer))
def test_text_layers_are_the_same_every_time(how: TextLayer) -> None:
    assert _layer(how) == _layer(how)


def test_each_text_layer_is_what_it_says() -> None:
    truth = synth.make("dz_fuel", 2)
    assert truth.number in _text(_layer(TextLayer.SEPARATE))
    joined = _text(_layer(TextLayer.JOINED))
    assert any(f"{colon}{gap}{truth.number}" in joined for colon in "：:" for gap in ("", " "))
    assert "发票" not in _text(_layer(TextLayer.GARBLED))
    assert _text(_layer(TextLayer.OUTLINES)).strip() == ""
    assert any("\u2f00" <= char <= "\u2fd5" for char in _text(_layer(TextLayer.RADICALS)))
    assert b"<0000>" in _layer(TextLayer.NULS)
    assert b"STSong" in _layer(TextLayer.UNEMBEDDED)


def test_words_kept_back_are_used_only_where_asked_for() -> None:
    usual, kept = synth.make("dz_fuel", 2), synth.make("dz_fuel", 2, kept=True)
    assert usual.seller != kept.seller
    assert (usual.kept, kept.kept) == (False, True)
