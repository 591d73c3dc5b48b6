"""The log says what happened to which document, and nothing of what stands on it."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from piaohe.observe import logs
from piaohe.settings.sections import ObserveSettings

HOSTILE = (
    "26332000000012345678",
    "91330106MA2CFGH12X",
    "110101199003071234",
    "13800138000",
    "张三丰",
    "Zhang San",
    "zhang.san@example.com",
    "示例（杭州）有限公司",
    "6222 0210 0112 3456 789",
    "O'Brien, Conan",
    "a\nb: injected",
    "\x1b[31mred",
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logger = logging.getLogger("piaohe")
    level, root_level = logger.level, logging.getLogger().level
    logs.configure(ObserveSettings(log_format="json"), "test", stream)
    yield stream
    for each in list(logging.getLogger().handlers):
        if getattr(each, "is_piaohes", False):
            logging.getLogger().removeHandler(each)
    logger.setLevel(level)
    logging.getLogger().setLevel(root_level)


def read(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_personal_gets_through(lines: io.StringIO, value: str) -> None:
    log = logging.getLogger("piaohe")
    everywhere = dict.fromkeys(logs.KEYS, value)
    log.warning("said %s and %r", value, value, extra=everywhere)
    log.warning(value if not value.isascii() else "plain", extra={"name_of_seller": value})
    logging.getLogger("somelibrary").warning("parsed %s", value)
    logging.getLogger("otherlibrary").warning(value)
    try:
        raise ValueError(value)
    except ValueError as error:
        log.error("it failed", exc_info=error)
        log.exception("it failed")
    with logs.of_document(7, value):
        log.error("carried")
    text = lines.getvalue()
    assert len(read(lines)) == 7
    assert value not in text
    assert json.dumps(value)[1:-1] not in text


def test_one_id_from_arrival_to_archive(lines: io.StringIO) -> None:
    log = logging.getLogger("piaohe")
    with logs.of_document(12, "3fa9c2d17e04" + "0" * 52):
        log.info("carried", extra={"step": "keep", "seconds": 1.5})
        log.warning("failed", extra={"code": "disk_full", "rule": "R-AMT-01"})
    log.info("another")
    first, second, third = read(lines)
    assert first["doc"] == second["doc"] == "12-3fa9c2d17e04"
    assert (first["event"], first["step"], first["seconds"]) == ("carried", "keep", 1.5)
    assert (second["code"], second["rule"], second["level"]) == ("disk_full", "R-AMT-01", "warning")
    assert "doc" not in third


def test_an_exception_is_told_by_kind_and_place(lines: io.StringIO) -> None:
    try:
        raise KeyError("张三")
    except KeyError as error:
        logging.getLogger("piaohe").error("it failed", exc_info=error)
    (line,) = read(lines)
    assert line["exception"] == "KeyError"
    assert str(line["at"]).startswith("test_observe_logs.py:")


def test_a_count_may_not_be_a_telephone_number(lines: io.StringIO) -> None:
    logging.getLogger("piaohe").info("x", extra={"count": 13800138000, "attempt": 3})
    (line,) = read(lines)
    assert (line["count"], line["attempt"]) == (logs.HIDDEN, 3)


def test_files_are_rotated_and_each_process_has_its_own(tmp_path: Path) -> None:
    settings = ObserveSettings(log_file=tmp_path / "logs" / "piaohe.log", log_mib=1, log_files=2)
    level = logging.getLogger().level
    logs.configure(settings, "web")
    handler = logging.getLogger().handlers[-1]
    log = logging.getLogger("piaohe")
    line = "a line that fills the file until there has to be another " * 40
    for _ in range(700):
        log.warning(line)
    logging.getLogger().removeHandler(handler)
    handler.close()
    log.setLevel(logging.NOTSET)
    logging.getLogger().setLevel(level)
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names[:2] == ["piaohe-web.log", "piaohe-web.log.1"]
