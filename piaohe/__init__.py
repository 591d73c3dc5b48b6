"""The shell: command line, settings, storage and outside systems. All side effects live here."""

import functools
from importlib import metadata


@functools.cache
def version() -> str:
    """The installed version of Piaohe; 0 where it runs from its source without being installed."""
    try:
        return metadata.version("piaohe")
    except metadata.PackageNotFoundError:
        return "0"
