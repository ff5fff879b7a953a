"""Every figure by name: what it shows, what it is drawn of, and how it comes to a file.

A figure is a function of one subject that returns a matplotlib figure, or None where there is nothing to show. Figures of
the same kind of subject stand together in `GALLERY`, in the order in which they are best read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.analysis.record import for_the_rest
from sim.analysis.result import Result
from sim.foundation.errors import UserError, nearest
from sim.plotting.frame.arms import Arms
from sim.plotting.frame.fonts import fonts_in_memory
from sim.plotting.frame.page import save, sized, skip_empty_labels
from sim.plotting.frame.text import unhinted

GALLERY: dict[str, dict[str, str]] = {
    "result": {
        "net_km2": "ground.net_gain",
        "difference": "ground.difference",
        "difference_milestones": "ground.difference_at_milestones",
        "monthly_gain": "ground.monthly_gain",
        "outcomes": "outcomes.outcomes",
        "fronts": "ground.by_front",
        "fronts_by_month": "ground.by_front_and_month",
        "manpower": "effort.manpower",
        "fires_and_stocks": "effort.fires_and_stocks",
        "stocks": "effort.other_stocks",
        "aid": "effort.aid",
        "strikes": "effort.strikes",
        "beliefs": "effort.beliefs",
        "map": "front_map.front_map",
    },
    "fork": {"fork": "fork.fork"},
    "factorial": {
        "factorial_shapley": "factorial.shapley",
        "factorial_waterfall": "factorial.waterfall",
        "factorial_interaction": "factorial.interaction",
        "factorial_pairs": "factorial.pairs",
        "factorial_matrix": "factorial.matrix",
    },
    "doses": {"dose_curves": "factorial.dose_curves"},
    "sweep": {"sweep": "sweep.sweep"},
    "optimise": {"optimise": "optimise.packages"},
    "why": {"why": "decomposition.why"},
    "enemy": {"two_by_two": "enemy.two_by_two"},
    "claims": {"claims": "claims.strip"},
    "agents": {"frozen_agents": "agents.frozen"},
    "robustness": {
        "robustness": "robustness.chances",
        "rate_needed": "robustness.rates_needed",
        "verdict_maps": "robustness.verdict_maps",
    },
    "sensitivity": {
        name: f"sensitivity.{name}" for name in ("sensitivity", "discovery", "levers", "assumptions", "information")
    },
    "calibration": {
        f"calibration_{name}": f"calibration.{name}"
        for name in ("prior_posterior", "misfit", "residuals", "pairs", "learned", "pit", "predictive_check")
    },
    "rank_test": {"rank_test": "rank_test.ranks"},
    "hindcast": {
        f"hindcast_{name}": f"hindcast.{name}"
        for name in ("total", "axes_before_last", "axes_last", "calibration", "skill", "season", "losses", "halts")
    },
    "donors": {"donors_parts": "donors.parts", "donors_cells": "donors.cells"},
    "score": {f"score_{name}": f"score.{name}" for name in ("total", "calibration", "skill", "by_axis")},
}
"""Kind of subject -> name of the figure, which is that of its file -> module and function under this package."""

NEEDS: dict[str, tuple[str, ...]] = {
    "net_km2": ("net_km2",),
    "difference": ("net_km2",),
    "difference_milestones": ("net_km2",),
    "monthly_gain": ("net_km2",),
    "outcomes": ("net_km2", "net_km2_front", "war"),
    "fronts": ("net_km2_front", "shift_km"),
    "fronts_by_month": ("net_km2_front",),
    "manpower": ("force", "reserve", "recruits", "casualties", "killed", "permanent", "deserted"),
    "fires_and_stocks": ("fires", "stock", "war"),
    "stocks": ("stock",),
    "aid": ("pledged", "delivered"),
    "strikes": ("capacity_lost", "used", "war"),
    "beliefs": ("belief", "hazard", "bonus", "buffer", "war"),
    "map": ("shift_km", "front_lon", "front_lat", "front_length_km", "front_bearing"),
}
"""Variables that a figure of a result needs; without them it is left out."""

OF_RESULTS = ("result", "fork", "factorial", "doses")
"""Kinds that a stored result alone is enough for."""

OF_ACCOUNTS = ("robustness", "sensitivity", "agents", "donors", "claims", "rank_test", "optimise")
"""Kinds that the account of a study is enough for."""

OF_STORED = (*OF_ACCOUNTS, "hindcast", "calibration")
"""Kinds that are drawn of a stored study; hindcasts and calibrations of the ensembles that stand beside their account."""

COMMANDS = {
    "calibration": "calibrate",
    "rank_test": "calibrate --rank-test",
    "enemy": "claim",
    "why": "compare --why",
    "doses": "dose",
}
"""Commands that draw a kind of subject and have another name."""

OnDrawn = Callable[[str], object]


def command_of(kind: str) -> str:
    """Return the command that draws a kind of subject, without ``sim``."""
    return COMMANDS.get(kind, kind)


def names(kind: str | None = None) -> list[str]:
    """Return the names of the figures of one kind of subject, or of all."""
    return [name for one, figures in GALLERY.items() if kind in (None, one) for name in figures]


def prepare(kind: str) -> None:
    """Import what draws the figures of a kind."""
    for place in GALLERY[kind].values():
        import_module(f"sim.plotting.{place.partition('.')[0]}")


def figures(kind: str, subject: Any) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure) one after the other, so that only one is in memory; those with nothing to show are left out."""
    for name in GALLERY[kind]:
        figure = _draw(kind, name, subject)
        if figure is not None:
            yield name, figure


