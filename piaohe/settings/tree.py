"""The settings: one tree, read once at the edge.

A value comes from, the first that has it: the caller (`--home`), the environment (prefix
`PIAOHE_`, levels joined by two underscores: `PIAOHE_OCR__THREADS=2`), the TOML file
(`<home>/piaohe.toml`, or what PIAOHE_CONFIG names), the default below.
"""

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as SourceError

from models.errors import SettingsError
from models.identifiers import is_uscc, tax_id_kind
from models.text import squash
from piaohe.settings.sections import (
    AlertSettings,
    DatabaseSettings,
    FlowSettings,
    ObserveSettings,
    OriginalsSettings,
    RetentionSettings,
    ScheduleSettings,
    UserPath,
    WebSettings,
)
from piaohe.settings.sections import Section as _Section
from piaohe.settings.sections import expanded as _expanded

PREFIX = "PIAOHE_"
CONFIG_VARIABLE = "PIAOHE_CONFIG"
CONFIG_FILE = "piaohe.toml"
DEFAULT_HOME = Path("~/.piaohe")


class OcrSettings(_Section):
    """How pictures are read."""

    engine: Literal["paddle"] = Field("paddle", description="The OCR engine.")
    model_dir: UserPath | None = Field(
        None,
        description="A folder with other recognition weights; empty takes the packaged ones.",
    )
    runtime: Literal["onnxruntime", "openvino"] = Field(
        "onnxruntime",
        description="What the models run on; openvino is faster on processors with bfloat16, takes "
        "more memory, and has to be installed (the extra piaohe[openvino]).",
    )
    threads: int | None = Field(
        None, ge=1, le=256, description="Threads the engine may use; empty takes every core."
    )
    detection_side_limit: int = Field(
        1280,
        ge=320,
        le=8000,
        description="The long side, in pixels, to which a picture is shrunk to find its lines.",
    )


class LimitSettings(_Section):
    """What is refused rather than read."""

    max_file_mib: int = Field(100, ge=1, description="The largest file taken in, in MiB.")
    max_pixels: int = Field(
        120_000_000, ge=1_000_000, description="The largest picture or page, in pixels."
    )
    max_pages: int = Field(500, ge=1, description="The most pages a file may have.")


class SignatureSettings(_Section):
    """Under whom signers of electronic originals are trusted."""

    trusted_dir: UserPath | None = Field(
        None,
        description="A folder of the certificates (PEM or DER) of authorities whose signers are "
        "trusted; empty trusts none, and signatures are only checked for changes.",
    )


class EntitySettings(_Section):
    """A company of ours: invoices must name it as the buyer."""

    name: str = Field(min_length=1, description="Its full name, as invoices must print it.")
    tax_id: str = Field(description="Its 统一社会信用代码 or older taxpayer number.")
    aliases: tuple[str, ...] = Field((), description="Other names that are accepted for it.")

    @field_validator("tax_id")
    @classmethod
    def _known_shape(cls, value: str) -> str:
        """Refuse a mistyped number here, because every invoice would fail against it."""
        tax_id = squash(value).upper()
        if not 15 <= len(tax_id) <= 20 or not tax_id.isascii() or not tax_id.isalnum():
            raise ValueError("a taxpayer number has 15 to 20 letters and digits")
        if tax_id_kind(tax_id) == "uscc" and not is_uscc(tax_id):
            raise ValueError("the check character of this 统一社会信用代码 is wrong")
        return tax_id


class PolicySettings(_Section):
    """Thresholds a company sets for itself (domain.md 6.4, 8)."""

    max_age_days: int = Field(
        365, ge=1, description="An invoice older than this many days needs a person."
    )
    upload_lag_hours: int = Field(
        48,
        ge=0,
        description="For this many hours after its date an invoice may still be on its way into "
        "the ledger.",
    )


