"""Originals in a bucket that speaks S3, for many machines: through obstore.

Keys are those of the folder, `prefix/ab/cd/abcd...`, so that either can be copied to the other
with common tools. Credentials come from the environment alone, under the names AWS's own tools
use, and never stand in a settings file.
"""

import contextlib
import hashlib
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from models.errors import DependencyMissing, StoreError
from piaohe.store import errors
from piaohe.store.originals import place_of

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Store

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_OTHER_CREDENTIALS = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
"""What platforms that run containers set for a workload that was given a role."""
_REGION = "us-east-1"
"""What servers that have no regions expect."""
_KEPT_NAMES = 4096
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def parse(url: str) -> tuple[str, str]:
    """(bucket, prefix) of `s3://bucket/prefix`. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or parts.query:
        raise ValueError("a place for originals is s3://bucket or s3://bucket/prefix")
    return parts.netloc, parts.path.strip("/")


class S3Originals:
    """Originals under one prefix of a bucket. Safe for several threads; not across a fork."""

    def __init__(self, url: str, endpoint: str | None = None, *, seconds: float = 60.0) -> None:
        """`url` is s3://bucket/prefix; `endpoint` the server where it is not AWS's; `seconds`
        the longest one request, and all tries of it together, may take.

        Nothing is asked of the server yet. Raises StoreError originals_unreachable for an
        unusable URL or missing credentials, DependencyMissing where obstore is not installed.
        """
        self.place = url
        self._store = _open(url, endpoint, seconds)
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def probe(self) -> None:
        """Ask the server for one name. Raises StoreError originals_unreachable where it will not
        answer: a wrong address, bucket, credential or right is found at the start."""
        import obstore

        with self._as_store_error():
            next(iter(obstore.list(self._store, chunk_size=1)), None)

    def put(self, data: bytes) -> str:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        sha256 = hashlib.sha256(data).hexdigest()
        with self._as_store_error():
            try:
                # the server refuses a second one, and compares the checksum sent along
                obstore.put(self._store, place_of(sha256), data, mode="create", use_multipart=False)
            except (AlreadyExistsError, PreconditionError):
                self.get(sha256)
        self._remember(sha256)
        return sha256

    def get(self, sha256: str) -> bytes:
        import obstore

        with self._as_store_error():
            try:
                data = bytes(obstore.get(self._store, place_of(sha256)).bytes())
            except FileNotFoundError as error:
                raise errors.original_missing(sha256) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise errors.original_damaged(sha256)
        self._remember(sha256)
        return data

    def exists(self, sha256: str) -> bool:
        """As in the Protocol. What this process has just put or got is not asked for again: the
        question is put inside of a unit of work, for which others wait."""
        import obstore

        key = place_of(sha256)
        with self._lock:
            if sha256 in self._known:
                return True
        with self._as_store_error():
            try:
                obstore.head(self._store, key)
            except FileNotFoundError:
                return False
        self._remember(sha256)
        return True

    def iterate(self) -> Iterator[str]:
        """As in the Protocol; S3 lists names in the order of their bytes."""
        import obstore

        with self._as_store_error():
            for portion in obstore.list(self._store, chunk_size=1000):
                for found in portion:
                    name = found["path"].rpartition("/")[2]
                    if len(name) == 64 and found["path"] == _place_or_none(name):
                        yield name

    def remove(self, sha256: str) -> None:
        """As in `Removable`."""
        import obstore

        with self._as_store_error(), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, place_of(sha256))
        with self._lock:
            self._known.pop(sha256, None)

    def _remember(self, sha256: str) -> None:
        with self._lock:
            self._known[sha256] = None
            while len(self._known) > _KEPT_NAMES:
                self._known.popitem(last=False)

    @contextmanager
    def _as_store_error(self) -> Iterator[None]:
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except StoreError:
            raise
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise errors.originals_unreachable(self.place, "access denied", retry=False) from error
        except (BaseError, OSError) as error:
            raise errors.originals_unreachable(self.place, _first_line(error)) from error


def _open(url: str, endpoint: str | None, seconds: float) -> "S3Store":
    try:
        from obstore.store import S3Store
    except ModuleNotFoundError as error:
        raise _no_library() from error
    try:
        bucket, prefix = parse(url)
    except ValueError as error:
        raise errors.originals_unreachable(url, str(error), retry=False) from error
    if not _has_credentials():
        why = f"no credentials in the environment ({', '.join(CREDENTIALS)})"
        raise errors.originals_unreachable(url, why, retry=False)
    client: ClientConfig = {
        "timeout": timedelta(seconds=seconds),
        "connect_timeout": timedelta(seconds=min(5.0, seconds)),
        # a store inside one's own network often has no certificate
        "allow_http": endpoint is not None and endpoint.startswith("http://"),
    }
    retry: RetryConfig = {"max_retries": 3, "retry_timeout": timedelta(seconds=seconds)}
    return S3Store(
        bucket,
        prefix=prefix or None,
        endpoint=endpoint or os.environ.get("AWS_ENDPOINT_URL_S3"),
        region=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _REGION,
        checksum_algorithm="SHA256",
        # servers that are not AWS's often know a bucket by its path only
        virtual_hosted_style_request=endpoint is None,
        client_options=client,
        retry_config=retry,
    )


def _has_credentials() -> bool:
    return all(os.environ.get(name) for name in CREDENTIALS) or any(
        os.environ.get(name) for name in _OTHER_CREDENTIALS
    )


def _place_or_none(name: str) -> str | None:
    try:
        return place_of(name)
    except ValueError:
        return None


def _first_line(error: BaseException) -> str:
    """What went wrong, without the library's dump of its own structures below."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def _no_library() -> DependencyMissing:
    return DependencyMissing(
        "obstore_missing",
        "把原件存入 S3 需要 obstore，但没有安装",
        "请执行：pip install obstore",
        message_en="originals in S3 need obstore, which is not installed",
        hint_en="run: pip install obstore",
    )
