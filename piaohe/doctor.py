"""Whether this machine has what Piaohe needs, and what to do about what it lacks."""

import ctypes.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from models.errors import PiaoheError
from models.record import Record

OURS = "piaohe"
PACKAGES = ("models", "ingest", "ocr", "classify", "validate", "reconcile", "synth", "piaohe")
"""Our top-level names. `validate` and `models` are common words, so others may claim them."""

LEAST_PYTHON = (3, 11)
LEAST_DISK = 1024**3
LEAST_MEMORY = 2 * 1024**3
ZBAR_COMMAND = "sudo apt-get install -y libzbar0"
_REINSTALL = "请重新安装依赖：make setup"
_REINSTALL_EN = "reinstall the dependencies: make setup"


class Health(StrEnum):
    """ok; warn: works with less; fail: something does not work at all."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Checkup(Record):
    """One thing looked at. `exit_code` is what a failure of it means for the program's own."""

    name: str
    health: Health
    message: str
    message_en: str
    hint: str = ""
    hint_en: str = ""
    exit_code: int = 0


def examine(home: Path | None, open_home: Callable[[Path | None], Path]) -> list[Checkup]:
    """Look at everything. `open_home` opens settings and store, giving the home folder it used.

    It raises PiaoheError where that cannot be done.
    """
    place, kept = _home(home, open_home)
    return [
        _python(sys.version_info[:3]),
        *dependencies(_requires(), _installed),
        cv2_owners(metadata.packages_distributions().get("cv2", [])),
        _weights(),
        zbar(ctypes.util.find_library("zbar")),
        _font(),
        *name_owners(metadata.packages_distributions()),
        kept,
        disk(place),
        memory(_memory_bytes()),
    ]


def exit_code(checkups: Sequence[Checkup]) -> int:
    """The program's exit code: 3 where a dependency is missing, else 4 for home or database."""
    failed = {each.exit_code for each in checkups if each.health is Health.FAIL}
    return min((code for code in failed if code), default=1 if failed else 0)


def _ok(name: str, message: str, message_en: str = "") -> Checkup:
    return Checkup(name=name, health=Health.OK, message=message, message_en=message_en or message)


def _python(version: tuple[int, ...]) -> Checkup:
    text = ".".join(map(str, version))
    if version >= LEAST_PYTHON:
        return _ok("python", text)
    return Checkup(
        name="python",
        health=Health.FAIL,
        message=f"Python {text} 太旧",
        message_en=f"Python {text} is too old",
        hint="需要 Python 3.11 或更新的版本",
        hint_en="Python 3.11 or newer is needed",
        exit_code=3,
    )


def _requires() -> list[str]:
    """What our distribution says it needs; nothing where it is not installed as one."""
    try:
        return metadata.requires(OURS) or []
    except metadata.PackageNotFoundError:
        return []


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def dependencies(
    requires: Sequence[str], installed: Callable[[str], str | None]
) -> Iterator[Checkup]:
    """Each library of `requires` (as in package metadata) with the version that is installed."""
    try:
        from packaging.requirements import Requirement
    except ImportError:
        yield _not_installed("packaging", "packaging", None)
        return
    every = [Requirement(text) for text in requires]
    wanted = [each for each in every if not each.marker or each.marker.evaluate({"extra": ""})]
    if not wanted:
        yield Checkup(
            name="piaohe",
            health=Health.WARN,
            message="票核没有作为软件包安装，无法核对依赖的版本",
            message_en="Piaohe is not installed as a package; its dependencies cannot be compared",
            hint="请安装：make setup",
            hint_en="install it: make setup",
        )
    for requirement in wanted:
        version = installed(requirement.name)
        if version is not None and requirement.specifier.contains(version, prereleases=True):
            yield _ok(requirement.name, version)
            continue
        needed = f"{requirement.name}{requirement.specifier}"
        yield _not_installed(requirement.name, needed, version)


def _not_installed(name: str, needed: str, version: str | None) -> Checkup:
    found = f"已装 {version}" if version else "未安装"
    found_en = f"{version} is installed" if version else "not installed"
    return Checkup(
        name=name,
        health=Health.FAIL,
        message=f"需要 {needed}，{found}",
        message_en=f"{needed} is needed, {found_en}",
        hint=_REINSTALL,
        hint_en=_REINSTALL_EN,
        exit_code=3,
    )


def cv2_owners(owners: Sequence[str]) -> Checkup:
    """Exactly one distribution may bring cv2: of several, the last one installed wins silently."""
    names = sorted(set(owners))
    if names == ["opencv-contrib-python"]:
        return _ok("cv2", names[0])
    surplus = " ".join(name for name in names if name != "opencv-contrib-python")
    command = "pip install --force-reinstall --no-deps opencv-contrib-python==4.10.0.84"
    if surplus:
        command = f"pip uninstall -y {surplus} && {command}"
    return Checkup(
        name="cv2",
        health=Health.FAIL,
        message=f"cv2 应只来自 opencv-contrib-python，现在来自：{', '.join(names) or '无'}",
        message_en=f"cv2 must come from opencv-contrib-python alone, not: "
        f"{', '.join(names) or 'nothing'}",
        hint=f"请执行：{command}",
        hint_en=f"run: {command}",
        exit_code=3,
    )


