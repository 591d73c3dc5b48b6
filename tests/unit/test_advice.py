"""A picture that cannot be read says what to do again; one that was read says nothing."""

import io

import numpy as np
import pytest
from PIL import Image

from ocr.engines.recorded import RecordedEngine
from piaohe import pipeline
from tests.unit.test_pipeline import tools


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("grey", "code"), [(255, "picture_blank"), (4, "picture_too_dark")], ids=["white", "black"]
)
def test_the_sender_is_told_what_to_do_again(grey: int, code: str) -> None:
    data = png(np.full((600, 800, 3), grey, np.uint8))
    document = pipeline.take_in(data, "photo.png", tools(RecordedEngine({}))).document
    (notice,) = document.notices
    assert notice.code == code
    assert document.error is not None
    assert document.error.hint == notice.message
    assert document.error.hint_en == notice.message_en
