"""Tickets flat and upright: slant, curl and folds undone by the text and the ruled lines."""

from ingest.flatten.views import cut_out, whole_view

__all__ = ["cut_out", "whole_view"]
