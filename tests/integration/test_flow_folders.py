"""Watched folders on a real disk, with a clock of the test's own."""

import datetime
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import ErrorRecord, UsageError
from piaohe.cli.watch import _levels
from piaohe.flow.arrival import Door
from piaohe.flow.folders import WORKING, Folder, refuse_overlaps
from piaohe.flow.states import State, Step
from piaohe.store import Store
from piaohe.store.queued import Arrival

NOW = datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.UTC)
ERROR = ErrorRecord(code="encrypted_pdf", message="加密", hint="去掉密码", message_en="encrypted")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def watch(store: Store, clock: Clock, told: list[str], root: Path) -> Callable[..., Folder]:
    def make(limit: int = 50) -> Folder:
        return Folder(
            root=root,
            door=Door(store, lambda: NOW, limit),
            tell=lambda _, english: told.append(english),
            clock=clock,
            settle_seconds=3,
            max_bytes=1000,
        )

    return make


def settle(folder: Folder, clock: Clock) -> bool:
    folder.scan()
    clock.now += 3
    return folder.scan()


def arrivals(store: Store) -> list[Arrival]:
    with store.reading() as work:
        return work.arrivals.having(list(State))


def finish(store: Store, state: State, error: ErrorRecord | None = None) -> None:
    with store.unit_of_work() as work:
        arrival = work.arrivals.claim("w", NOW)
        assert arrival is not None
        if state is State.DEAD:
            work.arrivals.fail(arrival.id, Step.READ, ERROR, None)
        else:
            work.arrivals.finish(arrival.id, state, NOW, error)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_file_is_taken_when_it_stopped_growing(watch, store, clock, root: Path) -> None:
    folder, file = watch(), root / "a.pdf"
    for size in range(1, 5):
        file.write_bytes(b"x" * size)
        assert folder.scan()
        clock.now += 2
    assert arrivals(store) == []
    clock.now += 1
    folder.scan()
    (arrival,) = arrivals(store)
    assert store.originals.get(arrival.sha256) == b"xxxx"
    assert not file.exists()


def test_folders_name_batch_owner_and_department(watch, store, clock, root: Path) -> None:
    place = root / "三月" / "林小满" / "财务" / "更深"
    place.mkdir(parents=True)
    (place / "票 1.pdf").write_bytes(b"1")
    settle(watch(), clock)
    (arrival,) = arrivals(store)
    assert (arrival.batch, arrival.owner, arrival.department) == ("三月", "林小满", "财务")
    assert arrival.name == str(place / "票 1.pdf")


def test_done_and_failed_with_the_reason(watch, store, clock, root: Path) -> None:
    (root / "b").mkdir()
    for name in ("a.pdf", "b/a.pdf", "c.pdf"):
        (root / name).write_bytes(name.encode())
    folder = watch()
    assert settle(folder, clock)
    assert len([name for name in files(root) if name.startswith(WORKING)]) == 3
    finish(store, State.REVIEW)
    finish(store, State.UNREADABLE, ERROR)
    finish(store, State.DEAD)
    assert not folder.scan()
    names = {each.name: each.state for each in arrivals(store)}
    done = [Path(name).relative_to(root) for name, state in names.items() if state is State.REVIEW]
    bad = [
        Path(name).relative_to(root) for name, state in names.items() if state is not State.REVIEW
    ]
    expected = [f"done/{name}" for name in done]
    expected += [f"failed/{name}{end}" for name in bad for end in ("", ".txt")]
    assert files(root) == sorted(expected)
    assert "encrypted" in (root / "failed" / f"{bad[0]}.txt").read_text("utf-8")
    assert list((root / WORKING).iterdir()) == []


def test_a_name_that_is_taken_gets_another(watch, store, clock, root: Path) -> None:
    folder = watch()
    for content in (b"1", b"2"):
        (root / "a.pdf").write_bytes(content)
        settle(folder, clock)
        finish(store, State.ACCEPTED)
        folder.scan()
    assert files(root) == ["done/a.pdf", "done/a~2.pdf"]


def test_a_restart_finds_what_was_claimed(watch, store, clock, root: Path) -> None:
    claim = root / WORKING / "0" / "三月"
    claim.mkdir(parents=True)
    (claim / "a.pdf").write_bytes(b"claimed, then the power went")
    assert watch().scan()
    (arrival,) = arrivals(store)
    assert arrival.batch == "三月"
    # given up while nobody watched: that is said, and not tried again
    finish(store, State.DEAD)
    assert not watch().scan()
    assert files(root) == ["failed/三月/a.pdf", "failed/三月/a.pdf.txt"]
    assert arrivals(store)[0].state is State.DEAD


