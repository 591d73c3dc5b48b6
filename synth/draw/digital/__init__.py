"""数电票 in the looks of their issuers: 210 x 140 mm, taller or several pages where lines need it.

Positions were measured on real documents of the tax bureau's portal and of one 乐企 platform, the
other looks vary them (domain.md 1.4).
"""

from synth.draw.digital.page import lay_out, more

__all__ = ["lay_out", "more"]
