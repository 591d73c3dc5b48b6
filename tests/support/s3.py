"""A server that speaks S3, for the tests: moto, in a process of its own."""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

_START_SECONDS = 60.0
NEEDED = ("moto", "flask", "flask_cors", "boto3", "obstore")


class NoS3(Exception):  # noqa: N818
    """moto is not installed."""


class S3Server:
    """A server on a free port of this machine; what it is given is in its memory."""

    def __init__(self) -> None:
        if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
            raise NoS3(f"not installed: {', '.join(missing)}")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
            start_new_session=True,
        )
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.close()
                raise NoS3("the server did not start")
            time.sleep(0.1)

    def client(self) -> Any:
        """Another way in than the one under test."""
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def bucket(self) -> str:
        """Make an empty bucket; gives its name."""
        name = f"piaohe-{uuid.uuid4().hex[:12]}"
        self.client().create_bucket(Bucket=name)
        return name

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/moto-api/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
