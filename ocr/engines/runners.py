"""What runs the models: ONNX Runtime, or OpenVINO where it is asked for.

A runner takes a model's one input in a list and returns its outputs, which is all that PaddleX's
predictors ask of theirs.
"""

import importlib
import os
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.errors import DependencyMissing
from ocr.engines.quiet import hush

Floats: TypeAlias = NDArray[np.float32]
Runner: TypeAlias = Callable[[Sequence[Floats]], Sequence[Floats]]


class Runtime(StrEnum):
    """What the models run on. OpenVINO is faster, takes more memory and is not always installed."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"


class OnnxRunner:
    """A model run by ONNX Runtime.

    Its threads do not spin while they wait, as they would by default: measured, that took a third
    more of the processors, and on a busy machine a third more of the clock too.
    """

    def __init__(self, model: Path, threads: int | None) -> None:
        """Load an ONNX file."""
        hush()
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers = ["CPUExecutionProvider"]
        self._session = onnxruntime.InferenceSession(str(model), options, providers=providers)
        self._input = self._session.get_inputs()[0].name

    def __call__(self, x: Sequence[Floats]) -> Sequence[Floats]:
        found: Sequence[Floats] = self._session.run(None, {self._input: x[0]})
        return found


class OpenVinoRunner:
    """A model compiled by OpenVINO, in bfloat16 where the processor has it, else in float32.

    Several threads may call it; they take turns.
    """

    def __init__(self, model: Path, threads: int | None) -> None:
        """Compile an ONNX file. Raises DependencyMissing where OpenVINO cannot be loaded."""
        hush()
        try:
            openvino: Any = importlib.import_module("openvino")
        except ImportError as error:
            raise DependencyMissing(
                "openvino_missing",
                "无法加载 openvino",
                "请安装 openvino，或把设置 ocr.runtime 改为 onnxruntime",
                message_en=f"openvino cannot be loaded: {error}",
                hint_en="install openvino, or set ocr.runtime to onnxruntime",
            ) from error
        config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads or os.cpu_count() or 1,
            # processes side by side would all be bound to the same cores
            "ENABLE_CPU_PINNING": False,
        }
        compiled = openvino.Core().compile_model(str(model), "CPU", config)
        self._request: Any = compiled.create_infer_request()
        self._lock = threading.Lock()

    def __call__(self, x: Sequence[Floats]) -> Sequence[Floats]:
        with self._lock:
            found = self._request.infer(list(x), share_inputs=True)
            return [np.asarray(output) for output in found.values()]
