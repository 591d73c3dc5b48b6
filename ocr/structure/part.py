"""The door: which reader a structured part needs."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from models.markup import parse
from models.original import PartKind, StructuredPart, StructureProblem
from ocr.structure.digital import read_digital
from ocr.structure.fiscal import is_fiscal, read_fiscal
from ocr.structure.statement import Statement
from ocr.structure.tags import read_data, read_tags
from ocr.structure.taxcontrol import read_tax_control
from ocr.structure.values import key_of
from ocr.structure.xbrl import read_xbrl

_SECTIONS = frozenset(
    {
        "header",
        "einvoicedata",
        "taxsupervisioninfo",
        "basicinformation",
        "sellerinformation",
        "buyerinformation",
        "issuiteminformation",
        "specificinformation",
        "additionalinformation",
    }
)
"""Sections of a 数电票 that turn up as documents of their own."""


def read_part(part: StructuredPart) -> tuple[Statement, ...]:
    """What a structured part states; empty where it is about no invoice we know.

    XML that is damaged, hostile or too large raises DocumentError (damaged_xml, xml_too_complex).
    What is wrong with a readable document is data: `Statement.problems`.
    """
    if part.kind is PartKind.OFD_TAGS:
        return _if_any(read_tags(part))
    if part.kind is PartKind.OFD_DATA:
        return _if_any(read_data(part))
    root = parse(part.data, part.name)
    key = key_of(root.tag)
    if key == "xbrl":
        return _if_any(read_xbrl(root, part.name, part.data))
    invoices = [element for element in root.iter() if key_of(element.tag) == "einvoice"]
    if not invoices:
        return _if_any(read_digital(root, part.name)) if _is_section(root, key) else ()
    statements = [_read(element, part.name) for element in invoices]
    problems = []
    if key != "einvoice":
        problems.append(StructureProblem(code="wrong_root", where=root.tag[:80]))
    if len(invoices) > 1:
        problems.append(
            StructureProblem(code="several_invoices", where=root.tag[:80], text=str(len(invoices)))
        )
    return tuple(
        replace(statement, problems=(*statement.problems, *problems))
        for statement in statements
        if _says_something(statement)
    )


def _read(root: Element, name: str) -> Statement:
    """One invoice: the three formats share the name of their root element."""
    keys = {key_of(child.tag) for child in root}
    if keys & {"invoiceno", "invoicecode", "goodsinfos", "taxinclusivetotalamount"}:
        return read_tax_control(root, name)
    return read_fiscal(root, name) if is_fiscal(root) else read_digital(root, name)


def _is_section(root: Element, key: str) -> bool:
    return key in _SECTIONS or any(key_of(child.tag) in _SECTIONS - {"header"} for child in root)


def _if_any(statement: Statement | None) -> tuple[Statement, ...]:
    return (statement,) if statement is not None and _says_something(statement) else ()


def _says_something(statement: Statement) -> bool:
    return bool(statement.values or statement.items or statement.attachment)
