"""Reports of a run: report.html to look at, report.xlsx to work with.

`write_html(report, path, take_picture)` and `write_xlsx(report, path)` write from the same
`Report`; both replace an older file only when the new one is complete.
"""

from piaohe.report.content import Item, Report, Summary, Tally, Unclaimed, urgency
from piaohe.report.html import write_html
from piaohe.report.page import format_money
from piaohe.report.pictures import Picture, picture_from_jpeg, take_picture
from piaohe.report.xlsx import write_xlsx

__all__ = [
    "Item",
    "Picture",
    "Report",
    "Summary",
    "Tally",
    "Unclaimed",
    "format_money",
    "picture_from_jpeg",
    "take_picture",
    "urgency",
    "write_html",
    "write_xlsx",
]
