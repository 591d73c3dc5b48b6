"""Learning in an installation: train on the corrections, evaluate, promote, roll back.

A version is a layer of habits on the shipped model (`classify.habits`), learnt from every
correction. How well such learning does on what it has not seen is measured with a twin that never
saw the corrections held back; beside it stands a twin of the active version, learnt from what that
one knew, without the same ones. On the fixed set the version itself is measured.
"""

import datetime
from collections.abc import Sequence
from pathlib import Path

import piaohe
from classify.artefact import Header, to_bytes
from classify.habits import HabitLayer, fits, habits_of, learn, pack, unpack
from classify.model import Model, shipped
from models.errors import SettingsError, UsageError
from models.record import Record
from piaohe.learning import corrections as taught
from piaohe.learning import evaluation, seal, shelf
from piaohe.learning.active import SUBJECT
from piaohe.learning.evaluation import Figures, Known
from piaohe.learning.seal import Refused
from piaohe.store import Store
from piaohe.store.corrections import Correction, How, Subject, Use, Version
from piaohe.store.events import What

SEED = 1
MARGIN = 0.01
"""On the fixed set a version may be this much worse: a few documents, which a company's habit may
well contradict. Not so on the corrections held back."""


class Compared(Record):
    """The same documents, by the version, by the one in use, and by the shipped model alone."""

    version: Figures
    active: Figures
    shipped: Figures


class Evaluation(Record):
    """A version beside the one in use; `worse` says in words on what it is worse, and by how
    much. `skipped` documents of the fixed set are about what was corrected and left out."""

    number: int
    active: int
    fixed: Compared
    held_back: Compared
    skipped: int
    worse: tuple[str, ...]
    worse_en: tuple[str, ...]


def train(
    store: Store,
    home: Path,
    who: tuple[str, datetime.datetime],
    seed: int = SEED,
    fixed: Sequence[Known] | None = None,
) -> Version:
    """Learn from every correction there is; the version is kept, not yet used.

    `who` is (by whom, when); `fixed` an evaluation set other than the one that ships.
    Raises UsageError nothing_corrected, too_many_categories; SettingsError key_unusable.
    """
    with store.reading() as work:
        known = work.corrections.all(Subject.CATEGORY)
    if not known:
        raise UsageError(
            "nothing_corrected",
            "还没有人更正过费用类别，没有可学的",
            "先更正：piaohe classifier correct 发票编号 类别",
            message_en="no category was ever corrected, so there is nothing to learn from",
            hint_en="correct some first: piaohe classifier correct INVOICE_ID CATEGORY",
        )
    (by, at), key, model = who, seal.make_key(home), shipped()
    layer = layer_of(known, model)
    parted = taught.part(known, seed)
    version = Version(
        number=0,
        sha256="",
        base=fits(model),
        code=piaohe.version(),
        seed=seed,
        trained_at=at,
        trained_by=by,
        last=max(one.id for one in known),
        counts={
            "corrections": len(known),
            "held_back": len(parted.held),
            "left_out": len(parted.left_out),
            "own_categories": len(layer.classes) - len(model.classes),
        },
        metrics=_metrics(known, parted, (layer, model), fixed),
    )
    sha256 = shelf.put(home, key, _artefact(version, layer, model))
    with store.unit_of_work() as work:
        kept = work.versions.add(version.model_copy(update={"sha256": sha256}))
        details: dict[str, str | int | None] = {
            "number": kept.number,
            "corrections": len(known),
            "code": kept.code,
        }
        work.events.add(What.CLASSIFIER_TRAINED, SUBJECT, at, details)
    return kept


