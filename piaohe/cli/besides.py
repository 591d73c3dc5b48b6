"""What a line says besides its invoice: the claim it came with, and what others said of it."""

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

import validate
from models.claim import Claim
from models.errors import ErrorRecord
from models.portal import PortalAnswer
from models.record import Record
from models.related import Related
from models.verdicts import SourceVerdict
from piaohe.cli.lines import Given

_RECORDS: dict[str, type[Record]] = {
    "claim": Claim,
    "related": Related,
    "record": SourceVerdict,
    "portal": PortalAnswer,
}


def context_of(given: Given, context: validate.Context) -> validate.Context | ErrorRecord:
    """The context of one line: with its `claim`, `related`, `record` and `portal`, where it has
    them; the error where one of these is not what it should be."""
    told: dict[str, Any] = {}
    for name, model in _RECORDS.items():
        value = given.others.get(name)
        if value is None:
            continue
        try:
            told[name] = model.model_validate(value)
        except ValidationError as error:
            return _refused(given.line, name, error)
    return replace(context, **told) if told else context


def _refused(line: int, name: str, error: ValidationError) -> ErrorRecord:
    """Which parts are wrong. Their values are not repeated."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    named = "; ".join(
        f"{'.'.join(str(part) for part in (name, *problem['loc']))}: {problem['msg']}"
        for problem in problems[:5]
    )
    return ErrorRecord(
        code="not_a_claim",
        message=f"第 {line} 行的 {name} 不可用：{named}",
        hint="日期用 YYYY-MM-DD，金额用字符串，没有的项目不写",
        message_en=f"line {line}: {name} is unusable: {named}",
        hint_en="dates are YYYY-MM-DD, amounts strings; leave out what is not known",
    )
