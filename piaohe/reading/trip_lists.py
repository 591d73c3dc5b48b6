"""The rides on trip lists: read from a page's own text, and found for the invoice they are of."""

from collections.abc import Iterable
from decimal import Decimal

from models.document import Attachment, Document
from models.original import Original
from validate.itinerary import rides_of

TRIP_LIST = "trip_list"


def with_rides(attachments: Iterable[Attachment], original: Original) -> list[Attachment]:
    """The attachments of an original, trip lists with the rides their pages' text layer states.

    A list that is only a picture has none: what is read by sight is not sure to be whole.
    """
    return [_with_rides(one, original) for one in attachments]


def _with_rides(attachment: Attachment, original: Original) -> Attachment:
    if attachment.what != TRIP_LIST or attachment.page is None:
        return attachment
    page = next((one for one in original.pages if one.index == attachment.page), None)
    rides = rides_of(page.text) if page is not None else ()
    return attachment.model_copy(update={"rides": rides}) if rides else attachment


def prices_for(
    document: Document | None, others: Iterable[Document | None], *, alone: bool
) -> tuple[Decimal, ...] | None:
    """The prices of the rides an invoice's document is about: those on the list in the same file,
    else, where the claim has but one invoice such a list can be of (`alone`), on the only list
    among the others. None where it is not known which list it is."""
    own = _lists(document)
    if not own and alone:
        own = [found for other in others for found in _lists(other)]
    if len(own) != 1:
        return None
    return tuple(ride.amount for ride in own[0].rides)


def _lists(document: Document | None) -> list[Attachment]:
    return [one for one in document.attachments if one.rides] if document else []
