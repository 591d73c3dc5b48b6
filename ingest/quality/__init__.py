"""How well a picture can be read, before anything is spent on reading it.

    quality = judge(pixels)
    advice(quality)        # one sentence for whoever took the picture, None where all is well

Areas are measured on the picture made small; strokes at full size, on a few tiles that hold most
print. What is said must be true: where a measurement leaves doubt, nothing is said. 12 megapixels
take about 30 ms.
"""

from ingest.quality.judging import advice, judge

__all__ = ["advice", "judge"]
