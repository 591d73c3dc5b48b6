"""Structured data of electronic originals: what it says about an invoice, exactly."""

from ocr.structure.invoice import statement_invoice
from ocr.structure.join import join_statements
from ocr.structure.part import read_part
from ocr.structure.statement import Stated, Statement, Trust

__all__ = ["Stated", "Statement", "Trust", "join_statements", "read_part", "statement_invoice"]
