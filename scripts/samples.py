"""Draws samples/ anew: python -m scripts.samples (make samples). Needs a CJK font."""

from pathlib import Path

import synth


def main() -> None:
    synth.write_samples(Path(__file__).parents[1] / "samples")


if __name__ == "__main__":
    main()
