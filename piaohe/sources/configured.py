"""The outside systems of a home folder, as `sources.toml` there describes them.

    [u8]
    kind = "sql"
    url_env = "U8_URL"                 # the address with its password is in this variable
    query = "SELECT … FROM GL_accvouch WHERE dbill_date >= '2026-01-01'"
    profile = "yonyou-u8"

They are not in the settings: sources are added by a command while others run, each has its own
fields, and a mistake in one must not stop every command. Nothing secret may stand in the file:
passwords and tokens are named by the environment variable that holds them.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError, model_validator
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.record import Record
from piaohe.sources.failures import ledger_error
from piaohe.sources.http_json import JsonShape, Paging
from piaohe.sources.profile import NAME, quoted
from piaohe.sources.sql import read_only

FILE = "sources.toml"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]{0,99}$"
_SECRETS = re.compile(r"authori|token|secret|passw|api[-_]?key|cookie", re.IGNORECASE)

Variable = Annotated[str, Field(pattern=_VARIABLE)]


class _Source(Record):
    """What every source has. `entity_tax_id` and `direction` say whose invoices it holds: "in" are
    those received, "out" those issued."""

    profile: str | None = None
    entity_tax_id: str | None = None
    direction: Literal["in", "out"] | None = None


class FileSource(_Source):
    """An export that is put at a path; with * in its name the newest of those files."""

    kind: Literal["file"]
    path: str = Field(min_length=1)


class SqlSource(_Source):
    """A query. The address is `url`, without a password, or the variable `url_env`."""

    kind: Literal["sql"]
    url: str | None = None
    url_env: Variable | None = None
    query: str = Field(min_length=1)
    max_rows: int = Field(2_000_000, ge=1)
    seconds: float = Field(300.0, gt=0, le=7200)

    @model_validator(mode="after")
    def _has_one_address(self) -> "SqlSource":
        if (self.url is None) == (self.url_env is None):
            raise ValueError("give either url or url_env")
        try:
            has_password = self.url is not None and make_url(self.url).password is not None
        except ArgumentError:
            raise ValueError("url is no SQLAlchemy address") from None
        if has_password:
            raise ValueError("a password may not stand here: put the whole url into url_env")
        return self


class _Http(Record):
    urls: tuple[str, ...] = Field(min_length=1)
    headers: dict[str, str] = Field(default_factory=dict)
    headers_env: dict[str, Variable] = Field(default_factory=dict)
    insecure: bool = False
    """Allows http:// to other machines than this one."""

    @model_validator(mode="after")
    def _is_safe(self) -> "_Http":
        for url in self.urls:
            match = re.fullmatch(r"(https?)://([^/?#@\s]+)(?:[/?#]\S*)?", url)
            if not match:
                raise ValueError("an address begins with https:// and holds no user or password")
            is_here = re.fullmatch(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?", match[2])
            if match[1] == "http" and not is_here and not self.insecure:
                raise ValueError("http:// shows tokens to everybody on the way: use https://")
            if _SECRETS.search(url.partition("?")[2]):
                raise ValueError("a token may not stand in an address: use headers_env")
        for header in self.headers:
            if _SECRETS.search(header):
                raise ValueError(f"the header {header} is secret: name its variable in headers_env")
        return self


class HttpSource(_Http, _Source):
    """Pages of JSON at `urls`, which are the same service at several addresses."""

    kind: Literal["http"]
    method: Literal["GET", "POST"] = "GET"
    parameters: dict[str, str | int] = Field(default_factory=dict)
    shape: JsonShape
    paging: Paging = Paging()
    max_rows: int = Field(2_000_000, ge=1)
    seconds: float = Field(600.0, gt=0, le=7200)


class PortalSource(_Http):
    """The check platform, or a service in front of it, that answers as `portal_mock` does.

    Off unless `enabled`. `per_day` is how often an invoice may be asked about in a day.
    """

    kind: Literal["portal"]
    enabled: bool = False
    per_day: int = Field(5, ge=1, le=5)
    keep_days: int = Field(30, ge=0, le=3650)
    seconds: float = Field(20.0, gt=0, le=300)


Source: TypeAlias = Annotated[
    FileSource | SqlSource | HttpSource | PortalSource, Field(discriminator="kind")
]
_SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


def source_of(values: Mapping[str, Any], name: str) -> Source:
    """A source from its table. Raises LedgerError bad_sources, which names the key."""
    try:
        if not NAME.fullmatch(name):
            raise ledger_error("bad_sources", place=name, why="a-z 0-9 - _")
        return _SOURCE.validate_python(dict(values))
    except ValidationError as error:
        named = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ledger_error("bad_sources", place=f"[{name}]", why=named) from None


class Sources:
    """The sources of a home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.file = home / FILE

    def tables(self) -> dict[str, dict[str, Any]]:
        """Every source by name, as the file has it. Raises LedgerError bad_sources."""
        try:
            text = self.file.read_text("utf-8-sig")
            contents = tomllib.loads(text)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ledger_error("bad_sources", place=str(self.file), why=why[:200]) from error
        for name, values in contents.items():
            if not isinstance(values, dict):
                raise ledger_error("bad_sources", place=str(self.file), why=f"{name}: [{name}]")
        return contents

    def get(self, name: str) -> Source:
        """Raises LedgerError no_source, bad_sources."""
        tables = self.tables()
        if name not in tables:
            raise ledger_error("no_source", name=name, known=", ".join(tables) or "—")
        return source_of(tables[name], name)

    def add(self, name: str, values: Mapping[str, Any]) -> Source:
        """Check a new source and write it behind the others, whose text stays as it is.

        Raises LedgerError source_exists, bad_sources, sql_refused.
        """
        if name in self.tables():
            raise ledger_error("source_exists", name=name)
        source = source_of(values, name)
        if isinstance(source, SqlSource):
            read_only(source.query)
        before = self.file.read_text("utf-8-sig").rstrip() if self.file.exists() else ""
        text = f"{before}\n\n{table_toml(name, values)}" if before else table_toml(name, values)
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(text, "utf-8")
        draft.replace(self.file)
        return source


def secret(variable: str, name: str) -> str:
    """What an environment variable holds. Raises LedgerError secret_missing."""
    value = os.environ.get(variable)
    if not value:
        raise ledger_error("secret_missing", name=name, variable=variable)
    return value


def headers_of(source: HttpSource | PortalSource, name: str) -> dict[str, str]:
    """All headers, the secret ones looked up. Raises LedgerError secret_missing."""
    secrets = {key: secret(variable, name) for key, variable in source.headers_env.items()}
    return {**source.headers, **secrets}


def table_toml(name: str, values: Mapping[str, Any]) -> str:
    """A table of TOML; tables within it come below."""
    plain = {key: value for key, value in values.items() if not isinstance(value, Mapping)}
    lines = [f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in plain.items())]
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            lines += ["", table_toml(f"{name}.{_key(key)}", value).rstrip()]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return quoted(str(value))
