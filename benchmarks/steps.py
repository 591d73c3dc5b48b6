"""Which steps of seeing a benchmark takes: `--without` some, or `--only` some."""

import argparse

from models.view import ALL_STEPS, Step


def add_steps(parser: argparse.ArgumentParser) -> None:
    """Add --without and --only to a benchmark's options."""
    names = ",".join(Step)
    parser.add_argument("--without", type=_steps, default=frozenset(), help=f"leave out: {names}")
    parser.add_argument("--only", type=_steps, default=None, help="leave out all others")


def chosen_steps(options: argparse.Namespace) -> frozenset[Step]:
    """The steps the options leave."""
    steps = ALL_STEPS if options.only is None else options.only
    return frozenset(steps - options.without)


def _steps(text: str) -> frozenset[Step]:
    return frozenset(Step(name) for name in text.split(",") if name)
