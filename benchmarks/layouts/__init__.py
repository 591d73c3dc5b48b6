"""Documents drawn by another hand than synth's: HTML laid out by Chromium (see `__main__`)."""
