"""The base of every record that crosses a room."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen pydantic model that refuses fields it does not know.

    `model_copy(update=...)` makes the changed copy; nothing is edited in place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
