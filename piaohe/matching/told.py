"""What matching is told besides invoices and ledgers, as it is kept: what people linked, what the
check platform answered, which red letters were begun, how the sources fared."""

import datetime
from collections.abc import Iterable, Mapping

import reconcile
from models.portal import SourceHealth, SourceState
from piaohe.settings import Settings
from piaohe.store import Import, Work


def options_for(settings: Settings, now: datetime.datetime) -> reconcile.Options:
    """What the settings say: our companies, and how long an invoice may take to reach a ledger."""
    return reconcile.Options(
        now=now,
        entities=tuple(company.tax_id for company in settings.entities),
        lag=datetime.timedelta(hours=settings.policy.upload_lag_hours),
    )


def told(
    work: Work,
    options: reconcile.Options,
    index: reconcile.Index,
    keys: Iterable[str] | None = None,
) -> reconcile.Options:
    """The options with all that is kept; what is in them already is added to. `keys` are the
    invoices whose answers matter; by default all."""
    health = [*options.sources, *health_of(work, index.sources)]
    failed = tuple(reconcile.Failed(key=file, texts=(file,)) for file in work.leads.unread())
    return options.model_copy(
        update={
            "links": (*options.links, *links_in(work, index)),
            "portal": {**work.answers.newest(keys), **options.portal},
            "confirmations": {**work.confirmations.all(), **options.confirmations},
            "sources": tuple({each.source: each for each in health}.values()),
            "failed": (*options.failed, *failed),
        }
    )


def links_in(work: Work, index: reconcile.Index) -> list[reconcile.Link]:
    """The decisions in force, in the names matching has: an entry without a number by where it
    stands now, an invoice without a key by its file."""
    standing = work.links.standing()
    if not standing:
        return []
    wanted = {each.content for each in standing if each.content}
    places = _by_content(index, wanted) if wanted else {}
    ids = [each.invoice for each in standing]
    names = {one.id: one.name for one in work.leads.lean(ids=ids).values()}
    found = []
    for each in standing:
        entries = [each.entry]
        if each.content:
            here = places.get(each.content, [])
            # of rows that say the same the one it was, else the first
            entries = [each.entry] if each.entry in here else here[:1]
        invoice = names.get(each.invoice, each.invoice)
        found += [
            reconcile.Link(invoice=invoice, entry=entry, linked=each.linked) for entry in entries
        ]
    return found


def _by_content(index: reconcile.Index, wanted: set[str]) -> Mapping[str, list[str]]:
    """Where the entries without a number stand that say this."""
    found: dict[str, list[str]] = {content: [] for content in wanted}
    for entry in index.entries:
        if not (entry.long or entry.short):
            held = found.get(reconcile.content_of(entry))
            if held is not None:
                held.append(entry.key)
    return found


def health_of(work: Work, in_use: Iterable[str]) -> list[SourceHealth]:
    """How the sources that were imported fared. Of one in use the time its snapshot was asked
    for: what came of a later import is no reason to doubt it, only to know how old it is. One of
    which nothing is in use could not be asked, or is not to be trusted."""
    used = set(in_use)
    found = []
    for name in work.imports.sources():
        current = work.imports.current(name)
        last = work.imports.latest(name, 1)[0]
        if current is None:
            found.append(_unusable(name, last))
        elif name in used:
            at = current.imported_at
            found.append(SourceHealth(source=name, state=SourceState.OK, asked_at=at))
    return found


def _unusable(name: str, last: Import) -> SourceHealth:
    return SourceHealth(
        source=name,
        state=SourceState.SUSPECT if last.sha256 else SourceState.UNASKED,
        why="；".join(each.message for each in last.doubts),
        why_en="; ".join(each.message_en for each in last.doubts),
        asked_at=last.imported_at,
    )


def troubles(work: Work) -> list[tuple[str, str, str]]:
    """The name of each source whose last import is not in use, and a line in Chinese and English
    that says what matching does without it."""
    lines = []
    for name in work.imports.sources():
        last = work.imports.latest(name, 1)[0]
        if last.in_use:
            continue
        why = "；".join(each.message for each in last.doubts)
        why_en = "; ".join(each.message_en for each in last.doubts)
        asked = f"{last.imported_at:%Y-%m-%d %H:%M}Z"
        head = f"数据源 {name}：{asked} 的导入未采用（{why}）"
        head_en = f"source {name}: the import of {asked} is not used ({why_en})"
        current = work.imports.current(name)
        if current is None:
            lines.append(
                (
                    name,
                    f"{head}；没有可用的快照，不能据此认定发票缺失",
                    f"{head_en}; there is no snapshot to match with, so nothing is called absent "
                    "by it",
                )
            )
            continue
        at = f"{current.imported_at:%Y-%m-%d %H:%M}Z"
        lines.append(
            (
                name,
                f"{head}；核对仍用 {at} 的快照，之后入账的发票不在其中",
                f"{head_en}; matching goes on with the snapshot of {at}, which does not hold what "
                "was booked since",
            )
        )
    return lines
