"""The lower bound: plain PaddleOCR, and a search for values in the text it gives.

What anyone has after an hour: the recognised lines in reading order, one expression a field, no
geometry, no QR, no checks. What Piaohe adds is the difference.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

import ingest
from models.errors import DocumentError
from models.text import fold, squash
from ocr.engine import OcrEngine

_DATE = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})")
_MONEY = re.compile(r"[¥￥]\s*(-?\d[\d,]*\.\d\d)")
_TOTAL = re.compile(r"小写\)?[:：]?\s*[¥￥]?\s*(-?\d[\d,]*\.\d\d)")
_TAX_ID = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_NAME = re.compile(r"称[:：]\s*(\S{4,})")
_TYPES = (
    ("铁路电子客票", "train"),
    ("行程单", "air"),
    ("出租", "taxi"),
    ("定额", "quota"),
    ("机动车", "vehicle"),
    ("二手车", "vehicle"),
    ("通行费", "toll"),
    ("电子普通发票", "vat_electronic"),
    ("电子专用发票", "vat_special"),
    ("电子发票(增值税专用发票)", "digital_special"),
    ("电子发票(普通发票)", "digital_general"),
    ("增值税专用发票", "vat_special"),
    ("增值税普通发票", "vat_general"),
)


def read(data: bytes, name: str, engine: OcrEngine) -> list[dict[str, str | None]]:
    """At most one invoice a page, in the form of contract.md; nothing where nothing matched."""
    found = []
    try:
        with ingest.open(data, name) as opened:
            for page in opened.pages:
                tokens = engine.read(page.draw(1.0))
                ordered = sorted(tokens, key=lambda token: (round(token.box.cy / 15), token.box.x0))
                values = search([fold(token.text) for token in ordered])
                if any(values.values()):
                    found.append(values)
    except DocumentError:
        return []
    return found


def search(lines: Sequence[str]) -> dict[str, str | None]:
    """The values a search for their shapes finds in recognised lines."""
    text = "\n".join(lines)
    tight = squash(text)
    ids = list(dict.fromkeys(_TAX_ID.findall(text)))
    names = _NAME.findall(text)
    sums = sorted({Decimal(money.replace(",", "")) for money in _MONEY.findall(text)})
    total = _TOTAL.search(text)
    number = re.search(r"(?<!\d)\d{20}(?!\d)", text) or re.search(r"(?<!\d)\d{8}(?!\d)", text)
    code = re.search(r"(?<!\d)(?:\d{12}|\d{10})(?!\d)", text)
    check = re.search(r"(?<!\d)\d{5} \d{5} \d{5} \d{5}(?!\d)", text)
    date = _DATE.search(text)
    return {
        "type": next((kind for word, kind in _TYPES if word in tight), None),
        "code": code[0] if code else None,
        "number": number[0] if number else None,
        "date": f"{date[1]}-{int(date[2]):02d}-{int(date[3]):02d}" if date else None,
        "amount": str(sums[-2]) if len(sums) > 1 else None,
        "tax": str(sums[0]) if len(sums) > 2 else None,
        "total": total[1] if total else (str(sums[-1]) if sums else None),
        "check_code": check[0].replace(" ", "") if check else None,
        "buyer_name": names[0] if names else None,
        "buyer_tax_id": ids[0] if ids else None,
        "seller_name": names[1] if len(names) > 1 else None,
        "seller_tax_id": ids[1] if len(ids) > 1 else None,
    }
