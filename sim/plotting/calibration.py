"""Calibration: prior against posterior, misfit, residuals, and how the leaves that learned most hang together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.plotting import words
from sim.plotting.hindcasts import make_page
from sim.plotting.palette import DASHED, FAINT, INK
from sim.plotting.sheet import TICK, Layout, measure, save

Array = NDArray[np.float64]
COLOUR = "#0072B2"
LEAST = 0.02  # nats: a shift by a fifth of the prior's sd, or a spread a tenth smaller, is about that
PAIRS = 10
POINTS = 250
LEAST_ROOM = 20  # features that a small group takes the room of
WIDEST = 6.0  # errors that the axis of residuals shows


def draw_all(
    names: Sequence[str],
    prior: Array,
    posterior: Array,
    misfit: Sequence[float],
    observed: Array,
    predicted: Array,
    error_sd: Array,
    folder: Path,
    source: str,
    kinds: Sequence[str] = (),
) -> list[Path]:
    """Draw every figure of a calibration into `folder`, made if missing; return the files.

    Parameters
    ----------
    names : sequence of str
        Leaves.
    prior, posterior : ndarray, shape (draw, leaf)
        Uniforms on the prior's own scale, inside (0, 1).
    misfit : sequence of float
        Before each step and after the last; 1 is a good fit.
    observed, predicted, error_sd : ndarray, shape (feature,)
        Features, the posterior's mean prediction, and the sd of error and discrepancy.
    source : str
        What the figures rest on, for their foot.
    kinds : sequence of str, shape (feature,), optional
        What each feature is; neighbours of one kind share a colour and a name.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        "prior_posterior": leaves(names, prior, posterior, source),
        "misfit": steps(misfit, source),
        "residuals": residuals((predicted - observed) / error_sd, list(kinds) or ["features"] * len(observed), source),
        "pairs": pairs(names, prior, posterior, source),
    }
    return [save(figure, folder / f"calibration_{name}.png") for name, figure in figures.items()]


def learned(prior: Array, posterior: Array) -> Array:
    """Return how much each leaf learned, (leaf,) in nats.

    The divergence of two normals fitted to the latents ``z = ndtri(u)``: of the posterior from the prior's own draws.
    """
    z0, z1 = ndtri(prior), ndtri(posterior)
    spread = np.maximum(z1.std(axis=0), 1e-6) / np.maximum(z0.std(axis=0), 1e-6)
    shift = (z1.mean(axis=0) - z0.mean(axis=0)) / np.maximum(z0.std(axis=0), 1e-6)
    found: Array = 0.5 * (spread**2 + shift**2 - 1.0) - np.log(spread)
    return found


def leaves(names: Sequence[str], prior: Array, posterior: Array, source: str) -> Figure:
    """Draw 5 to 95 % and 25 to 75 % of prior and posterior for every leaf, those that learned most first."""
    gain = learned(prior, posterior)
    order = np.argsort(-gain, kind="stable")
    silent = int((gain < LEAST).sum())
    labels = [f"{names[n]}{'' if gain[n] >= LEAST else ' – no information'}" for n in order]
    left = max(words.width(label, TICK) for label in labels) + 0.35
    page = make_page(
        "What the observations say about each leaf: prior and posterior",
        "Scale of the prior: 0.05 and 0.95 are the ends of the range that the scenario states. Thin bar: 5 to 95 %; thick bar: "
        f"25 to 75 %; line: median. Sorted by what was learned (divergence from the prior, right, in nats). “No information”: "
        f"less than {LEAST} nats; such a leaf keeps its prior in effect: {silent} of {len(names)}.",
        [""],
        Layout(columns=1, panel=(4.6, 0.2 * len(names) + 0.2), left=left, right=0.7),
        source,
        [Patch(color=FAINT, alpha=0.45, label="prior"), Patch(color=COLOUR, alpha=0.8, label="posterior")],
    )
    axes = page.panels[0]
    for row, leaf in enumerate(order):
        told = gain[leaf] >= LEAST
        _bar(axes, row - 0.17, prior[:, leaf], FAINT, 0.45)
        _bar(axes, row + 0.17, posterior[:, leaf], COLOUR, 0.8 if told else 0.3)
        axes.annotate(f"{gain[leaf]:.3f}", (1.03, row), va="center", fontsize=TICK, color=INK, annotation_clip=False)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_yticks(range(len(names)), labels, parse_math=False)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("quantile of the prior", fontsize=TICK + 0.5)
    return page.figure