def _weights() -> Checkup:
    """The OCR weights are there and are the ones we know."""
    try:
        from ocr.engines.weights import DETECTION, RECOGNITION, packaged_file

        names = [packaged_file(weights).name for weights in (DETECTION, RECOGNITION)]
    except PiaoheError as error:
        return _failure("weights", error, 3)
    except ImportError as error:
        return Checkup(
            name="weights",
            health=Health.FAIL,
            message=f"无法加载 {error.name}",
            message_en=f"{error.name} cannot be loaded",
            hint=_REINSTALL,
            hint_en=_REINSTALL_EN,
            exit_code=3,
        )
    return _ok("weights", f"{', '.join(names)}（校验和正确）", f"{', '.join(names)} (sha256 ok)")


def zbar(library: str | None) -> Checkup:
    """The second QR decoder; without it some worn codes are not read."""
    if library:
        return _ok("libzbar0", library)
    return Checkup(
        name="libzbar0",
        health=Health.WARN,
        message="没有系统库 libzbar0：少一个二维码解码器，磨损的二维码可能读不出",
        message_en="the system library libzbar0 is missing: one QR decoder less for worn codes",
        hint=f"请执行：{ZBAR_COMMAND}",
        hint_en=f"run: {ZBAR_COMMAND}",
    )


def _font() -> Checkup:
    """A Chinese font, which only `synth` needs."""
    try:
        from synth.fonts import Font, find

        return _ok("font", find(Font.SONG).path.name)
    except PiaoheError as error:
        hint, hint_en = error.record.hint, error.record.hint_en
    except ImportError:
        hint, hint_en = _REINSTALL, _REINSTALL_EN
    return Checkup(
        name="font",
        health=Health.WARN,
        message="没有可用的中文字体：piaohe synth 不能生成样票，其他功能不受影响",
        message_en="no Chinese font: piaohe synth cannot draw; nothing else needs one",
        hint=hint,
        hint_en=hint_en,
    )


def name_owners(table: Mapping[str, Sequence[str]]) -> Iterator[Checkup]:
    """Our top-level names belong to our distribution alone. `table`: name -> distributions."""
    clashes = {
        name: sorted(set(table.get(name, [])) - {OURS})
        for name in PACKAGES
        if set(table.get(name, [])) - {OURS}
    }
    if not clashes:
        yield _ok("names", "没有名称冲突", "no clashes of names")
    for name, others in clashes.items():
        yield Checkup(
            name="names",
            health=Health.FAIL,
            message=f"软件包 {', '.join(others)} 也占用了顶层名称 {name}",
            message_en=f"{', '.join(others)} also installs the top-level name {name}",
            hint=f"请卸载后重装：pip uninstall -y {' '.join(others)} && make setup",
            hint_en=f"remove it and reinstall: pip uninstall -y {' '.join(others)} && make setup",
            exit_code=3,
        )


def _home(home: Path | None, open_home: Callable[[Path | None], Path]) -> tuple[Path, Checkup]:
    """The home folder is writable, and its database opens and is at its current version."""
    try:
        place = open_home(home)
    except PiaoheError as error:
        return (home or Path()), _failure("home", error, error.exit_code)
    return place, _ok("home", f"{place}（可写，数据库为当前版本）", f"{place} (writable, current)")


_PROBLEMS = {
    "database_damaged": ("数据库已损坏：{}", "the database is damaged: {}"),
    "original_damaged": ("原件内容与其指纹不符：{}", "an original is damaged: {}"),
    "original_missing": ("原件丢失：{}", "an original is missing: {}"),
}


def integrity(problems: Sequence[tuple[str, str]]) -> Iterator[Checkup]:
    """What reading everything kept has found. `problems`: (code, subject), as `Store.check`."""
    if not problems:
        yield _ok("integrity", "数据库和所有原件完好", "the database and every original are sound")
    for code, subject in problems:
        message, message_en = _PROBLEMS[code]
        yield Checkup(
            name="integrity",
            health=Health.FAIL,
            message=message.format(subject),
            message_en=message_en.format(subject),
            hint="请从备份恢复；备份中的原件按指纹存放在 originals 目录",
            hint_en="bring it back from a backup, whose originals folder has it by fingerprint",
            exit_code=4,
        )


def disk(place: Path) -> Checkup:
    """Room for originals."""
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"{free / 1024**3:.1f} GiB"
    if free >= LEAST_DISK:
        return _ok("disk", f"剩余 {text}", f"{text} free")
    return Checkup(
        name="disk",
        health=Health.WARN,
        message=f"磁盘只剩 {text}",
        message_en=f"only {text} left on the disk",
        hint="请清理磁盘，或用 --home 指定另一块盘上的数据目录",
        hint_en="free some space, or name a home folder on another disk with --home",
    )


def memory(size: int | None) -> Checkup:
    """Memory to read large pictures in. `size` is in bytes, None where it is not known."""
    if size is None:
        return _ok("memory", "未知", "unknown")
    text = f"{size / 1024**3:.1f} GiB"
    if size >= LEAST_MEMORY:
        return _ok("memory", text)
    return Checkup(
        name="memory",
        health=Health.WARN,
        message=f"内存只有 {text}，读大图可能不够",
        message_en=f"only {text} of memory: large pictures may not fit",
        hint="建议 2 GiB 以上；可用设置 limits.max_pixels 拒绝过大的图",
        hint_en="2 GiB or more is advised; limits.max_pixels can refuse large pictures",
    )


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _failure(name: str, error: PiaoheError, code: int) -> Checkup:
    return Checkup(
        name=name,
        health=Health.FAIL,
        message=error.record.message,
        message_en=error.record.message_en,
        hint=error.record.hint,
        hint_en=error.record.hint_en,
        exit_code=code,
    )
