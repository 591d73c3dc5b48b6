"""piaohe config show."""

import json
from functools import reduce
from pathlib import Path
from typing import Any

from rich.text import Text

from piaohe.cli import tables
from piaohe.cli.lines import LineWriter
from piaohe.cli.shell import Shell
from piaohe.settings import describe


def show(shell: Shell, home: Path | None, *, as_json: bool) -> int:
    """Print every setting with its value."""
    values = shell.settings(home).model_dump(mode="json")
    if as_json:
        with LineWriter() as writer:
            writer.write(values)
        return 0
    heads = [("设置", "Setting"), ("取值", "Value"), ("环境变量", "Variable"), ("说明", "Meaning")]
    table = tables.make(shell, heads)
    for row in describe():
        if "[]" not in row.name:
            value = _shown(_at(values, row.name))
            table.add_row(row.name, Text(value), row.variable, Text(row.description))
    shell.out.print(table)
    return 0


def _at(values: dict[str, Any], name: str) -> Any:
    return reduce(lambda table, part: table[part], name.split("."), values)


def _shown(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)
