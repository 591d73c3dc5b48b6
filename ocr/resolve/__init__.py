"""From what was seen to what is held true: every source is heard, checks decide between them."""
