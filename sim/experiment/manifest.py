"""The manifest of a result: what was asked, by which code, and which blocks are done. Written atomically."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim._version import __version__
from sim.experiment.design import Design, Scenario
from sim.foundation.errors import Fault, UserError

NAME = "manifest.json"
FORMAT = 1

_PACKAGES = ("mesa", "networkx", "numpy", "scipy", "xarray", "zarr", "pydantic", "ruamel.yaml", "pint")
_MODEL_ROOMS = ("foundation", "rules", "scenario", "world")
_SAME = ("scenario_hash", "model_code", "seed", "replicates", "horizon_days", "arms", "kept")


def describe(scenario: Scenario, plan: Design, command: str, keep: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return a new manifest, with no block done; `keep` names the variables that are stored, None for all."""
    return {
        "format": FORMAT,
        "program": f"in-concert {__version__}",
        "git_commit": git_commit(),
        "model_code": model_code(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "command": command,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "title": scenario.title,
        "scenario_hash": scenario.hash,
        "arms": list(plan.arms),
        "seed": plan.seed,
        "replicates": plan.replicates,
        "start": plan.start.isoformat(),
        "horizon_days": plan.days,
        "block": plan.block,
        "kept": None if keep is None else list(keep),
        "done": [],
        "scenario": scenario.text,
    }


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return in words how the run that wrote `old` differs from `new` in anything that changes its
    numbers.
    """
    words = {"scenario_hash": "scenario", "model_code": "program code", "horizon_days": "horizon in days"}
    words["kept"] = "variables kept"
    found = [key for key in _SAME if old.get(key) != new[key]]
    shown = ("seed", "replicates", "horizon_days")
    return [
        f"{words.get(key, key)} {old.get(key)} there, {new[key]} now" if key in shown else words.get(key, key)
        for key in found
    ]


def read(folder: Path) -> dict[str, Any] | None:
    """Return the manifest in `folder`, or None if there is none; a damaged one is the user's to know."""
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UserError([Fault(f"the manifest cannot be read ({error})", str(path))]) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise UserError([Fault(f"not a manifest of format {FORMAT}, the one this version reads", str(path))])
    return found


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest so that a reader or a crash sees the old one or the new one, never a half."""
    scratch = folder / f".{NAME}.new"
    with scratch.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=1, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, folder / NAME)


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
