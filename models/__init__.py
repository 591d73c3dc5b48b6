"""What everything is about: the records and values every room shares.

Nothing here does I/O and nothing here imports another room. Import from the submodule
that names the thing (`from models.invoice import Invoice`), so that a reader sees where
it is explained.
"""
