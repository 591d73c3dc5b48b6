"""The lower part of a 数电票: facts of a medical bill, 价税合计, the remark and who issued it."""

from dataclasses import dataclass, replace

from synth.draw.digital.looks import Look
from synth.draw.digital.rows import details_of, put_label, put_money, width_of, wrapped
from synth.draw.marks import cross_out
from synth.draw.sheet import Layer, Sheet, Style, Text
from synth.truth import Truth

_MEDICAL = ("医疗服务（门诊）", "医疗服务（住院）")
_ACROSS = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value beside it."""

    label: str
    value: str
    of: str


def facts(truth: Truth) -> tuple[Fact, ...]:
    """What a medical bill says of patient and payment; nothing for other businesses."""
    if truth.extra.special_business not in _MEDICAL:
        return ()
    found = details_of(truth.extra)
    return tuple(Fact(name, fact.value, fact.of) for (_, name), fact in found.items())


def fact_lines(found: tuple[Fact, ...]) -> int:
    return -(-len(found) // _ACROSS)


def put_facts(sheet: Sheet, found: tuple[Fact, ...], y: float, look: Look) -> None:
    """The facts, four to a line, from the baseline `y`."""
    width = (look.right - look.left - 2) / _ACROSS
    for i, fact in enumerate(found):
        x = look.left + 1.2 + i % _ACROSS * width
        line = y + i // _ACROSS * look.pitch
        label = f"{fact.label}{look.colon}"
        taken = put_label(sheet, (x, line), label, look.labels, width * 0.6)
        sheet.put(
            Layer.PRINT,
            Text(x + taken, line, fact.value, look.values, fit=width - taken - 1.5, of=fact.of),
        )


def put(sheet: Sheet, truth: Truth, look: Look, grown: float, end: float) -> None:
    """价税合计 and the remark, `grown` mm lower than on a page of 140 mm."""
    top, bottom = (y + grown for y in look.total)
    sheet.line(look.left, top, look.right, top, look.pen)
    sheet.line(look.left, bottom, look.right, bottom, look.pen)
    sheet.line(look.split, top, look.split, bottom, look.pen)
    _total(sheet, truth, look, top + 5.2)
    bar = look.left + look.bar
    sheet.line(bar, bottom, bar, end, look.pen)
    middle = (bottom + end) / 2
    sheet.column(Layer.FORM, (look.left + look.bar / 2, middle - 1.9), "备注", 6.2, look.labels)
    y = look.remark_first + grown
    for line in _remark(truth, look):
        _remark_line(sheet, truth, look, (bar + 0.6, y), line)
        y += look.remark_pitch


def _total(sheet: Sheet, truth: Truth, look: Look, y: float) -> None:
    words, small = "价税合计（大写）", "（小写）"
    if look.spread:
        words, small = " ".join(words), " ".join(small)
    sheet.put(
        Layer.FORM,
        Text((look.left + look.split) / 2, y, words, look.labels, "center", fit=48),
        Text(143.4, y, small, look.labels, fit=12),
    )
    x = look.split + 6.8
    if look.crossed:
        cross_out(sheet, Layer.PRINT, (x - 2.6, y - 1.2), 2.0, (0, 0, 0))
    big = Style(look.value, look.total_size)
    sheet.put(
        Layer.PRINT,
        Text(
            x,
            y,
            truth.extra.total_in_words or "",
            look.values,
            fit=143.0 - x,
            of="extra.total_in_words",
        ),
    )
    text = f"{truth.total:.2f}"
    sign = replace(look.values, size=11) if look.yen_apart else big
    end = 155.6 + width_of(look.yen, sign) + width_of(text, big)
    put_money(sheet, look, (end, y), text, size=look.total_size, of="total")


def _remark(truth: Truth, look: Look) -> list[str]:
    """The remark in lines that fit its box."""
    width = look.right - look.left - look.bar - 1.6
    lines: list[str] = []
    for line in (truth.extra.remark or "").split("\n"):
        if line:
            lines += _broken(line, look, width)
    return lines


def _broken(line: str, look: Look, width: float) -> list[str]:
    """A line of the remark in lines that fit, rather broken after a value than within one."""
    parts: list[str] = []
    while line:
        part = wrapped(line, look.values, width)[0]
        end = part.rfind("; ") + 1
        if len(part) < len(line) and end > len(part) / 2:
            part = part[:end]
        parts.append(part.strip())
        line = line[len(part) :].strip()
    return parts


def remark_growth(truth: Truth, look: Look) -> float:
    """By how much (mm) the remark needs a taller box."""
    needed = look.remark_first + (len(_remark(truth, look)) - 1) * look.remark_pitch + 1.4
    return max(0.0, needed - look.bottom)


def _remark_line(
    sheet: Sheet, truth: Truth, look: Look, at: tuple[float, float], line: str
) -> None:
    """A line of the remark; values of the extra table that stand in it are runs of their own."""
    x, y = at
    for text, of in _runs(truth, line):
        sheet.put(Layer.PRINT, Text(x, y, text, look.values, of=of))
        x += width_of(text, look.values)


def _runs(truth: Truth, line: str) -> list[tuple[str, str]]:
    """The line in pieces, each with the fields it prints."""
    runs: list[tuple[str, str]] = []
    start = 0
    for (_, name), found in details_of(truth.extra).items():
        for colon in ":：":
            at = line.find(f"{name}{colon}{found.value}", start)
            if at >= 0:
                value = at + len(name) + 1
                runs.append((line[start:value], "extra.remark"))
                start = value + len(found.value)
                runs.append((line[value:start], f"extra.remark {found.of}"))
    return [run for run in (*runs, (line[start:], "extra.remark")) if run[0]]


def drawer(sheet: Sheet, truth: Truth, look: Look, grown: float) -> None:
    """Who issued it, below the frame."""
    x, y = look.drawer_at
    y += grown
    value = x + max(12.3, put_label(sheet, (x, y), look.drawer, look.labels) + 0.4)
    name = truth.extra.drawer or ""
    sheet.put(Layer.PRINT, Text(value, y, name, look.values, of="extra.drawer"))
    if look.signature:
        style = Style(look.ids, 7, (170, 170, 170))
        sheet.put(Layer.FORM, Text(look.right, y, look.signature, style, "right"))
