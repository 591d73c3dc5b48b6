"""HTML pages that need nothing else: style and script inside, nothing let in from outside."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from piaohe.report.visible import unturned

ZONE = ZoneInfo("Asia/Shanghai")


def rendered(
    template: str, styles: Sequence[str], scripts: Sequence[str], **values: object
) -> Iterator[str]:
    """The page in pieces. `styles` and `scripts` are files beside the template, joined in order."""
    environment = _environment()
    css, js = ("".join(_source(environment, name) for name in names) for names in (styles, scripts))
    return environment.get_template(template).generate(
        css=css, js=js, policy=_policy(css, js), **values
    )


def format_money(value: Decimal | None) -> str:
    """1234.5 -> ¥1,234.50; a minus sign that lines up with digits."""
    if value is None:
        return "—"
    return f"{'−' if value < 0 else ''}¥{abs(value):,.2f}"


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("piaohe.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: unturned(value) if isinstance(value, str) else value,
    )
    environment.filters |= {
        "money": format_money,
        "percent": lambda share: f"{share * 100:.0f}%",
        "data_uri": _data_uri,
        "instant": lambda moment: moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"),
    }
    return environment


def _data_uri(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def _source(environment: Environment, name: str) -> str:
    loader = environment.loader
    if loader is None:
        raise RuntimeError("the environment was made with a loader")
    return loader.get_source(environment, name)[0]


def _policy(css: str, js: str) -> str:
    """A content security policy that lets in nothing but this page's own style and script."""
    style, script = (
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
        for text in (css, js)
    )
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style}'; "
        f"script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    )
