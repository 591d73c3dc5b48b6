"""piaohe run: the main job. A folder is taken in, matched with ledgers, and reported on."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from models.errors import SettingsError, UsageError
from piaohe import pipeline, version
from piaohe.cli import run_summary
from piaohe.cli.ledgers import open_ledgers, tell_troubles
from piaohe.cli.paths import Unreachable, Walk, read_bytes, tell_left_out
from piaohe.cli.shell import Shell
from piaohe.clock import now, today
from piaohe.intake import How, Intake, Taken, kept_in, kin_in
from piaohe.judging.sightings import Sightings
from piaohe.learning.active import raise_alert
from piaohe.matching.kept import Book, Matched, match_kept
from piaohe.matching.told import options_for
from piaohe.opening import open_for_work
from piaohe.report import Item, Report, Unclaimed, write_html, write_xlsx
from piaohe.report.album import Album, width_for
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.tools import limits_of, make_tools

PICTURES = Path("cache") / "pictures"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `run`."""

    folder: Path
    ledgers: Sequence[Path] = ()
    home: Path | None = None
    report: Path = Path()


@dataclass(slots=True)
class Harvest:
    """What a folder gave: its documents by content, and how many files were met."""

    taken: dict[str, Taken] = field(default_factory=dict)
    copies: int = 0

    def add(self, taken: Taken) -> None:
        """Add a file; one with a content met already in this folder is only counted."""
        key = taken.document.sha256 or taken.document.file
        if key in self.taken:
            self.copies += 1
        else:
            self.taken[key] = taken

    def count(self, how: How) -> int:
        return sum(taken.how is how for taken in self.taken.values())


def run(shell: Shell, wanted: Wanted) -> int:
    """Do the main job and print what came of it. Gives the exit code."""
    if not os.path.isdir(wanted.folder):
        raise _no_folder(wanted.folder)
    settings = shell.settings(wanted.home)
    books = open_ledgers(wanted.ledgers, settings)
    _make_report_folder(wanted.report)
    with open_for_work(settings) as store:
        tools = make_tools(settings, today(), Sightings(kept_in(store), kin_in(store)))
        if tools.alert is not None:
            shell.complain(tools.alert)
            raise_alert(store, tools.alert, now())
        harvest = _take_in_folder(shell, wanted, settings, Intake(store, tools, now))
        tell_troubles(shell, store, wanted.ledgers)
        matched = match_kept(store, books, options_for(settings, now()), tools.context)
        report = _report(wanted.folder, harvest, matched, books)
        with shell.err.status(shell.say("正在写报告…", "writing the report…")):
            pages = _write(report, wanted.report, store, settings)
    run_summary.show(shell, report, harvest, pages)
    return 1 if report.summary.failed else 0


def _take_in_folder(shell: Shell, wanted: Wanted, settings: Settings, intake: Intake) -> Harvest:
    """Take in every file of the folder. What is kept stays kept if this is cut short."""
    # the home as a whole, and its parts for when it is itself the folder
    home = settings.home
    ours = (home, home / PICTURES.parent, *Store.places(home))
    walk = Walk(without=frozenset(path.resolve() for path in (*ours, *wanted.ledgers)))
    files = list(walk.files([wanted.folder]))
    tell_left_out(shell, walk)
    max_bytes = limits_of(settings).max_bytes
    harvest = Harvest()
    with _progress(shell) as progress:
        task = progress.add_task("", total=len(files))
        try:
            for file in files:
                if isinstance(file, Unreachable):
                    document = pipeline.not_taken_in(str(file.path), file.error)
                    harvest.add(Taken(document, How.LOST))
                else:
                    progress.update(task, description=_short(file.name))
                    harvest.add(intake.take(file, read_bytes(file, max_bytes)))
                progress.advance(task)
        except KeyboardInterrupt:
            done = len(harvest.taken) + harvest.copies
            shell.tell(
                f"已中断：{len(files)} 个文件中的 {done} 个已处理并保存，再次运行会接着做",
                f"stopped: {done} of {len(files)} files are done and kept; run again to go on",
            )
            raise
    return harvest


def _report(
    folder: Path,
    harvest: Harvest,
    matched: Matched,
    books: Sequence[Book],
) -> Report:
    entries = {entry.key: entry for book in books for entry in book.ledger.entries}
    items = []
    for taken in harvest.taken.values():
        document = taken.document
        inside = os.path.relpath(document.file, pipeline.printable(str(folder)))
        places = [(document.sha256 or "", index) for index in range(len(document.invoices))]
        invoices = tuple(
            matched.judged.get(place, invoice)
            for place, invoice in zip(places, document.invoices, strict=True)
        )
        shown = document.model_copy(update={"file": inside, "invoices": invoices})
        matches = tuple(matched.verdicts.get(place) for place in places)
        items.append(Item(shown, matches, known=taken.how is How.KNOWN))
    return Report(
        folder=pipeline.printable(folder.resolve().name or str(folder)),
        made_at=now(),
        items=items,
        unclaimed=[Unclaimed(verdict, entries.get(verdict.key)) for verdict in matched.left],
        ledgers=[book.ledger for book in books],
        version=version(),
    )


def _write(report: Report, folder: Path, store: Store, settings: Settings) -> list[Path]:
    """Write both reports and give where they are."""
    html, xlsx = folder / "report.html", folder / "report.xlsx"
    width = width_for(report.summary.invoices.count)
    album = Album(store.originals, settings.home / PICTURES, width, limits_of(settings))
    try:
        write_html(report, html, album)
        write_xlsx(report, xlsx)
    except OSError as error:
        raise _report_not_writable(folder, error) from error
    return [html, xlsx]


def _progress(shell: Shell) -> Progress:
    return Progress(
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=shell.err,
        transient=True,
        disable=not shell.err.is_terminal,
    )


def _short(name: str, most: int = 40) -> str:
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-most // 2 :]}"


def _make_report_folder(folder: Path) -> None:
    """Make sure that the report can be written before an hour of reading, not after."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _report_not_writable(folder, error) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _report_not_writable(folder, PermissionError())


def _report_not_writable(folder: Path, error: OSError) -> SettingsError:
    why = error.strerror or type(error).__name__
    return SettingsError(
        "report_not_writable",
        f"无法把报告写到 {folder}：{why}",
        "请用 --report 指定一个可写的文件夹，并检查磁盘空间；已入库的内容不受影响",
        message_en=f"the report cannot be written to {folder}: {why}",
        hint_en="name a writable folder with --report and check the disk; what is kept is safe",
    )


def _no_folder(folder: Path) -> UsageError:
    return UsageError(
        "no_folder",
        f"{folder} 不是文件夹",
        "请给出存放票据的文件夹；只读几个文件可以用 piaohe read",
        message_en=f"{folder} is no folder",
        hint_en="name the folder that holds the documents; for single files use piaohe read",
    )
