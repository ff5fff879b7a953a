"""One figure of a stored result, for print or a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.analysis.result import Result
from sim.experiment.store import load
from sim.foundation.errors import UserError, nearest
from sim.workflows.files import WorkflowResult, writing
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
    result = Result(load(folder), folder)
    from sim.plotting.frame.page import CARD, save
    from sim.plotting.gallery import figure as draw

    card = size == "card"
    with options.progress("drawing"), writing("write to", out):
        out.mkdir(parents=True, exist_ok=True)
        stem, pixels = f"{name}-card" if card else name, CARD if card else None
        still = [one for one in formats if one != "gif"]
        files = tuple(save(draw(name, result, size), out, stem, still, pixels)) if still else ()
        if "gif" in formats:
            from sim.plotting.animation import animate_map

            files = (*files, animate_map(result, out / f"{stem}.gif", size, pixels))
    return FigureResult(
        account={"result": str(folder), "figure": name, "files": [str(file) for file in files]}, files=files
    )
