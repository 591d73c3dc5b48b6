"""A slot with nothing to do gets ready for the first picture."""

import dataclasses
import os
from pathlib import Path

import pytest

from models.errors import DependencyMissing
from piaohe.flow.slot import Slot
from piaohe.settings import Settings
from piaohe.store import Store
from piaohe.store.workers import Worker
from tests.support import flow
from tests.support.engines import Scripted


class Loading(Scripted):
    """An engine that counts how often its models are loaded; or has none."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.loaded, self.error = 0, error

    def load(self) -> None:
        self.loaded += 1
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize(
    "error", [None, DependencyMissing("x", "缺", "装", message_en="x", hint_en="x"), OSError("x")]
)
def test_models_are_loaded_once_after_some_idle_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception | None
) -> None:
    engine = Loading(error)
    tools = dataclasses.replace(flow.tools(), engine=engine)
    worker = Worker(
        id="w", host="h", slot=0, pid=os.getpid(), started_at=flow.NOW, seen_at=flow.NOW, beats=0
    )
    with Store.open(tmp_path) as store:
        slot = Slot(
            store, Settings(home=tmp_path), worker, lambda _: None, make_tools=lambda _: tools
        )
        slot._warm()
        assert engine.loaded == 0
        monkeypatch.setattr("piaohe.flow.slot._WARM_AFTER_SECONDS", 0.0)
        slot._warm()
        slot._warm()
    assert engine.loaded == 1
