"""Settings made into what the stages take."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace

import classify
import ingest
import validate
from ocr.engines.paddle import PaddleEngine, PaddleOptions
from ocr.engines.runners import Runtime
from piaohe.clock import today as today_in_china
from piaohe.intake import kept_in, kin_in
from piaohe.judging.sightings import Sightings
from piaohe.learning.active import active
from piaohe.pipeline import Tools
from piaohe.report.words import category_called
from piaohe.settings import EntitySettings, Settings, policies
from piaohe.store import Store
from piaohe.trust import load_trust


def make_tools(settings: Settings, today: datetime.date, sightings: Sightings) -> Tools:
    """What `pipeline.take_in` needs. The engine loads its models when the first picture comes."""
    policy = policy_of(settings, today)
    learnt = active(settings.home)
    return Tools(
        label=learnt.label,
        alert=learnt.alert,
        engine=PaddleEngine(
            PaddleOptions(
                side=settings.ocr.detection_side_limit,
                threads=settings.ocr.threads,
                model_dir=settings.ocr.model_dir,
                runtime=Runtime(settings.ocr.runtime),
            )
        ),
        context=validate.Context(
            today=today,
            entities=policy.entities or entities_of(settings.entities),
            policy=policy,
            calendar=validate.StatutoryCalendar(policy.calendar),
            categories=_categories(),
        ),
        sightings=sightings,
        limits=limits_of(settings),
        trust=load_trust(settings.signatures.trusted_dir),
    )


def fresh_tools(settings: Settings, store: Store) -> Callable[[], Tools]:
    """Gives tools with the day and the policy of now, on what is kept; the engine, whose models
    are dear, stays."""
    engine = make_tools(settings, today_in_china(), Sightings()).engine

    def tools() -> Tools:
        sightings = Sightings(kept_in(store), kin_in(store))
        made = make_tools(settings, today_in_china(), sightings)
        return replace(knowing_people(made, store), engine=engine)

    return tools


def knowing_people(tools: Tools, store: Store) -> Tools:
    """Tools whose findings call people by their names."""
    with store.reading() as work:
        people = {str(id_): name for id_, name in work.people.names().items()}
    return replace(tools, context=replace(tools.context, people=people))


def _categories() -> dict[str, tuple[str, str]]:
    return {one.id: category_called(one.id) for one in classify.categories()}


def entities_of(companies: Sequence[EntitySettings]) -> tuple[validate.Entity, ...]:
    return tuple(
        validate.Entity(name=company.name, tax_id=company.tax_id, aliases=company.aliases)
        for company in companies
    )


def policy_of(settings: Settings, today: datetime.date) -> validate.Policy:
    """The policy file in force in the home folder; without one, the settings and the defaults.

    Raises SettingsError: policy_unreadable, policy_invalid.
    """
    kept = policies.in_force(settings.home, today)
    return kept or validate.Policy(max_age_days=settings.policy.max_age_days)


def limits_of(settings: Settings) -> ingest.Limits:
    return ingest.Limits(
        max_bytes=settings.limits.max_file_mib * 1024 * 1024,
        max_pixels=settings.limits.max_pixels,
        max_pages=settings.limits.max_pages,
    )
