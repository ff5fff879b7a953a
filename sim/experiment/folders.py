"""Names of result folders that a person finds again, and the list of what is stored."""

from __future__ import annotations

import datetime as dt
import glob
import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiment import manifest as manifests
from sim.experiment.store import finished, inspected
from sim.foundation import files
from sim.foundation.errors import UserError
from sim.scenario.syntax.extends import SHIPPED

ROOT = Path("results")
STUDY = ".study"
"""File that says of which study a folder is: what `identity` returns."""


def identity(scenario: Any) -> str:
    """Return a sha256 of a scenario and the program's code: what tells one study from another."""
    return hashlib.sha256(f"{scenario.hash} {manifests.model_code()}".encode()).hexdigest()


def default_folder(scenario: Any, stem: str, root: Path = ROOT) -> Path:
    """Return ``<root>/<stem>-s<seed>-r<replicates>-<date>``, with a number behind it if that is taken.

    Where a folder of that stem, seed and number of replicates is of the same study (whatever its date) it is that one, so
    that the same command goes on with it; an edited scenario or an edited program gets a folder of its own. A shipped
    scenario has its plain name, since not every system allows a colon in one.
    """
    beginning = f"{stem.replace(SHIPPED, '')}-s{int(scenario.run.seed)}-r{int(scenario.run.replicates)}"
    wanted = identity(scenario)
    for folder in _folders(root, f"{glob.escape(beginning)}-*"):
        if wanted in _identities(folder):
            return folder
    return _unused(root / f"{beginning}-{dt.date.today().isoformat()}")


def folder_beside(folder: Path, stem: str, scenario: Any) -> Path:
    """Return ``<folder>-<stem>`` beside a result, with a number behind it if another study has it."""
    first = folder.with_name(f"{folder.resolve().name}-{stem}")
    wanted = identity(scenario)
    for taken in _folders(first.parent, f"{glob.escape(first.name)}*"):
        if wanted in _identities(taken):
            return taken
    return _unused(first)


def _unused(first: Path) -> Path:
    """Return a path, numbered from 2 if there is something."""
    names = itertools.chain([first.name], (f"{first.name}-{n}" for n in itertools.count(2)))
    return next(first.with_name(name) for name in names if not first.with_name(name).exists())


def relatives(scenario: Any, stem: str, root: Path = ROOT) -> list[Path]:
    """Return the folders of that stem and seed: they may hold replicates or arms that another run of it needs."""
    return _folders(root, f"{glob.escape(stem)}-s{int(scenario.run.seed)}-r*")


def _folders(root: Path, pattern: str) -> list[Path]:
    return sorted(path for path in root.glob(pattern) if path.is_dir())


def _identities(folder: Path) -> Iterator[str]:
    """Yield of which studies a folder and those in it are, by what each says of itself, else by its manifest."""
    places = [folder, *(path.parent for path in sorted(folder.glob(f"*/{manifests.NAME}")))]
    for place in places:
        try:
            yield files.read_text(place / STUDY, 1000).strip()
        except UserError:
            continue
    for place in places:
        try:
            found = manifests.read(place)
        except UserError:
            continue
        if found is not None:
            yield hashlib.sha256(f"{found.scenario_hash} {found.model_code}".encode()).hexdigest()


@dataclass(frozen=True)
class StoredResult:
    """A line of the list of stored results.

    Parameters
    ----------
    name : str
        Of the folder, below the one that was searched.
    path : Path
    scenario : str
        Its title.
    arms : tuple of str
    replicates, finished : int
        Asked for, per arm; in the store.
    seed : int
    date : str
        When it was begun, ISO 8601 in UTC.
    complete : bool
        Whether every replicate is in, and nothing is known to be damaged.
    trouble : str
        Why it cannot be read, or what is damaged; empty for a sound one. Contents of chunks are not read for the list.
    """

    name: str
    path: Path
    scenario: str = ""
    arms: tuple[str, ...] = ()
    replicates: int = 0
    finished: int = 0
    seed: int = 0
    date: str = ""
    complete: bool = False
    trouble: str = ""

    def account(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {**vars(self), "path": str(self.path), "arms": list(self.arms)}


def stored_results(root: str | Path = ROOT) -> list[StoredResult]:
    """Return the results in a folder and in folders in it, oldest first.

    Raises
    ------
    UserError
        If there is no such folder; the default one counts as empty.
    """
    root = Path(root)
    if not root.is_dir():
        if root == ROOT:
            return []
        raise UserError([f"no folder {root}"])
    patterns = (manifests.NAME, f"*/{manifests.NAME}", f"*/*/{manifests.NAME}")
    places = dict.fromkeys(path.parent for pattern in patterns for path in sorted(root.glob(pattern)))
    found = [_line(place, "." if place == root else place.relative_to(root).as_posix()) for place in places]
    return sorted((one for one in found if one is not None), key=lambda one: (one.date, one.name))


def _line(folder: Path, name: str) -> StoredResult | None:
    """Return the line of one folder; None where the manifest is of some other program."""
    try:
        manifest = manifests.read(folder)
    except UserError as error:
        ours = (folder / manifests.DATA).exists() or (folder / STUDY).exists()
        return StoredResult(name, folder, trouble=error.faults[0].message) if ours else None
    if manifest is None:
        return None
    found, faults = inspected(folder, manifest)
    done = len(finished(found, manifest))
    return StoredResult(
        name,
        folder,
        scenario=manifest.title,
        arms=tuple(manifest.arms),
        replicates=manifest.replicates,
        finished=done,
        seed=manifest.seed,
        date=manifest.created,
        complete=not faults and done == manifest.replicates,
        trouble=str(faults[0]) if faults else "",
    )
