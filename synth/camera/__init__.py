"""Scanners, phone cameras, desks and lamps: from a drawn page to a file that looks lived in.

Every way of bending, turning and cutting is applied to the places of the values too.
"""

from synth.camera.conditions import TURNS, Conditions, Level, conditions
from synth.camera.scene import Manner, Scene, scene
from synth.camera.shot import Shot, photo

__all__ = [
    "TURNS",
    "Conditions",
    "Level",
    "Manner",
    "Scene",
    "Shot",
    "conditions",
    "photo",
    "scene",
]