def evaluate(
    store: Store, home: Path, number: int | None = None, fixed: Sequence[Known] | None = None
) -> Evaluation:
    """A version (the newest, unless one is named) beside the one in use, measured now.

    Raises UsageError no_such_version, SettingsError version_refused.
    """
    with store.reading() as work:
        version = _named(work.versions.all(), number)
        now_used = work.versions.get(work.versions.stack()[-1])
        known = work.corrections.all(Subject.CATEGORY, version.last)
        known_then = work.corrections.all(Subject.CATEGORY, now_used.last) if now_used else []
    model = shipped()
    layer, beside = _layer(home, version, model), _usable(home, now_used, model)
    every = evaluation.fixed_set() if fixed is None else fixed
    about = frozenset(key for one in known for key in taught.keys_of(one.example))
    sets = [one for one in every if about.isdisjoint(taught.keys_of(one.invoice))]
    whole = _compared(sets, model, (layer, beside))
    parted = taught.part(known, version.seed)
    held = [Known(category=one.after, invoice=one.example) for one in parted.held]
    twin = layer_of(parted.learnt, model)
    # what the active version knew of the same
    allowed = {one.invoice_id for one in parted.learnt}
    before = [one for one in known_then if one.invoice_id in allowed]
    held_back = _compared(held, model, (twin, layer_of(before, model) if beside else None))
    zh, en = _worse(whole, held_back)
    return Evaluation(
        number=version.number,
        active=now_used.number if now_used else 0,
        fixed=whole,
        held_back=held_back,
        skipped=len(every) - len(sets),
        worse=zh,
        worse_en=en,
    )


def promote(
    store: Store,
    home: Path,
    number: int | None,
    who: tuple[str, datetime.datetime, str | None],
    fixed: Sequence[Known] | None = None,
) -> tuple[Evaluation, bool]:
    """Use a version from now on, unless it is worse; gives the evaluation, and whether it is used.

    `who` is (by whom, when, why it is to be used even if it is worse, else None). Raises as
    `evaluate` does.
    """
    by, at, force = who
    found = evaluate(store, home, number, fixed)
    if found.worse and not force:
        return found, False
    with store.unit_of_work() as work:
        version = _named(work.versions.all(), found.number)
        how = How.FORCED if found.worse else How.PROMOTED
        if work.versions.stack()[-1] != version.number:
            work.versions.use(Use(at=at, by=by, how=how, number=version.number, reason=force))
            details = {"number": version.number, "how": how.value, "before": found.active}
            work.events.add(What.CLASSIFIER_PROMOTED, SUBJECT, at, details)
    # after the commit: what the database does not know of must not be in use
    pointer = shelf.Pointer(number=version.number, sha256=version.sha256)
    shelf.point(home, seal.make_key(home), pointer)
    return found, True


def roll_back(store: Store, home: Path, by: str, at: datetime.datetime) -> int:
    """Use the version that was in use before; gives its number, 0 for the shipped model alone.

    Raises UsageError nothing_before.
    """
    with store.unit_of_work() as work:
        stack = work.versions.stack()
        if len(stack) < 2:
            raise UsageError(
                "nothing_before",
                "用的就是随软件提供的分类器，没有更早的版本",
                "用 piaohe classifier show 查看所有版本",
                message_en="the shipped classifier is in use, there is no version before it",
                hint_en="piaohe classifier show lists every version",
            )
        number = stack[-2]
        version = work.versions.get(number)
        work.versions.use(Use(at=at, by=by, how=How.ROLLED_BACK, number=number))
        details = {"number": number, "before": stack[-1]}
        work.events.add(What.CLASSIFIER_ROLLED_BACK, SUBJECT, at, details)
    pointer = shelf.Pointer(number=number, sha256=version.sha256 if version else "")
    shelf.point(home, seal.make_key(home), pointer)
    return number


def layer_of(known: Sequence[Correction], model: Model) -> HabitLayer:
    """What corrections teach, the oldest given first. Raises UsageError too_many_categories."""
    habits = [habit for one in known for habit in habits_of(one.example, one.after)]
    try:
        return learn(habits, model)
    except ValueError as error:
        raise UsageError(
            "too_many_categories",
            "自己的类别太多，最多 200 个",
            "请合并 categories.toml 中的类别",
            message_en=f"too many categories of your own: {error}",
            hint_en="join some in categories.toml; 200 is the most",
        ) from error


