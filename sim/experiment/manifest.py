"""The manifest of a result: what was asked, by which code, and which blocks are stored; written atomically, with a checksum."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from sim._version import __version__
from sim.experiment.design import Block, Design, Scenario
from sim.foundation import files
from sim.foundation.errors import Fault, UserError

NAME = "manifest.json"
DATA = "data.zarr"
POSTERIOR = "posterior.csv"
FORMAT = 2
MOST_BYTES = 100_000_000

Sum = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
"""Of a variable or dimension; it becomes part of a file's name."""
BlockName = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}-[0-9]{7}(\.[0-9]{1,5})?$")]
Arms = Annotated[dict[str, Sum], Field(min_length=1, max_length=100_000)]
Count = Annotated[int, Field(ge=1, le=10_000_000)]

_PACKAGES = ("mesa", "networkx", "numpy", "scipy", "xarray", "numcodecs", "pydantic", "ruamel.yaml", "pint")
_MODEL_ROOMS = ("foundation", "rules", "scenario", "models")


Engine = Literal["numpy", "traced"]
"""What played: `sim.experiment.engines`."""


class DamageError(UserError):
    """A stored result is not as it was written."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class VariableLayout(_Strict):
    """Dimensions after arm, replicate and time, unit and meaning of a stored variable."""

    dims: list[Name]
    units: str
    long_name: str


class Layout(_Strict):
    """What every block of a result holds: variables by name, labels by dimension, days since the start of each row."""

    variables: dict[Name, VariableLayout] = Field(min_length=1)
    coords: dict[Name, list[str]]
    days: list[int] = Field(min_length=1, max_length=100_000)

    @model_validator(mode="after")
    def _has_every_dimension(self) -> Layout:
        missing = {dim for one in self.variables.values() for dim in one.dims} - self.coords.keys()
        if missing or {"arm", "replicate", "time"} & (self.coords.keys() | self.variables.keys()):
            raise ValueError(f"no labels for {', '.join(sorted(missing)) or 'what they name'}")
        return self

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a variable behind arm and replicate: (time, ...)."""
        return (len(self.days), *(len(self.coords[dim]) for dim in self.variables[name].dims))


class Static(_Strict):
    """A variable without arm, replicate and time."""

    dims: list[Name]
    values: list[float | None]
    attrs: dict[str, str]


