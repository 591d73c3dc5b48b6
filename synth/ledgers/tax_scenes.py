"""Runs against the tax bureau's exports: what is missing from them, what is no longer valid."""

import datetime
from collections.abc import Sequence
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from models.forms import Form
from models.match import MatchState
from models.taxqr import parse
from synth.drawing import make
from synth.ledgers import alter
from synth.ledgers.entry import RED_FULL, RED_PART, RISKS, VOID, Entry, is_digital
from synth.ledgers.planted import Run
from synth.ledgers.scene import Company, Scene, on_list, taxed
from synth.ledgers.tax_export import BASE, Trap, first_row, issued_at, tax_export
from synth.ledgers.workbook import Sheet, workbook
from synth.truth import Truth
