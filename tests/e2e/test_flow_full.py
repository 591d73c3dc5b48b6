"""Documents flow on a disk that gets full: a small file system in memory, mounted for the test.

Skipped where neither root nor user namespaces may mount one.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import flow

ROOT = Path(__file__).parents[2]
_NAMESPACE = ["unshare", "--map-root-user", "--user", "--mount", "sh", "-c"]
_MOUNT = 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"'


def test_a_full_disk_loses_nothing_and_is_got_over(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    mounts = [*_NAMESPACE, _MOUNT, str(home)]
    able = (
        shutil.which("unshare") and subprocess.run([*mounts, "true"], check=False).returncode == 0
    )
    if not able:
        pytest.skip("no file system may be mounted here")
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PIAOHE_HOME": str(home),
        flow.LOG: str(tmp_path / "reads"),
    }
    command = [sys.executable, "-m", "tests.support.flow", "fill-up", str(home)]
    done = subprocess.run([*mounts, *command], env=environment, stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    assert told["refused"] == "disk_full"
    assert len(told["states"]) == told["decided"] == told["different"] == 6
    assert set(told["states"]) <= {"accepted", "review", "rejected"}
    assert told["problems"] == []
