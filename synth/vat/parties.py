"""Who buys and who sells: companies, their branches, private persons, tax offices."""

from dataclasses import dataclass

from models.forms import Form
from synth import numbers, people
from synth.order import Trait
from synth.truth import Party
from synth.vat.deal import Deal

_PRIVATE_SHARE = 0.15
_UNITS = ("营业部", "项目部", "经营部", "服务中心", "采购中心")
_WINDOWS = "一二三四五六七八"


@dataclass(frozen=True, slots=True)
class Sellers:
    """The seller printed as such and, on an invoice a tax office issued, the real one."""

    printed: Party
    real: Party | None = None


def sellers(deal: Deal, suffixes: tuple[str, ...] | None = None) -> Sellers:
    """A company of the deal's trade, or of `suffixes`; for 代开 behind a window of a tax office."""
    words, rng = deal.order.words, deal.rng
    suffix = rng.choice(suffixes or deal.trade.suffixes)
    company = words.company(rng, deal.region, suffix)
    company = _aged(deal, _long(deal, company))
    if not deal.has(Trait.AGENCY):
        return Sellers(company)
    return Sellers(_tax_office(deal, company), company)


def buyer(deal: Deal) -> Party:
    """The buyer ordered, or one invented: a company, or where it may be one a private person."""
    order, words, rng = deal.order, deal.order.words, deal.rng
    if deal.has(Trait.PRIVATE_BUYER):
        named = rng.random() < 0.5
        return Party(name=words.person(rng) if named else "个人")
    party = order.buyer
    if party is None:
        if order.form is Form.VAT_E_NORMAL and rng.random() < _PRIVATE_SHARE:
            return Party(name="个人")
        party = _aged(deal, _long(deal, words.any_company(rng)))
    if deal.has(Trait.NO_BUYER_ID):
        return Party(name=party.name)
    return _with_less(deal, party)


def _long(deal: Deal, party: Party) -> Party:
    """The company as a branch of a branch."""
    if not deal.has(Trait.LONG_NAMES):
        return party
    region = deal.rng.choice(deal.order.words.regions)
    branch = f"{region.city}{region.district.removeprefix(region.city)}分公司"
    unit = f"第{deal.rng.choice(_WINDOWS)}{deal.rng.choice(_UNITS)}"
    return party.model_copy(update={"name": party.name + branch + unit})


def _aged(deal: Deal, party: Party) -> Party:
    """The company with an id of 15 digits, if the deal is that old."""
    if not deal.has(Trait.OLD_IDS):
        return party
    # the id keeps its digits for the place, which stand third to eighth in the new one
    area = (party.tax_id or "")[2:8] or deal.region.area
    region = deal.region.model_copy(update={"area": area})
    return people.with_old_id(party, deal.rng, region)


def _with_less(deal: Deal, party: Party) -> Party:
    """The company as on many ordinary invoices: address or account are not printed."""
    if deal.form.is_special or deal.form.is_digital or deal.order.buyer:
        return party
    keep = deal.side_rng("buyer").random()
    update = {"address": "", "bank": ""} if keep < 0.3 else {"bank": ""} if keep < 0.4 else {}
    return party.model_copy(update=update)


def _tax_office(deal: Deal, company: Party) -> Party:
    """A window of a tax office; its bank line names the tax receipt (完税凭证号)."""
    rng, region = deal.rng, deal.region
    place = region.district or region.city
    receipt = numbers.digits(rng, 18)
    if deal.form.is_tax_control and rng.random() < 0.5:
        window = f"{place.removesuffix('区').removesuffix('市')}自助代开{rng.choice(_WINDOWS)}"
        tax_id = f"{region.area}00DK{numbers.digits(rng, 5)}"[:15]
        return Party(name=window, tax_id=tax_id, address=company.address, bank=receipt)
    city = "" if place.endswith("市") else f"{region.city}市"
    since_merger = deal.date.year > 2018 or (deal.date.year, deal.date.month) >= (2018, 7)
    name = f"国家税务总局{city}{place}税务局" if since_merger else f"{city}{place}国家税务局"
    tax_id = numbers.uscc(rng, region.area, head="11")
    if deal.is_old:
        tax_id = people.old_id(rng, region)
    return Party(name=name, tax_id=tax_id, address=company.address, bank=receipt)