def test_putting_a_failed_file_in_again_tries_it_again(watch, store, clock, root: Path) -> None:
    folder = watch()
    (root / "a.pdf").write_bytes(b"1")
    settle(folder, clock)
    finish(store, State.DEAD)
    folder.scan()
    os.rename(root / "failed" / "a.pdf", root / "a.pdf")
    settle(folder, clock)
    assert arrivals(store)[0].state is State.WAITING


def test_links_are_never_followed(watch, store, clock, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.pdf").write_bytes(b"secret")
    (root / "link.pdf").symlink_to(outside / "secret.pdf")
    (root / "folder").symlink_to(outside, target_is_directory=True)
    (root / "done").symlink_to(outside, target_is_directory=True)
    (root / "a.pdf").write_bytes(b"1")
    folder = watch()
    settle(folder, clock)
    finish(store, State.ACCEPTED)
    folder.scan()
    assert files(outside) == ["secret.pdf"]
    assert len(arrivals(store)) == 1


def test_a_working_folder_that_is_a_link_takes_nothing(
    watch, store, clock, told, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (root / WORKING).symlink_to(tmp_path / "outside", target_is_directory=True)
    (root / "a.pdf").write_bytes(b"1")
    settle(watch(), clock)
    assert (root / "a.pdf").exists()
    assert "cannot move" in told[0]


def test_a_folder_that_vanishes_and_comes_back(watch, store, clock, told, root: Path) -> None:
    folder = watch()
    folder.scan()
    os.rename(root, f"{root}.away")
    assert folder.scan()
    assert folder.scan()
    os.rename(f"{root}.away", root)
    (root / "a.pdf").write_bytes(b"1")
    settle(folder, clock)
    assert len(arrivals(store)) == 1
    assert [("away" in line, "back" in line) for line in told] == [(True, False), (False, True)]


def test_a_full_queue_leaves_files_where_they_are(watch, store, clock, told, root: Path) -> None:
    for at in range(5):
        (root / f"{at}.pdf").write_bytes(str(at).encode())
    folder = watch(limit=2)
    assert settle(folder, clock)
    assert len(arrivals(store)) == 2
    assert len([name for name in files(root) if not name.startswith(WORKING)]) == 2
    for _ in range(5):
        if any(each.state is State.WAITING for each in arrivals(store)):
            finish(store, State.ACCEPTED)
        folder.scan()
        folder.scan()
    assert len(arrivals(store)) == 5
    assert len(told) >= 1


@pytest.mark.parametrize(
    "name", [".hidden.pdf", "a.pdf.part", "b.crdownload", "~$c.xlsx", "Thumbs.db", "d.TMP"]
)
def test_what_is_no_document_stays(watch, store, clock, root: Path, name: str) -> None:
    (root / name).write_bytes(b"1")
    assert not settle(watch(), clock)
    assert (root / name).exists()


def test_what_is_too_large_fails_with_the_reason(watch, store, clock, root: Path) -> None:
    (root / "big.pdf").write_bytes(b"x" * 1001)
    settle(watch(), clock)
    assert files(root) == ["failed/big.pdf", "failed/big.pdf.txt"]
    assert arrivals(store) == []


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_utf8(watch, store, clock, root: Path) -> None:
    raw = os.fsencode(root) + b"/\xb7\xa2\xc6\xb1.pdf"
    try:
        with open(raw, "wb") as file:
            file.write(b"1")
    except OSError:
        pytest.skip("this file system takes no such name")
    folder = watch()
    settle(folder, clock)
    finish(store, State.UNREADABLE, ERROR)
    folder.scan()
    assert os.path.exists(os.fsencode(root / "failed") + b"/\xb7\xa2\xc6\xb1.pdf.txt")


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a", "a/b"], "folders_overlap"),
        (["a", "a"], "folders_overlap"),
        (["home"], "folders_overlap"),
        (["home/x"], "folders_overlap"),
        (["."], "folders_overlap"),
        (["nowhere"], "no_folder"),
    ],
)
def test_folders_that_cannot_be_watched(tmp_path: Path, names: list[str], code: str) -> None:
    for name in ("a/b", "home/x", "c"):
        (tmp_path / name).mkdir(parents=True)
    with pytest.raises(UsageError) as refused:
        refuse_overlaps([tmp_path / name for name in names], tmp_path / "home")
    assert refused.value.record.code == code


def test_folders_beside_one_another_can_be_watched(tmp_path: Path) -> None:
    for name in ("a", "ab", "home"):
        (tmp_path / name).mkdir()
    folders = [tmp_path / "a", tmp_path / "ab"]
    assert refuse_overlaps(folders, tmp_path / "home") == [path.resolve() for path in folders]


@pytest.mark.parametrize("text", ["batch,batch", "what", "batch,owner,department,owner"])
def test_levels_that_mean_nothing(text: str) -> None:
    with pytest.raises(UsageError):
        _levels(text)
