"""Characters of a needle printer that has no font but five by seven dots (taximeters)."""

from synth.draw.sheet import Align, Color, Disc, Layer, Sheet

ROWS, COLUMNS = 7, 5
_ADVANCE = 6  # columns from one character to the next

_GLYPHS = {
    char: tuple(bytes.fromhex(rows))
    for char, rows in {
        "0": "0E11131519110E",
        "1": "040C040404040E",
        "2": "0E11010204081F",
        "3": "1F02040201110E",
        "4": "02060A121F0202",
        "5": "1F101E0101110E",
        "6": "0608101E11110E",
        "7": "1F010204080808",
        "8": "0E11110E11110E",
        "9": "0E11110F01020C",
        ".": "00000000000C0C",
        ":": "000C0C000C0C00",
        "-": "0000001F000000",
        "/": "00010204081000",
        " ": "00000000000000",
        "¥": "110A1F041F0404",
        "A": "0E11111F111111",
        "B": "1E11111E11111E",
        "C": "0E11101010110E",
        "D": "1C12111111121C",
        "E": "1F10101E10101F",
        "F": "1F10101E101010",
        "G": "0E11101711110F",
        "H": "1111111F111111",
        "J": "0702020202120C",
        "K": "11121418141211",
        "L": "1010101010101F",
        "M": "111B1515111111",
        "N": "11111915131111",
        "P": "1E11111E101010",
        "Q": "0E11111115120D",
        "R": "1E11111E141211",
        "S": "0F10100E01011E",
        "T": "1F040404040404",
        "U": "1111111111110E",
        "V": "11111111110A04",
        "W": "1111111515150A",
        "X": "11110A040A1111",
        "Y": "1111110A040404",
        "Z": "1F01020408101F",
    }.items()
}


def width(text: str, height: float) -> float:
    """How wide (mm) `text` stands, `height` mm tall."""
    return (len(text) * _ADVANCE - 1) * height / ROWS


def put(
    sheet: Sheet,
    at: tuple[float, float],
    text: str,
    *,
    height: float,
    color: Color,
    align: Align = "left",
) -> None:
    """Print `text` with its lowest dots on y, `height` mm tall. KeyError for other characters."""
    pitch = height / ROWS
    x, y = at
    across = width(text, height)
    x -= {"left": 0.0, "center": across / 2, "right": across}[align]
    for i, char in enumerate(text):
        for row, bits in enumerate(_GLYPHS[char]):
            for column in range(COLUMNS):
                if bits & 1 << COLUMNS - 1 - column:
                    spot = x + (i * _ADVANCE + column + 0.5) * pitch
                    drop = y - (ROWS - row - 0.5) * pitch
                    sheet.put(Layer.PRINT, Disc(spot, drop, pitch * 0.5, color))