def kind_of_figure(name: str, kinds: Sequence[str] = OF_RESULTS) -> str:
    """Return the kind of subject that a figure is drawn of.

    Raises
    ------
    UserError
        If there is no such figure: with those of some `kinds`, and the nearest name of all.
    """
    found = next((kind for kind, figures in GALLERY.items() if name in figures), None)
    if found is None:
        there = ", ".join(name for kind in kinds for name in names(kind))
        raise UserError([f"no figure '{name}' - there are {there}{nearest(name, names())}"])
    return found


def figure(name: str, result: Result, size: str = "page", arms: Sequence[str] = ()) -> Figure:
    """Return the figure called `name` of a result; figures of factorials and dose curves are of the result's own table.

    Parameters
    ----------
    name : str
    result : Result
    size : str
        ``page``, or ``card`` for a figure with two arms only, the base and all levers in concert where there are such.
    arms : sequence of str
        Arms to draw beside the base, as many as there is room for; by default of all arms.

    Raises
    ------
    UserError
        If there is no such figure or arm (with the nearest name), the figure is of another kind of study or of all arms at
        once, or the result lacks what it shows.
    """
    kind = kind_of_figure(name)
    if kind not in OF_RESULTS:
        raise UserError([f"the figure '{name}' is drawn by `sim {command_of(kind)}`, not from a result alone"])
    arms = (arms,) if isinstance(arms, str) else tuple(arms)
    if kind in ("result", "fork"):
        past = [result.names.follows[arm] for arm in arms if arm in result.names.follows] if kind == "fork" else []
        every = Arms.of({result.folder.name if result.folder else "result": result}).only([*arms, *past])
        subject: Any = every.fewer() if size == "card" and kind == "result" and not arms else every
    elif arms:
        raise UserError([f"the figure '{name}' is of all arms at once: no arm can be chosen for it"])
    else:
        from sim.plotting.factorial import Study

        subject = Study.of(result)
    with sized(size):
        found = _draw(kind, name, subject)
    if found is None and arms:
        raise UserError(
            [f"the figure '{name}' shows nothing of {', '.join(arms)} beside the base - choose other arms, or none"]
        )
    if found is None:
        lacks = [one for one in NEEDS.get(name, ()) if one not in result.data]
        lacking = f" ({', '.join(lacks)}); {for_the_rest(result.data)}" if lacks and for_the_rest(result.data) else ""
        raise UserError([f"the figure '{name}' shows nothing here: the result lacks what it needs{lacking}"])
    return found


def subject_of(kind: str, account: Any, source: str) -> Any:
    """Return what the figures of a study take, from its account and from what it was made; `kind` is one of `OF_ACCOUNTS`.

    Raises
    ------
    LookupError, TypeError, ValueError, AttributeError, ArithmeticError
        If the account is not of the shape that its command prints.
    """
    module, _ = next(iter(GALLERY[kind].values())).split(".")
    return import_module(f"sim.plotting.{module}").of_account(account, source)


def of_study(name: str, subject: Any, size: str = "page") -> Figure:
    """Return the figure called `name` of the subject of a study.

    Raises
    ------
    UserError
        If the study lacks the part that it shows.
    """
    with sized(size):
        found = _draw(kind_of_figure(name), name, subject)
    if found is None:
        raise UserError([f"the figure '{name}' shows nothing here: the study was played or kept without that part"])
    return found


def draw_result(arms: Arms, folder: Path, progress: OnDrawn | None = None) -> list[Path]:
    """Draw every figure that results alone are enough for, as `draw_all`; that of a forked history where one forks."""
    return [file for kind in kinds_of_result(arms) for file in draw_all(kind, arms, folder, progress)]


def kinds_of_result(result: Arms | Result) -> list[str]:
    """Return the kinds of figures that results alone are enough for."""
    return ["result", *(["fork"] if result.names.since else [])]


def draw_all(
    kind: str,
    subject: Any,
    folder: Path,
    progress: OnDrawn | None = None,
    formats: Sequence[str] = ("png",),
    suffix: str = "",
) -> list[Path]:
    """Draw every figure of a subject into `folder`, made if missing; return the files.

    A figure of an earlier run that is not drawn now is removed, so that it does not stand beside newer ones.

    Parameters
    ----------
    kind : str
        As in `GALLERY`.
    subject
        What the functions of that kind take.
    folder : Path
    progress : callable, optional
        Told the name of each file when it is written.
    formats : sequence of str
        ``png``, ``svg``, ``pdf``.
    suffix : str
        Added to the names of the files.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    written = []
    for name in GALLERY[kind]:
        for file in draw_one(kind, name, subject, folder, formats, suffix):
            written.append(file)
            if progress is not None:
                progress(file.name)
    return written


def draw_one(
    kind: str, name: str, subject: Any, folder: Path, formats: Sequence[str] = ("png",), suffix: str = ""
) -> list[Path]:
    """Draw one figure as `draw_all` draws each; return its files, none if it shows nothing here."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with fonts_in_memory() if set(formats) == {"png"} else nullcontext():
        found = _draw(kind, name, subject)
        if found is not None:
            skip_empty_labels(found)
            return save(found, folder, name + suffix, formats)
    for old in formats:
        (folder / f"{name}{suffix}.{old}").unlink(missing_ok=True)
    return []


def _draw(kind: str, name: str, subject: Any) -> Figure | None:
    if kind == "result" and not subject.has(*NEEDS[name]):
        return None
    module, function = GALLERY[kind][name].split(".")
    with unhinted():
        found: Figure | None = getattr(import_module(f"sim.plotting.{module}"), function)(subject)
    return found