def steps(misfit: Sequence[float], source: str) -> Figure:
    """Draw the misfit of the ensemble's mean before each step and after the last."""
    page = make_page(
        "Misfit of the ensemble's mean by step",
        "Mean square of observed minus predicted over error, discrepancy and the model's own luck. Dashed: 1, what a right "
        "model and a right error would give; above it the model does not reach the observations, below it the error is "
        "stated too large.",
        [""],
        Layout(columns=1, panel=(4.6, 2.2)),
        source,
    )
    axes = page.panels[0]
    axes.axhline(1.0, color=FAINT, linewidth=0.9, linestyle=DASHED)
    axes.plot(range(len(misfit)), misfit, color=COLOUR, marker="o", markersize=5, gid="misfit")
    for step, value in enumerate(misfit):
        axes.annotate(
            f"{value:.2f}", (step, value), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=TICK
        )
    axes.set_ylim(0.0, 1.2 * max([1.0, *misfit]))
    last = len(misfit) - 1
    ticks = ["prior" if n == 0 else "posterior" if n == last else f"step {n}" for n in range(len(misfit))]
    axes.set_xticks(range(len(misfit)), ticks)
    measure(axes, "mean squared misfit")
    return page.figure


def residuals(residual: Array, kinds: list[str], source: str) -> Figure:
    """Draw predicted minus observed in units of the error, feature by feature, grouped by kind."""
    groups = list(dict.fromkeys(kinds))
    far = np.abs(residual) > 2.0
    told = "; ".join(
        f"{group}: {int(far[mask].sum())} of {int(mask.sum())}"
        for group in groups
        for mask in [np.array([kind == group for kind in kinds])]
    )
    page = make_page(
        "Residuals of the features that the calibration is held against",
        "Posterior mean minus observation, in units of observation error and discrepancy: above zero the model says too much "
        "(gains on an asinh scale, losses and forces as logarithms). Dashed: two errors. Beyond them: "
        f"{told}. The model's own luck is not part of the unit, so a right model has more than one in twenty beyond. "
        "Triangles: beyond the axis.",
        ["Feature by feature, in the order of time within each kind", "All"],
        Layout(columns=2, panel=(6.2, 2.6), gap=0.4, widths=(6.2, 1.5)),
        source,
    )
    axes, side = page.panels
    x, shown = 0, np.clip(residual, -WIDEST, WIDEST)
    for number, group in enumerate(groups):
        rows = np.array([kind == group for kind in kinds])
        place = x + _places(int(rows.sum()))
        shade = INK if number % 2 else COLOUR
        inside = np.abs(residual[rows]) <= WIDEST
        axes.plot(place[inside], shown[rows][inside], "o", color=shade, markersize=3, gid="residual")
        for sign, marker in ((1, "^"), (-1, "v")):
            beyond = ~inside & (np.sign(residual[rows]) == sign)
            axes.plot(place[beyond], shown[rows][beyond], marker, color=shade, markersize=5, gid="beyond")
        middle, room = float(place.mean()), 0.7 if rows.sum() <= LEAST_ROOM else 1.6
        text = "\n".join(words.wrap(group, TICK, room, most=3))
        axes.annotate(
            text, (middle, -WIDEST - 0.7), ha="center", va="top", fontsize=TICK, color=shade, annotation_clip=False
        )
        x += max(int(rows.sum()), LEAST_ROOM) + 4
    axes.set_xlim(-3, x - 3)
    axes.set_xticks([])
    measure(axes, "predicted − observed, in errors")
    side.hist(
        shown,
        bins=np.arange(-WIDEST, WIDEST + 0.5, 0.5).tolist(),
        orientation="horizontal",
        color=FAINT,
        gid="histogram",
    )
    side.set_xlabel("features", fontsize=TICK + 0.5)
    for panel in (axes, side):
        panel.set_ylim(-WIDEST - 0.4, WIDEST + 0.4)
        panel.axhline(0.0, color=INK, linewidth=0.8)
        for edge in (-2.0, 2.0):
            panel.axhline(edge, color=FAINT, linewidth=0.9, linestyle=DASHED)
    return page.figure


