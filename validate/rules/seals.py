"""R-SEAL: the 发票专用章 of paper invoices."""

import re

from rapidfuzz import fuzz

from models.finding import Severity
from models.forms import Form
from models.invoice import FieldName
from models.text import squash
from validate.examples import special
from validate.registry import NOT_LOOKED_AT, Case, Fire, Missing, Outcome, Spec, rule

_SEALED = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_NORMAL,
        Form.VAT_ROLL,
        Form.VEHICLE,
        Form.USED_CAR,
        Form.DZP_SPECIAL,
        Form.DZP_NORMAL,
        Form.DZP_VEHICLE,
        Form.DZP_USED_CAR,
        Form.MACHINE,
    }
)
_NOT_A_NAME = re.compile(r"发票专用章|财务专用章|专用章|[0-9A-Z★*☆]+")
_SUPERVISION, _PURPOSE = "监制", "发票专用章"
_BADLY_READ = 60.0
_SHORTEST = 4
"""Characters of a seal that are a name and no rest of one."""


def _has_seal(case: Case) -> bool:
    return case.form in _SEALED and case.invoice.page is not None


@rule(
    Spec(
        id="R-SEAL-01",
        name="seal missing",
        severity=Severity.WARN,
        zh="未检测到发票专用章",
        en="Seal not detected",
        basis="《发票管理办法》（2023）第二十一条：开具纸质发票应当加盖发票专用章",
        applies=_has_seal,
        fails=special(sight={"seals": {"found": False}}),
        passes=special(sight={"seals": {"found": True}}),
    )
)
def seal_missing(case: Case) -> Outcome:
    """No seal of the seller was found on a paper invoice. Electronic ones need none."""
    sight = case.invoice.sight
    if sight is None or sight.seals is None:
        return NOT_LOOKED_AT
    return None if sight.seals.found else Fire({})


@rule(
    Spec(
        id="R-SEAL-02",
        name="seal name",
        severity=Severity.WARN,
        zh="印章名称与销售方不符：{seal}≠{seller}",
        en="Seal name {seal} is not the seller's, {seller}",
        needs=(FieldName.SELLER_NAME,),
        applies=_has_seal,
        fails=special(sight={"seals": {"found": True, "texts": ["子丑贸易商行发票专用章"]}}),
        passes=special(sight={"seals": {"found": True, "texts": ["丙丁餐饮有限公司发票专用章"]}}),
    )
)
def seal_name(case: Case) -> Outcome:
    """None of the seals on which a name was read is like the seller's name, or another the form
    prints (`Policy.seal_similarity`); one issued by a tax office (代开) may bear the office's."""
    sight, seller = case.invoice.sight, squash(case.invoice.seller_name or "")
    if sight is None or sight.seals is None:
        return NOT_LOOKED_AT
    readable = [text for text in sight.seals.texts if not _is_no_name(text)]
    names = [_NOT_A_NAME.sub("", squash(text).upper()) for text in readable]
    names = [name for name in names if len(name) >= _SHORTEST]
    if not names:
        return Missing("没有读到印章文字", "nothing was read on a seal")
    # of a used car the seal is the market's or the auctioneer's, whom the form names further down
    named = (case.invoice.extra.issued_for, *(one.value for one in case.invoice.extra.details))
    known = [seller.upper(), *(squash(name or "").upper() for name in named)]
    best = max(names, key=lambda name: _likeness(name, known))
    if _likeness(best, known) >= case.context.policy.seal_similarity or "税务局" in best:
        return None
    return Fire({"seal": best, "seller": seller}, expected=seller, actual=best)


def _is_no_name(text: str) -> bool:
    """Whether a text is that of a 监制章, or says what the seal is for, badly read."""
    short = len(text) <= len(_PURPOSE) + 2
    return _SUPERVISION in text or (short and fuzz.ratio(text, _PURPOSE) >= _BADLY_READ)


def _likeness(seal: str, names: list[str]) -> float:
    """0 to 1; a part of the name, as the curve of a seal leaves it to be read, counts whole."""
    return max(
        (1.0 if seal in name else fuzz.ratio(seal, name) / 100 for name in names if name),
        default=0.0,
    )


RULES = (seal_missing, seal_name)