def _metrics(
    known: Sequence[Correction],
    parted: taught.Parted,
    what: tuple[HabitLayer, Model],
    sets: Sequence[Known] | None,
) -> dict[str, float]:
    layer, model = what
    learnt = [Known(category=one.after, invoice=one.example) for one in known]
    held = [Known(category=one.after, invoice=one.example) for one in parted.held]
    every = evaluation.fixed_set() if sets is None else sets
    fixed = evaluation.measure(every, model, layer)
    twin = evaluation.measure(held, model, layer_of(parted.learnt, model))
    return {
        "followed": round(evaluation.measure(learnt, model, layer).right, 4),
        "fixed_right": round(fixed.right, 4),
        "fixed_wrong": round(fixed.wrong, 4),
        "held_back_right": round(twin.right, 4),
    }


def _artefact(version: Version, layer: HabitLayer, model: Model) -> bytes:
    """The same corrections give the same bytes, whoever asks and when."""
    header = Header(
        kind="",
        version=f"habits-{version.last}",
        features="",
        code=version.code,
        seed=version.seed,
        classes=("-",),
        counts=version.counts,
        metrics=version.metrics,
    )
    data = to_bytes(pack(layer, model, header))
    unpack(data, model)  # what could not be read again is not kept
    return data


def _named(versions: Sequence[Version], number: int | None) -> Version:
    found = next((v for v in reversed(versions) if number in {None, v.number}), None)
    if found is None:
        raise UsageError(
            "no_such_version",
            f"没有版本 {number}" if number else "还没有训练过",
            "先训练：piaohe classifier train；用 piaohe classifier show 查看所有版本",
            message_en=f"there is no version {number}" if number else "nothing was trained yet",
            hint_en="train first: piaohe classifier train; show lists every version",
        )
    return found


def _layer(home: Path, version: Version, model: Model) -> HabitLayer:
    try:
        return shelf.get(home, version.sha256, model)
    except Refused as refused:
        raise SettingsError(
            "version_refused",
            f"版本 {version.number} 不可用：{refused.why}",
            "请重新训练：piaohe classifier train",
            message_en=f"version {version.number} cannot be used: {refused.why_en}",
            hint_en="train again: piaohe classifier train",
        ) from refused


def _usable(home: Path, version: Version | None, model: Model) -> HabitLayer | None:
    """The layer in use; None where none is, or it would be refused."""
    try:
        return shelf.get(home, version.sha256, model) if version else None
    except Refused:
        return None


def _compared(
    known: Sequence[Known], model: Model, layers: tuple[HabitLayer, HabitLayer | None]
) -> Compared:
    bare = evaluation.measure(known, model, None)
    beside = evaluation.measure(known, model, layers[1]) if layers[1] else bare
    return Compared(
        version=evaluation.measure(known, model, layers[0]), active=beside, shipped=bare
    )


def _worse(fixed: Compared, held: Compared) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks against a version; the shipped model too is a measure, lest small losses add
    up from version to version."""
    zh, en = [], []
    for other, name, name_en in (
        (fixed.active, "在用的版本", "the one in use"),
        (fixed.shipped, "随软件提供的分类器", "the shipped one"),
    ):
        less, more = other.right - fixed.version.right, fixed.version.wrong - other.wrong
        if less > MARGIN:
            zh.append(f"固定评测集上首选正确率比{name}低 {less:.1%}")
            en.append(f"on the fixed set {less:.1%} fewer right at first guess than {name_en}")
        if more > MARGIN:
            zh.append(f"固定评测集上判定中的错误比{name}多 {more:.1%}")
            en.append(f"on the fixed set {more:.1%} more wrong of those decided than {name_en}")
    less = held.active.right - held.version.right
    if less > 0:
        zh.append(f"留出的更正上首选正确率比在用的版本低 {less:.1%}")
        en.append(f"on corrections held back {less:.1%} fewer right than the one in use")
    return tuple(dict.fromkeys(zh)), tuple(dict.fromkeys(en))
