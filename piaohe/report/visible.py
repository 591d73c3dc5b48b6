"""Texts that strangers wrote, shown in the order in which they were written."""

_TURNS = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN = dict.fromkeys(_TURNS, "\ufffd")


def unturned(text: str) -> str:
    """The text with characters that turn the direction of writing made visible: with them
    "exe.png" may be the end of a name that ends in "gnp.exe"."""
    return text if text.isascii() else text.translate(_SHOWN)
