"""Lists of red-letter confirmations."""

import datetime

import pytest

from models.errors import LedgerError
from piaohe.sources.confirmations import read_confirmations
from synth.ledgers import pile, plant
from tests.support.ledgers import NUMBER, xlsx

HEAD = ["红字确认单编号*", "蓝字发票代码", "蓝字发票号码", "录入日期", "确认单状态"]


def test_confirmations_in_force_are_read():
    rows = [
        ["1" * 20, None, NUMBER, "2026-02-01", "销方录入待购方确认"],
        ["2" * 20, "044001900111", "00015045", "2026/2/2", "购销双方已确认"],
        ["3" * 20, None, NUMBER, "2026-02-03", "发起方已撤销"],
        ["4" * 20, None, NUMBER, None, "购方已否认"],
        [None, None, None, None, None],
    ]
    first, second = read_confirmations(xlsx({"说明": [["说明"]], "s": [["标题"], HEAD, *rows]}))
    assert (first.blue, first.number, first.pending) == (NUMBER, "1" * 20, True)
    assert first.entered == datetime.date(2026, 2, 1)
    assert (second.blue, second.pending) == ("044001900111-00015045", False)


def test_the_list_synth_plants():
    planted = plant(pile(1), 1)
    ((_, data),) = planted.others
    held = {line.key for line in planted.expected if line.cause == "N20"}
    assert held <= {found.blue for found in read_confirmations(data) if found.pending}


def test_another_file_is_refused():
    with pytest.raises(LedgerError, match="missing_columns"):
        read_confirmations(xlsx({"s": [["发票号码", "价税合计"], [NUMBER, 1]]}))