class Settings(BaseSettings):
    """All settings. `load_settings` reads them; keyword arguments here stand for the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        validate_default=True,
    )

    home: UserPath = Field(
        DEFAULT_HOME, description="The folder of the database, the originals and piaohe.toml."
    )
    language: Literal["zh", "en"] = Field("zh", description="The language of messages.")
    ocr: OcrSettings = OcrSettings()
    limits: LimitSettings = LimitSettings()
    signatures: SignatureSettings = SignatureSettings()
    entities: tuple[EntitySettings, ...] = Field(
        (), description="Our own companies. Without any, the buyer is not checked."
    )
    policy: PolicySettings = PolicySettings()
    flow: FlowSettings = FlowSettings()
    web: WebSettings = WebSettings()
    database: DatabaseSettings = DatabaseSettings()
    originals: OriginalsSettings = OriginalsSettings()
    observe: ObserveSettings = ObserveSettings()
    alerts: AlertSettings = AlertSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    retention: RetentionSettings = RetentionSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the arguments, which are the file's contents."""
        return env_settings, init_settings


class SettingRow(NamedTuple):
    """A line of the settings table: `default` is as it would be written, empty for none."""

    name: str
    variable: str
    type: str
    default: str
    description: str


def load_settings(home: Path | None = None) -> Settings:
    """Read the settings; `home` goes before what the environment and the file say.

    Raises SettingsError: settings_file_unreadable, settings_file_invalid, setting_invalid,
    setting_unknown. Its message names the key and what is wrong with it.
    """
    file, contents = _read_file(home)
    _refuse_misspelt_variables()
    try:
        settings = Settings(**contents)
    except ValidationError as error:
        raise _invalid(error, file) from error
    except SourceError as error:
        raise _unparsable(error) from error
    chosen = _expanded(home or settings.home).absolute()
    return settings.model_copy(update={"home": chosen})


def describe() -> list[SettingRow]:
    """Every setting with its variable, type, default and description, in the order of the tree."""
    return list(_rows(Settings, ""))


def _rows(model: type[BaseModel], prefix: str) -> Iterator[SettingRow]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        section = field.annotation
        if isinstance(section, type) and issubclass(section, BaseModel):
            yield from _rows(section, f"{path}.")
            continue
        yield _row(path, field)
        for item in get_args(section):
            if isinstance(item, type) and issubclass(item, BaseModel):
                yield from _rows(item, f"{path}[].")


def _row(path: str, field: FieldInfo) -> SettingRow:
    # the members of a list have no variable of their own: the list is given as JSON
    variable = "" if "[]" in path else PREFIX + path.upper().replace(".", "__")
    default = field.default
    empty = default is None or default is PydanticUndefined or default == ()
    return SettingRow(
        path,
        variable,
        _type_name(field.annotation),
        "" if empty else str(default),
        field.description or "",
    )


