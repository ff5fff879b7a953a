"""One figure of a stored result, for print or a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.analysis.result import Result
from sim.experiment.store import load
from sim.foundation.errors import UserError, nearest
from sim.workflows.files import SUMMARY, WorkflowResult, writing
from sim.workflows.options import Options

FORMATS: tuple[str, ...] = ("png", "svg", "pdf", "gif")
SIZES: tuple[str, ...] = ("page", "card")


@dataclass(frozen=True, kw_only=True)
class FigureResult(WorkflowResult):
    """The files written, one per format."""

    files: tuple[Path, ...]


def figure(
    folder: Path, name: str, options: Options, *, size: str = "page", formats: Sequence[str] = ()
) -> FigureResult:
    """Draw the figure called `name` of the result in `folder`.

    Parameters
    ----------
    folder : Path
    name : str
        As `sim.plotting.names` has it.
    options : Options
        `out` is the folder for the files; by default ``plots`` in the result's.
    size : str
        ``page``: everything; ``card``: the base and one arm, 1200 pixels wide.
    formats : sequence of str
        ``png``, ``svg``, ``pdf``; ``gif`` for a map that goes by week. By default the first.
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
    out = options.out or folder / "plots"
    from sim.plotting.frame.page import CARD, save
    from sim.plotting.gallery import figure as draw
    from sim.plotting.gallery import names, of_account

    card = size == "card"
    account = _account(folder)
    result = None if account else Result(load(folder), folder)
    if account and name not in names("sensitivity"):
        there = names("sensitivity")
        raise UserError([f"no figure '{name}' of this study - there are {', '.join(there)}{nearest(name, there)}"])
    with options.progress("drawing"), writing("write to", out):
        out.mkdir(parents=True, exist_ok=True)
        stem, pixels = f"{name}-card" if card else name, CARD if card else None
        still = [one for one in formats if one != "gif"]
        found = draw(name, result, size) if result else of_account(name, account) if account else None
        files = tuple(save(found, out, stem, still, pixels)) if still and found else ()
        if "gif" in formats and result:
            from sim.plotting.animation import animate_map

            files = (*files, animate_map(result, out / f"{stem}.gif", size, pixels))
    return FigureResult(
        account={"result": str(folder), "figure": name, "files": [str(file) for file in files]}, files=files
    )


def _account(folder: Path) -> dict[str, Any] | None:
    """Return the account of a study of sensitivity, whose figures are drawn of it alone; None for anything else."""
    try:
        found = json.loads((folder / SUMMARY).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and str(found.get("command", "")).startswith("sim sensitivity") else None
