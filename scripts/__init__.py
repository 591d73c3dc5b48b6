"""Commands for people who work on Piaohe. `scripts/setup` is the one make calls."""