def _type_name(annotation: Any) -> str:
    """A type as a reader of the settings table would call it."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_name(args[0])
    if origin is Literal:
        return " | ".join(str(arg) for arg in args)
    if origin is tuple:
        return f"list of {_type_name(args[0])}"
    if args:
        return " | ".join(_type_name(arg) for arg in args if arg is not type(None))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    names: dict[object, str] = {Path: "path", str: "text", int: "whole number", float: "number"}
    names[bool], names[SecretStr] = "yes or no", "secret text"
    return names.get(annotation, str(annotation))


def _read_file(home: Path | None) -> tuple[Path, dict[str, Any]]:
    """The settings file and what it says; nothing where the default one is not there."""
    named = os.environ.get(CONFIG_VARIABLE)
    folder = home or Path(os.environ.get(f"{PREFIX}HOME") or DEFAULT_HOME)
    file = _expanded(Path(named)) if named else _expanded(folder) / CONFIG_FILE
    try:
        # utf-8-sig: editors on Windows put a mark in front that TOML does not know
        return file, tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError) as error:
        if not named:
            return file, {}
        raise _unreadable(file, error) from error
    except OSError as error:
        raise _unreadable(file, error) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "not UTF-8"
        raise SettingsError(
            "settings_file_invalid",
            f"设置文件 {file} 不是有效的 TOML：{why}",
            "请修正该行，或暂时移走该文件以使用默认设置。",
            message_en=f"the settings file {file} is not valid TOML: {why}",
            hint_en="Correct that line, or move the file away to use the defaults.",
        ) from error


def _unreadable(file: Path, error: OSError) -> SettingsError:
    why = error.strerror or type(error).__name__
    return SettingsError(
        "settings_file_unreadable",
        f"无法读取设置文件 {file}：{why}",
        f"请检查文件是否存在及其权限；文件由 {CONFIG_VARIABLE} 或数据目录决定。",
        message_en=f"the settings file {file} cannot be read: {why}",
        hint_en=f"Check that it is there and its rights; {CONFIG_VARIABLE} or the home folder "
        "decides which file it is.",
    )


def _refuse_misspelt_variables() -> None:
    """A variable that is nearly one of ours is a mistake; any other is somebody else's."""
    known = [row.variable for row in describe() if row.variable] + [CONFIG_VARIABLE]
    sections = [
        f"{PREFIX}{name.upper()}"
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    ]
    for name in sorted(os.environ):
        upper = name.upper()
        if not upper.startswith(PREFIX) or upper in known or upper in sections:
            continue
        if near := difflib.get_close_matches(upper, known, n=1, cutoff=0.85):
            raise SettingsError(
                "setting_unknown",
                f"没有名为 {name} 的设置，是否想写 {near[0]}？",
                "请改正或删除这个环境变量。",
                message_en=f"there is no setting {name}; did you mean {near[0]}?",
                hint_en="Correct or remove this environment variable.",
            )


_CHINESE = {
    "extra_forbidden": "没有这个设置",
    "missing": "缺少这个设置",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "path_type": "应为路径",
    "tuple_type": "应为列表",
    "model_type": "应为一组设置（表）",
    "literal_error": "应为 {expected} 之一",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
}


def _invalid(error: ValidationError, file: Path) -> SettingsError:
    """Say every wrong setting by its key, and where the first one was set. Values are not shown."""
    problems = error.errors(include_url=False, include_input=False)
    chinese, english = [], []
    for problem in problems:
        key = _key(problem["loc"])
        reason = _CHINESE.get(problem["type"], "值不可用（{error}）")
        facts = {"error": problem["msg"]} | problem.get("ctx", {})
        chinese.append(f"{key}：{reason.format(**facts)}")
        english.append(f"{key}: {problem['msg']}")
    first = problems[0]["loc"]
    place = _variable_of(first) or str(file)
    unknown = all(problem["type"] == "extra_forbidden" for problem in problems)
    return SettingsError(
        "setting_unknown" if unknown else "setting_invalid",
        "设置不可用：" + "；".join(chinese),
        f"请修改 {place}；所有设置见 docs/settings.md。",
        message_en="unusable settings: " + "; ".join(english),
        hint_en=f"Change it in {place}; docs/settings.md lists every setting.",
    )


def _unparsable(error: SourceError) -> SettingsError:
    """A variable that holds a list or table but no JSON; the library names its top-level field."""
    named = [name for name in Settings.model_fields if f'"{name}"' in str(error)]
    variable = PREFIX + (named[0].upper() if named else "…")
    return SettingsError(
        "setting_invalid",
        f"环境变量 {variable} 应为 JSON",
        f'请改为 JSON，例如 {PREFIX}ENTITIES=\'[{{"name": "…", "tax_id": "…"}}]\'。',
        message_en=f"the environment variable {variable} should be JSON",
        hint_en=f'Write JSON, such as {PREFIX}ENTITIES=\'[{{"name": "…", "tax_id": "…"}}]\'.',
    )


def _key(location: tuple[int | str, ...]) -> str:
    """`("entities", 0, "tax_id")` as `entities[0].tax_id`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".")


def _variable_of(location: tuple[int | str, ...]) -> str | None:
    """The environment variable that gave the value at a location, if one did."""
    present = {name.upper(): name for name in os.environ}
    for length in range(len(location), 0, -1):
        name = PREFIX + "__".join(str(part) for part in location[:length]).upper()
        if name in present:
            return present[name]
    return None
