"""A score kept, and a later one held against it: which fields and documents got worse."""

import json
from pathlib import Path

from benchmarks.scoring import Judged, Score
from benchmarks.tables import markdown

_Key = tuple[str, int, str]


def save(score: Score, path: Path) -> None:
    """Write which fields were right, one a line, so that two runs can be compared with diff."""
    lines = [
        json.dumps(
            {
                "file": one.file,
                "at": one.at,
                "field": one.field,
                "right": one.right,
                "got": one.got,
            },
            ensure_ascii=False,
        )
        for one in score.fields
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def compare(score: Score, baseline: Path) -> str:
    """What changed since the baseline, in Markdown.

    Raises ValueError where the baseline is of another set of documents.
    """
    before: dict[_Key, bool] = {}
    for line in baseline.read_text("utf-8").splitlines():
        kept = json.loads(line)
        before[kept["file"], kept["at"], kept["field"]] = kept["right"]
    now = {_key(one): one for one in score.fields}
    if before.keys() != now.keys():
        raise ValueError(f"{baseline} is the score of another set of documents")
    better = [one for key, one in now.items() if one.right and not before[key]]
    worse = [one for key, one in now.items() if not one.right and before[key]]
    fields = sorted({one.field for one in (*better, *worse)})
    rows = [["field", "better", "worse"]]
    rows += [[field, _count(better, field), _count(worse, field)] for field in fields]
    rows.append(["**all**", str(len(better)), str(len(worse))])
    lines = [f"- worse: {one.file} {one.field}: {one.expected} read as {one.got}" for one in worse]
    return "\n".join([markdown(rows), "", *lines]).rstrip()


def _key(one: Judged) -> _Key:
    return one.file, one.at, one.field


def _count(judged: list[Judged], field: str) -> str:
    return str(sum(one.field == field for one in judged))