class Receipt(_Strict):
    """What a block holds: arms (each with the key of its numbers), replicates, layout, and the checksum of every chunk.

    It names all that its numbers depend on, so a block is never taken for one of another study.
    """

    arms: Arms
    first: int = Field(ge=0, le=10_000_000)
    count: Count
    layout: Layout
    sums: dict[Name, Sum]

    @model_validator(mode="after")
    def _has_every_sum(self) -> Receipt:
        if self.sums.keys() != self.layout.variables.keys():
            raise ValueError("checksums and variables differ")
        return self

    @property
    def replicates(self) -> range:
        """The replicates in the block."""
        return range(self.first, self.first + self.count)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of the chunk of a variable: (arm, replicate, time, ...)."""
        return (len(self.arms), self.count, *self.layout.shape(name))

    def block(self, arms: Sequence[str]) -> Block:
        """Return the block in a design with these arms."""
        return Block(tuple(arms.index(name) for name in self.arms), self.replicates)


class Manifest(_Strict):
    """What a result folder says of itself; see the module."""

    format: int
    program: str
    engine: Engine = "numpy"
    git_commit: str | None
    model_code: str
    python: str
    packages: dict[str, str | None]
    command: str
    created: str
    title: str
    scenario_hash: str
    posterior: Sum | None
    arms: Arms
    seed: int
    replicates: Count
    start: str
    horizon_days: int = Field(ge=1, le=100_000)
    kept: list[Name] | None
    layout: Layout | None
    attributes: dict[str, str | int | float | bool | list[str | int | float | bool] | None]
    static: dict[Name, Static]
    blocks: dict[BlockName, Sum]
    scenario: str

    @model_validator(mode="after")
    def _is_a_date(self) -> Manifest:
        dt.date.fromisoformat(self.start)
        if self.blocks and self.layout is None:
            raise ValueError("blocks, but no layout")
        return self

    @property
    def remedy(self) -> str:
        """What to do about damage: one clause."""
        command = "".join(letter if letter.isprintable() else "?" for letter in self.command)
        return f"give the same command again to mend it{f': {command}' if command else ''}"


def describe(
    scenario: Scenario, plan: Design, command: str, keep: tuple[str, ...] | None = None
) -> dict[Engine, Manifest]:
    """Return a new manifest by engine, with no block; `keep` names the variables that are stored, None for all."""
    engines: tuple[Engine, ...] = get_args(Engine)
    keys = {engine: _keys(scenario, plan, keep, engine) for engine in engines}
    posterior = getattr(scenario, "posterior", None)
    first = Manifest(
        format=FORMAT,
        program=f"in-concert {__version__}",
        git_commit=git_commit(),
        model_code=model_code(),
        python=platform.python_version(),
        packages={name: _version(name) for name in _PACKAGES},
        command=command,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        title=scenario.title,
        scenario_hash=scenario.hash,
        posterior=posterior.digest if posterior else None,
        arms=keys["numpy"],
        seed=plan.seed,
        replicates=plan.replicates,
        start=plan.start.isoformat(),
        horizon_days=plan.days,
        kept=None if keep is None else list(keep),
        layout=None,
        attributes={},
        static={},
        blocks={},
        scenario=scenario.text,
    )
    return {engine: first.model_copy(update={"engine": engine, "arms": arms}) for engine, arms in keys.items()}


def _keys(scenario: Scenario, plan: Design, keep: tuple[str, ...] | None, engine: str) -> dict[str, str]:
    """Return by arm a sha256 of all that the stored numbers of a replicate depend on."""
    common = f"{model_code()} {plan.seed} {plan.start} {plan.days} {keep} {engine}"
    return {arm: hashlib.sha256(f"{common} {scenario.hashes[arm]}".encode()).hexdigest() for arm in plan.arms}


def differences(old: Manifest, new: Manifest) -> list[str]:
    """Return in words why a result described by `old` cannot go on as `new`; further arms and replicates are no reason."""
    found = []
    if old.blocks and old.engine != new.engine:  # what holds nothing yet can be of any engine
        found.append(f"engine {old.engine} there, {new.engine} now")
    for key, word in (("seed", "seed"), ("start", "start"), ("horizon_days", "horizon in days")):
        if getattr(old, key) != getattr(new, key):
            found.append(f"{word} {getattr(old, key)} there, {getattr(new, key)} now")
    for key, word in (
        ("model_code", "program code"),
        ("kept", "variables kept (run.record)"),
        ("posterior", "posterior"),
    ):
        if getattr(old, key) != getattr(new, key):
            found.append(word)
    if new.replicates < old.replicates:
        found.append(f"replicates {old.replicates} there, {new.replicates} now")
    gone = [arm for arm in old.arms if arm not in new.arms]
    if gone:
        found.append(f"arms there, and not now: {', '.join(gone)}")
    changed = [arm for arm in old.arms if arm in new.arms and old.arms[arm] != new.arms[arm]]
    if changed and not found and old.engine == new.engine:
        every = len(changed) == len(old.arms)
        found.append("scenario" if every else f"scenario of the arms {', '.join(changed)}")
    return found


def same_study(one: Manifest, other: Manifest) -> bool:
    """Return whether two manifests ask for the same arms and replicates of the same scenario, by the same code."""
    return all(getattr(one, key) == getattr(other, key) for key in ("scenario_hash", "arms", "replicates"))


MEND = "give the command that made it again to mend it"
"""The remedy where the manifest, which knows the command, is lost."""


def demand(folder: Path) -> Manifest:
    """Return the manifest of the result in `folder`.

    Raises
    ------
    DamageError
        If it is not as it was written, or missing where there are data; with the remedy.
    UserError
        If there is no result in the folder, or another version of the program wrote it.
    """
    try:
        found = read(folder)
    except DamageError as error:
        raise DamageError([replace(fault, message=f"{fault.message} - {MEND}") for fault in error.faults]) from error
    if found is None and (folder / DATA).is_dir():
        raise DamageError([Fault(f"the manifest is missing - {MEND}", str(folder / NAME))])
    if found is None:
        raise UserError([f"no result in {folder}: it has no {NAME}"])
    return found


def read(folder: Path) -> Manifest | None:
    """Return the manifest in `folder`, or None if there is none.

    Raises
    ------
    DamageError
        If it is not as it was written.
    UserError
        If another version of the program wrote it; the message says which.
    """
    path = folder / NAME
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UserError([Fault(f"cannot be read: {error.strerror or error}", str(path))]) from error
    try:
        found = unsealed(files.read_bytes(path, MOST_BYTES))
    except (UserError, ValueError) as error:
        raise DamageError([Fault(f"the manifest is damaged ({_short(error)})", str(path))]) from error
    if found.get("format") != FORMAT:
        by = f"{found.get('program', 'another program')!s:.60}, as format {found.get('format')!s:.20}"
        raise UserError(
            [Fault(f"written by {by} - this version reads format {FORMAT}: make it again in another folder", str(path))]
        )
    return validated(Manifest, found, path)


Model = TypeVar("Model", bound=BaseModel)


def validated(kind: type[Model], found: dict[str, Any], path: Path) -> Model:
    """Return plain data as a `kind`; what has other types than our own is damage."""
    try:
        return kind.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80]
        message = f"the manifest is damaged ({where}: {first['msg'][:100]})"
        raise DamageError([Fault(message, str(path))]) from error


def write(folder: Path, manifest: Manifest) -> None:
    """Write the manifest so that a reader or a crash sees the old one or the new one, never a half."""
    files.write_bytes(folder / NAME, sealed(manifest.model_dump())[0])


def sealed(content: dict[str, Any]) -> tuple[bytes, str]:
    """Return plain data as JSON with its checksum in it under ``sum``, and that checksum."""
    digest = _sum(content)
    return json.dumps({**content, "sum": digest}, indent=1, ensure_ascii=False).encode(
        "utf-8", "backslashreplace"
    ), digest


def unsealed(written: bytes) -> dict[str, Any]:
    """Return the plain data that `sealed` wrote; a manifest of an older format has no checksum.

    Raises
    ------
    ValueError
        If it is no JSON mapping, or its checksum differs.
    """
    try:
        found = json.loads(written.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no mapping")
    old = "sum" not in found and isinstance(found.get("format"), int) and found["format"] < FORMAT
    if not old and found.pop("sum", None) != _sum(found):
        raise ValueError("its checksum differs")
    return found


def _sum(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _short(error: Exception) -> str:
    text = error.faults[0].message if isinstance(error, UserError) else str(error)
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:120]


@lru_cache
def model_code(*more: str) -> str:
    """Return a sha256 over the source of the rooms that make the numbers, and of `more` rooms; plots and tables may
    change freely.
    """
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for room in (*_MODEL_ROOMS, *more):
        for path in sorted((root / room).rglob("*.py")):
            digest.update(f"{path.relative_to(root).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def git_commit() -> str | None:
    """Return the commit of the checkout this code runs from, with ``+changes`` if edited, or None outside
    one.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return commit + ("+changes" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
