"""The forms of invoices, and the coarse types they are grouped into (domain.md 1.1)."""

from enum import StrEnum


class InvoiceType(StrEnum):
    """The coarse type a user sorts by."""

    VAT_SPECIAL = "vat_special"
    VAT_GENERAL = "vat_general"
    VAT_ELECTRONIC = "vat_electronic"
    DIGITAL_SPECIAL = "digital_special"
    DIGITAL_GENERAL = "digital_general"
    ROLL = "roll"
    TRAIN = "train"
    TAXI = "taxi"
    QUOTA = "quota"
    AIR = "air"
    VEHICLE = "vehicle"
    TOLL = "toll"
    OTHER = "other"


class Form(StrEnum):
    """The precise form, by the ids of domain.md 1.1 in lower case."""

    VAT_SPECIAL = "vat_special"
    FREIGHT_SPECIAL = "freight_special"
    VEHICLE = "vehicle"
    VAT_NORMAL = "vat_normal"
    VAT_E_SPECIAL = "vat_e_special"
    VAT_E_NORMAL = "vat_e_normal"
    VAT_ROLL = "vat_roll"
    TOLL_E = "toll_e"
    USED_CAR = "used_car"
    DZ_SPECIAL = "dz_special"
    DZ_NORMAL = "dz_normal"
    DZ_VEHICLE = "dz_vehicle"
    DZ_USED_CAR = "dz_used_car"
    DZP_SPECIAL = "dzp_special"
    DZP_NORMAL = "dzp_normal"
    DZP_VEHICLE = "dzp_vehicle"
    DZP_USED_CAR = "dzp_used_car"
    RAIL_E = "rail_e"
    AIR_E = "air_e"
    BLOCKCHAIN = "blockchain"
    RAIL_PAPER = "rail_paper"
    AIR_PAPER = "air_paper"
    TAXI = "taxi"
    QUOTA = "quota"
    TOLL_PAPER = "toll_paper"
    BUS = "bus"
    SHIP = "ship"
    MACHINE = "machine"
    FISCAL = "fiscal"
    MED_OUT = "med_out"
    MED_IN = "med_in"
    TOLL_FISCAL = "toll_fiscal"
    CUSTOMS_VAT = "customs_vat"
    TAX_CERT = "tax_cert"

    @property
    def type(self) -> InvoiceType:
        """The coarse type of this form."""
        return _TYPE_OF.get(self, InvoiceType.OTHER)

    @property
    def is_tax_control(self) -> bool:
        """Issued by the tax-control system: identified by code + 8-digit number."""
        return self in _TAX_CONTROL

    @property
    def is_digital(self) -> bool:
        """数电票 in electronic form: identified by a 20-digit number alone."""
        return self in _DIGITAL

    @property
    def is_digital_paper(self) -> bool:
        """数电票 printed on pre-numbered paper: a 20-digit number and a paper code + number."""
        return self in _DIGITAL_PAPER

    @property
    def names_both_parties(self) -> bool:
        """Laid out like a VAT invoice: a block of name and taxpayer id for buyer and seller."""
        return self in _WITH_PARTIES

    @property
    def is_special(self) -> bool:
        """A 专票: its input tax may be credited."""
        return self in _SPECIAL


_TYPE_OF = {
    Form.VAT_SPECIAL: InvoiceType.VAT_SPECIAL,
    Form.FREIGHT_SPECIAL: InvoiceType.VAT_SPECIAL,
    Form.VAT_E_SPECIAL: InvoiceType.VAT_SPECIAL,
    Form.VAT_NORMAL: InvoiceType.VAT_GENERAL,
    Form.VAT_E_NORMAL: InvoiceType.VAT_ELECTRONIC,
    Form.BLOCKCHAIN: InvoiceType.VAT_ELECTRONIC,
    Form.VAT_ROLL: InvoiceType.ROLL,
    Form.DZ_SPECIAL: InvoiceType.DIGITAL_SPECIAL,
    Form.DZP_SPECIAL: InvoiceType.DIGITAL_SPECIAL,
    Form.DZ_NORMAL: InvoiceType.DIGITAL_GENERAL,
    Form.DZP_NORMAL: InvoiceType.DIGITAL_GENERAL,
    Form.VEHICLE: InvoiceType.VEHICLE,
    Form.USED_CAR: InvoiceType.VEHICLE,
    Form.DZ_VEHICLE: InvoiceType.VEHICLE,
    Form.DZ_USED_CAR: InvoiceType.VEHICLE,
    Form.DZP_VEHICLE: InvoiceType.VEHICLE,
    Form.DZP_USED_CAR: InvoiceType.VEHICLE,
    Form.RAIL_E: InvoiceType.TRAIN,
    Form.RAIL_PAPER: InvoiceType.TRAIN,
    Form.AIR_E: InvoiceType.AIR,
    Form.AIR_PAPER: InvoiceType.AIR,
    Form.TAXI: InvoiceType.TAXI,
    Form.QUOTA: InvoiceType.QUOTA,
    Form.TOLL_E: InvoiceType.TOLL,
    Form.TOLL_PAPER: InvoiceType.TOLL,
    Form.TOLL_FISCAL: InvoiceType.TOLL,
}

_TAX_CONTROL = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VEHICLE,
        Form.VAT_NORMAL,
        Form.VAT_E_SPECIAL,
        Form.VAT_E_NORMAL,
        Form.VAT_ROLL,
        Form.TOLL_E,
        Form.USED_CAR,
    }
)
_DIGITAL = frozenset(
    {
        Form.DZ_SPECIAL,
        Form.DZ_NORMAL,
        Form.DZ_VEHICLE,
        Form.DZ_USED_CAR,
        Form.RAIL_E,
        Form.AIR_E,
    }
)
_DIGITAL_PAPER = frozenset({Form.DZP_SPECIAL, Form.DZP_NORMAL, Form.DZP_VEHICLE, Form.DZP_USED_CAR})
_WITH_PARTIES = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_NORMAL,
        Form.VAT_E_SPECIAL,
        Form.VAT_E_NORMAL,
        Form.TOLL_E,
        Form.BLOCKCHAIN,
        Form.DZ_SPECIAL,
        Form.DZ_NORMAL,
        Form.DZP_SPECIAL,
        Form.DZP_NORMAL,
    }
)
_SPECIAL = frozenset(
    {
        Form.VAT_SPECIAL,
        Form.FREIGHT_SPECIAL,
        Form.VAT_E_SPECIAL,
        Form.DZ_SPECIAL,
        Form.DZP_SPECIAL,
    }
)
