"""The store as the settings describe it: which database, and where the originals are."""

from piaohe.settings import Settings
from piaohe.settings.sections import OriginalsSettings
from piaohe.store import Originals, Store
from piaohe.store.s3 import S3Originals


def open_store(settings: Settings) -> Store:
    """Open the home's store. Raises what `Store.open` raises, and StoreError
    originals_unreachable where the bucket of `originals.url` cannot be used."""
    return Store.open(
        settings.home, url=settings.database.url, originals=open_originals(settings.originals)
    )


def open_for_work(settings: Settings) -> Store:
    """The same for a program that takes documents in or carries them. Raises also StoreError
    home_not_writable and database_read_only: said at once, and not at the first document."""
    store = open_store(settings)
    try:
        store.check_writable()
    except BaseException:
        store.close()
        raise
    return store


def open_originals(settings: OriginalsSettings) -> Originals | None:
    """The bucket, asked once whether it answers; None where they are in the home folder."""
    if settings.url is None:
        return None
    originals = S3Originals(settings.url, settings.endpoint)
    originals.probe()
    return originals
