"""A mapping profile: which heading of a source holds what. Made once by a person, kept as TOML.

    name = "u8"
    title = "用友 U8 总账"
    layout = "journal"                    # journal, plain or auto
    signature = ["ino_id", "cdigest"]     # a file with all of these is read by this profile

    [columns]
    voucher = ["ino_id"]
    debit = ["md"]

    [side]                                # only where one column holds either side's money
    debit = ["S"]
    credit = ["H"]

Keys of `columns` are those of `columns.Column` in small letters.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator

from models.record import Record
from piaohe.sources.failures import ledger_error

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
PROFILES = "profiles"
"""The folder of profiles, in a home folder and in this package."""
_TOO_LONG = 100_000


class Side(Record):
    """What the column of the side says for debit and for credit."""

    debit: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()


class Profile(Record):
    """A source's columns. `columns` gives for each key the headings it may have, first one first.

    A profile with a `signature` is used by itself where a file has all those headings.
    """

    name: str
    title: str = ""
    layout: Literal["auto", "journal", "plain"] = "auto"
    sheet: str | None = None
    header_row: int | None = Field(None, ge=1, le=1_048_576)
    signature: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]]
    side: Side = Side()

    @field_validator("name")
    @classmethod
    def _is_name(cls, value: str) -> str:
        if not NAME.fullmatch(value):
            raise ValueError("small letters, digits, - and _ only, at most 40")
        return value

    @field_validator("columns")
    @classmethod
    def _are_columns(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        from piaohe.sources.columns import Column

        unknown = [key for key in value if key.upper() not in Column.__members__]
        if unknown or not value:
            known = ", ".join(column.name.lower() for column in Column)
            raise ValueError(f"unknown columns {unknown}; known are {known}")
        return value

    @field_validator("columns", mode="before")
    @classmethod
    def _as_lists(cls, value: object) -> object:
        """One heading may be written without brackets."""
        if isinstance(value, Mapping):
            return {k: (v,) if isinstance(v, str) else v for k, v in value.items()}
        return value


def from_toml(text: str, place: str) -> Profile:
    """Raises LedgerError bad_profile, which names the key."""
    try:
        return Profile.model_validate(tomllib.loads(text[:_TOO_LONG]))
    except tomllib.TOMLDecodeError as error:
        raise ledger_error("bad_profile", place=place, why=str(error)) from error
    except ValidationError as error:
        named = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ledger_error("bad_profile", place=place, why=named) from error


def to_toml(profile: Profile) -> str:
    """The text `from_toml` reads."""
    lines = [f"name = {quoted(profile.name)}"]
    if profile.title:
        lines.append(f"title = {quoted(profile.title)}")
    lines.append(f"layout = {quoted(profile.layout)}")
    if profile.sheet is not None:
        lines.append(f"sheet = {quoted(profile.sheet)}")
    if profile.header_row is not None:
        lines.append(f"header_row = {profile.header_row}")
    if profile.signature:
        lines.append(f"signature = {_list(profile.signature)}")
    lines += ["", "[columns]"]
    lines += [f"{key} = {_list(headings)}" for key, headings in profile.columns.items()]
    if profile.side.debit or profile.side.credit:
        lines += ["", "[side]"]
        lines += [f"debit = {_list(profile.side.debit)}", f"credit = {_list(profile.side.credit)}"]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """A text as a TOML string."""
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", body) + '"'


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(quoted, texts)) + "]"


@cache
def shipped() -> tuple[Profile, ...]:
    """The profiles that come with Piaohe, by name."""
    folder = files("piaohe.sources").joinpath(PROFILES)
    found = [file for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(
        from_toml(file.read_text("utf-8"), file.name)
        for file in sorted(found, key=lambda file: file.name)
    )


class Profiles:
    """The profiles of a home folder before those shipped: a name of one's own goes first."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def all(self) -> list[Profile]:
        """Raises LedgerError bad_profile."""
        own: list[Profile] = []
        if self._folder and self._folder.is_dir():
            for path in sorted(self._folder.glob("*.toml")):
                own.append(from_toml(_read(path), path.name))  # noqa: PERF401 - reads better
        names = {profile.name for profile in own}
        return [*own, *(profile for profile in shipped() if profile.name not in names)]

    def get(self, name: str) -> Profile:
        """By name, or by the path of a TOML file. Raises LedgerError no_profile, bad_profile."""
        if name.endswith(".toml"):
            return from_toml(_read(Path(name)), name)
        every = self.all()
        found = next((profile for profile in every if profile.name == name), None)
        if found is None:
            known = ", ".join(profile.name for profile in every)
            raise ledger_error("no_profile", name=name, known=known)
        return found

    def save(self, profile: Profile) -> Path:
        """Keep a profile in the folder, replacing one of its name."""
        if self._folder is None:
            raise ValueError("no folder to save profiles in")
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{profile.name}.toml"
        draft = path.with_suffix(".draft")
        draft.write_text(to_toml(profile), "utf-8")
        draft.replace(path)
        return path


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(_TOO_LONG)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise ledger_error("bad_profile", place=str(path), why=why) from error
