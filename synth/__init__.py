"""Ground truth to documents: draws invoices for the demo, the tests and the benchmarks.

    truth = synth.make("dz_normal", seed=7)
    pdf = synth.draw_pdf(truth)

Everything follows from the seed; nothing drawn belongs to a real person or company.
"""

from synth.camera import Conditions, Level, Manner, Scene, Shot, conditions, photo, scene
from synth.drawing import draw_page, draw_pdf, draw_png, make
from synth.kinds import KINDS
from synth.ledgers import tax_export, write_ledgers
from synth.samples import write_samples
from synth.sets import plan_pile, write_files, write_set
from synth.truth import Face, Party, Truth

__all__ = [
    "KINDS",
    "Conditions",
    "Face",
    "Level",
    "Manner",
    "Party",
    "Scene",
    "Shot",
    "Truth",
    "conditions",
    "draw_page",
    "draw_pdf",
    "draw_png",
    "make",
    "photo",
    "plan_pile",
    "scene",
    "tax_export",
    "write_files",
    "write_ledgers",
    "write_samples",
    "write_set",
]
