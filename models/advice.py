"""What can be said of a file before it is read."""

from models.document import Notice
from models.errors import ErrorRecord
from models.record import Record


class Advice(Record):
    """Why a file cannot be read, and what is worth saying though it can, such as that a picture is
    blurred."""

    problems: tuple[ErrorRecord, ...] = ()
    notices: tuple[Notice, ...] = ()