def pairs(names: Sequence[str], prior: Array, posterior: Array, source: str) -> Figure:
    """Draw draws and correlations of the leaves that learned most, two by two."""
    order = np.argsort(-learned(prior, posterior), kind="stable")[: min(PAIRS, len(names))]
    chosen, count = [names[n] for n in order], len(order)
    table = posterior[:, order]
    correlation = np.atleast_2d(np.corrcoef(ndtri(table), rowvar=False))
    left = max(words.width(name, TICK) for name in chosen) + 0.3
    page = make_page(
        f"Posterior of the {count} leaves that learned most, two by two",
        f"Below the diagonal: {min(POINTS, len(table))} draws on the prior's scale, 0 to 1 on both axes. On it: the posterior's "
        "histogram; the dashed line is the prior. Above: correlation of the latents; from 0.3 in bold. Columns are in the order "
        "of the rows.",
        [""] * count**2,
        Layout(columns=count, panel=(0.72, 0.72), left=left, gap=0.16, below=0.1),
        source,
        [Line2D([], [], color=COLOUR, marker="o", markersize=3, linestyle="none", label="draw of the posterior")],
    )
    for place, axes in enumerate(page.panels):
        row, column = divmod(place, count)
        _pair(axes, table[:, column], table[:, row], float(correlation[row, column]), row - column)
        if column == 0:
            axes.set_ylabel(chosen[row], fontsize=TICK, rotation=0, ha="right", va="center", parse_math=False)
    return page.figure


def _places(count: int) -> Array:
    """Return where the features of a group stand: a small group is spread over the room of a larger one."""
    step = max(1.0, LEAST_ROOM / max(count, 1))
    found: Array = (np.arange(count, dtype=np.float64) + 0.5) * step
    return found


def _bar(axes: Axes, y: float, draws: Array, colour: str, alpha: float) -> None:
    low, inner_low, median, inner_high, high = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95])
    axes.barh(y, high - low, left=low, height=0.12, color=colour, alpha=alpha, linewidth=0)
    axes.barh(y, inner_high - inner_low, left=inner_low, height=0.3, color=colour, alpha=alpha, linewidth=0)
    axes.plot([median, median], [y - 0.17, y + 0.17], color=INK, linewidth=1.2)


def _pair(axes: Axes, x: Array, y: Array, correlation: float, below: int) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_xlim(0.0, 1.0)
    if below == 0:
        counts, _, _ = axes.hist(x, bins=np.linspace(0.0, 1.0, 11).tolist(), color=COLOUR, alpha=0.6)
        axes.axhline(len(x) / 10, color=FAINT, linewidth=0.8, linestyle=DASHED)
        axes.set_ylim(0.0, 1.05 * float(np.max(counts)))
        return
    axes.set_ylim(0.0, 1.0)
    if below > 0:
        few = slice(None, None, max(1, len(x) // POINTS))
        axes.plot(x[few], y[few], ".", color=COLOUR, markersize=1.6, alpha=0.6, gid="draws")
        return
    for spine in axes.spines.values():
        spine.set_visible(False)
    weight = "bold" if abs(correlation) >= 0.3 else "normal"
    text = f"{round(correlation, 2) + 0.0:+.2f}".replace("-", "−")
    axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=TICK, fontweight=weight, color=INK)
