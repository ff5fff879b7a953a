"""One figure of a stored result, for print or a page."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.analysis.result import Result
from sim.experiment import manifest as manifests
from sim.experiment.store import load
from sim.foundation.errors import UserError, nearest
from sim.workflows.files import WorkflowResult, writing
from sim.workflows.options import Options
from sim.workflows.stored_studies import StoredStudy, draw, find_study

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS: tuple[str, ...] = ("png", "svg", "pdf", "gif")
SIZES: tuple[str, ...] = ("page", "card")
LONGEST = 80
"""Letters of the names of arms that the name of a file has room for."""


@dataclass(frozen=True, kw_only=True)
class FigureResult(WorkflowResult):
    """The files written, one per format."""

    files: tuple[Path, ...]


def figure(
    place: Path,
    name: str,
    options: Options,
    *,
    size: str = "page",
    formats: Sequence[str] = (),
    arms: Sequence[str] = (),
) -> FigureResult:
    """Draw the figure called `name` of the result or the study in `place`.

    Parameters
    ----------
    place : Path
        Folder of a result or a study, or a study's account as ``--json`` prints it (of a calibration the posterior, too).
    name : str
        As `sim.plotting.names` has it.
    options : Options
        `out` is the folder for the files; by default ``plots`` in that of the result, beside a file one of its name.
    size : str
        ``page``: everything; ``card``: 1200 pixels wide, with what is legible at that width: of a result the base and one arm.
    formats : sequence of str
        ``png``, ``svg``, ``pdf``; ``gif`` for a map that goes by week. By default the first.
    arms : sequence of str
        Arms of a result to draw beside the base, as many as there is room for, by default of all. The names of the files say
        which; where that would be too long, by a checksum of their names.

    Raises
    ------
    UserError
        For what is not allowed, and for a figure that is not drawn of what the place holds: what it holds, and which command
        draws the figure.
    """
    formats = tuple(dict.fromkeys(formats)) or FORMATS[:1]
    asked = [("--size", size, SIZES), *(("--format", one, FORMATS) for one in formats)]
    wrong = [
        f"{key} {one}: allowed: {', '.join(allowed)}{nearest(one, allowed)}"
        for key, one, allowed in asked
        if one not in allowed
    ]
    if "gif" in formats and name != "map":
        wrong.append("--format gif: only the figure 'map' moves - png, svg and pdf are drawn of every figure")
    if wrong:
        raise UserError(wrong)
    from sim.plotting.frame.page import CARD, save

    card = size == "card"
    still, arms = [one for one in formats if one != "gif"], sorted(set(arms))
    stem, pixels = "-".join([name, *_short(arms), *(["card"] if card else [])]), CARD if card else None
    found, result = _drawn(place, name, size, arms)
    out = options.out or (place / "plots" if place.is_dir() else place.with_name(f"{place.stem}-figures"))
    with options.progress("drawing"), writing("write to", out):
        out.mkdir(parents=True, exist_ok=True)
        files = tuple(save(found, out, stem, still, pixels)) if still else ()
        if "gif" in formats and result:
            from sim.plotting.animation import animate_map

            files = (*files, animate_map(result, out / f"{stem}.gif", size, pixels, arms))
    return FigureResult(
        account={"result": str(place), "figure": name, "files": [str(file) for file in files]}, files=files
    )


def _short(arms: Sequence[str]) -> Sequence[str]:
    """Return what the name of a file says of the arms: their names, or a checksum of them where these are long."""
    if len("-".join(arms)) <= LONGEST:
        return arms
    return [hashlib.blake2b("\n".join(arms).encode(), digest_size=5).hexdigest()]


def _drawn(place: Path, name: str, size: str, arms: Sequence[str]) -> tuple[Figure, Result | None]:
    """Return the figure, and the result that it is drawn of; None where that is the study in the place."""
    from sim.plotting import gallery

    study = find_study(place)
    is_result = study is None or (place / manifests.NAME).exists()
    own = [str(study.kind)] if study and study.kind in gallery.OF_STORED else []
    kind = gallery.kind_of_figure(name, [*own, *(gallery.OF_RESULTS if is_result else ())])
    if kind in gallery.OF_RESULTS and is_result:
        result = Result(load(place), place)
        return gallery.figure(name, result, size, arms), result
    if study is None or kind not in own:
        raise UserError([_not_here(place, name, kind, study, own)])
    if arms:
        raise UserError([f"the figure '{name}' is of a study: no arm can be chosen for it"])
    return draw(study, name, size), None


def _not_here(place: Path, name: str, kind: str, study: StoredStudy | None, own: Sequence[str]) -> str:
    """Say of what a figure is drawn that a place does not hold, and what the place holds."""
    from sim.plotting import gallery

    command = f"`sim {gallery.command_of(kind)}`"
    drawn = {
        **dict.fromkeys(gallery.OF_RESULTS, "is drawn of a stored result - give the folder of one"),
        **dict.fromkeys(gallery.OF_STORED, f"is drawn by {command}, and of the folder or JSON that it leaves"),
    }.get(kind, f"is drawn by {command} alone, which does not store what it shows")
    if study is None:
        return f"the figure '{name}' {drawn}; {place} holds a result"
    there = f"figures: {', '.join(gallery.names(own[0]))}" if own else "no figures of its own"
    return f"the figure '{name}' {drawn}; {study.file} is of `sim {gallery.command_of(str(study.kind))}`, {there}"
