"""Documents drawn by another hand than synth's: the benchmark of layouts nothing was trained on.

    python -m benchmarks.layouts --out FOLDER [--half dev|held] [--only NAME,..]

Templates are HTML (Jinja2) laid out by an installed Chromium, which nothing else needs; each
states its own label and as what it is kept: a PDF, a screenshot, a scan or a good photo. Nobody
looks at what goes wrong in the held half. Score with `python -m benchmarks.accuracy --data`.
"""

import argparse
import io
import json
import shutil
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from benchmarks.layouts.documents import HALVES, Laid, documents
from benchmarks.rephotograph import as_drawn
from synth.camera import Level, photo

_PIXELS_PER_MM = 96 / 25.4
_SCALE = 2.6
_TICKET_SCALE = 3.6
_TICKET_MM = 130


def draw(half: str, names: frozenset[str], out: Path, browser: Browser) -> list[dict[str, Any]]:
    """Write the documents of a half into `out` and give their labels."""
    labels = []
    for laid in documents(half, names):
        (out / laid.file).write_bytes(_kept(laid, browser))
        labels.append({"file": laid.file, "kind": laid.kind} | laid.label)
    return labels


def _kept(laid: Laid, browser: Browser) -> bytes:
    """The document's bytes: Chromium's own PDF or picture, or a JPEG of a camera's."""
    kind, size = laid.kind, laid.size
    width, height = (round(side * _PIXELS_PER_MM) for side in size)
    scale = _TICKET_SCALE if max(size) < _TICKET_MM else _SCALE
    page = browser.new_page(
        viewport={"width": width, "height": height},
        device_scale_factor=1.6 if kind == "screenshot" else scale,
    )
    try:
        page.set_content(laid.html)
        if kind == "pdf":
            return page.pdf(width=f"{size[0]}mm", height=f"{size[1]}mm", print_background=True)
        data = page.screenshot()
    finally:
        page.close()
    return data if kind == "screenshot" else _pictured(data, Level(kind), scale * 96, laid.seed)


def _pictured(data: bytes, level: Level, dpi: float, seed: int) -> bytes:
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return photo(as_drawn(image, dpi), seed, level).data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--half", choices=HALVES, default="dev")
    parser.add_argument("--only", default="", help="names of templates")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    names = frozenset(filter(None, given.only.split(",")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium())
        labels = draw(given.half, names, given.out, browser)
        browser.close()
    lines = (json.dumps(label, ensure_ascii=False) + "\n" for label in labels)
    (given.out / "labels.jsonl").write_text("".join(lines), "utf-8")
    print(len(labels), "documents")


def _chromium() -> str | None:
    """An installed Chromium; None lets Playwright use its own."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


if __name__ == "__main__":
    main()
