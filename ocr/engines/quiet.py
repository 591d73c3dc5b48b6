"""Keeping the engine's libraries to their work: nothing sent, nothing left in the user's home.

ONNX Runtime's official builds send telemetry unless an environment variable forbids it before the
library is loaded; PaddleX probes model hosts and makes folders in the home at import; OpenVINO's
Python package keeps a device id and counters in the home at import, by way of `openvino_telemetry`.
Invoices are money and personal data: none of that may happen. Call `hush` before the first import
of any of them.
"""

import atexit
import os
import shutil
import sys
import tempfile

_ALWAYS = {
    # the first is ONNX Runtime's present name for it, the second that of earlier releases
    "ORT_DISABLE_TELEMETRY": "1",
    "ORT_TELEMETRY_DISABLED": "1",
    "PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK": "True",
}
_CACHE = "PADDLE_PDX_CACHE_HOME"


def hush() -> None:
    """Forbid telemetry and probing; PaddleX gets a scratch folder that goes with the process."""
    os.environ.update(_ALWAYS)
    # a module of None cannot be imported; OpenVINO does without
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    if _CACHE not in os.environ:
        os.environ[_CACHE] = tempfile.mkdtemp(prefix="piaohe-paddlex-")
        atexit.register(shutil.rmtree, os.environ[_CACHE], ignore_errors=True)
