"""Calibration: prior against posterior, misfit, residuals, what was learned, and what the posterior predicts.

An ensemble inversion has no chains, so nothing here speaks of mixing. ArviZ is an extra, imported when it is called.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.special import ndtri

from sim.analysis.sensitivity.contraction import Learned, contraction
from sim.foundation.format import format_number
from sim.plotting.forecasts import draw_ranks
from sim.plotting.frame.dots import frame
from sim.plotting.frame.page import TICK, Grid, key, label_x, label_y, page, patch_key
from sim.plotting.frame.palette import BLUE, DASHED, FAINT, INK, ORANGE, RULE, SOLID
from sim.plotting.frame.text import widest, wrap

Array = NDArray[np.float64]
LEAST = 0.02  # nats: a shift by a fifth of the prior's sd, or a spread a tenth smaller, is about that
PAIRS = 10
POINTS = 250
NAMED = 14  # parameters whose names stand in the figure of what was learned
FEWEST = 5  # features that a distribution is drawn of
SAMPLES = 60  # replicated data sets in a panel
LEAST_ROOM = 20  # features that a small group takes the room of
WIDEST = 6.0  # errors that the axis of residuals shows


@dataclass(frozen=True)
class CalibrationStudy:
    """What a calibration found.

    Parameters
    ----------
    names : sequence of str
        Leaves.
    prior, posterior : ndarray, shape (draw, leaf)
        Uniforms on the prior's own scale, inside (0, 1).
    misfit_by_step : sequence of float
        Before each step and after the last; 1 is a good fit.
    observed, predicted, error_sd : ndarray, shape (feature,)
        Features, the posterior's mean prediction, and the sd of error and discrepancy.
    kinds : sequence of str, shape (feature,)
        What each feature is; neighbours of one kind share a colour and a name.
    source : str
        What the figures rest on.
    places : mapping of str to ndarray, shape (feature,)
        Places of the observed among replicated features, by kind.
    ensemble : InferenceData, optional
        See `inference_data`.
    seed : int
        Picks the replicated data sets shown.
    """

    names: Sequence[str]
    prior: Array
    posterior: Array
    misfit_by_step: Sequence[float]
    observed: Array
    predicted: Array
    error_sd: Array
    kinds: Sequence[str]
    source: str
    places: Mapping[str, Array]
    ensemble: Any = None
    seed: int = 0

    @cached_property
    def learned(self) -> list[Learned]:
        """What was learned of each leaf, the most first; see `sim.analysis.sensitivity.contraction.contraction`."""
        return contraction(self.names, self.prior, self.posterior)

    def draws(self, name: str) -> tuple[Array, Array]:
        """Return prior and posterior draws of a leaf."""
        place = list(self.names).index(name)
        return self.prior[:, place], self.posterior[:, place]


def prior_posterior(study: CalibrationStudy) -> Figure:
    """Draw 5 to 95 % and 25 to 75 % of prior and posterior for every leaf, those that learned most first."""
    rows = study.learned
    informed = [row.divergence >= LEAST for row in rows]
    labels = [row.parameter + ("" if known else " – no information") for row, known in zip(rows, informed, strict=True)]
    room = widest(labels, TICK)
    sheet = page(
        [f"The observations say something about {sum(informed)} of {len(rows)} parameters",
         "What the observations say about each leaf: prior and posterior"],
        "Scale of the prior: 0.05 and 0.95 are the ends of the range that the scenario states. Thin bar: 5 to 95 %; thick bar: "
        f"25 to 75 %; line: median. Sorted by what was learned (divergence from the prior, right, in nats). “No information”: "
        f"less than {LEAST} nats; such a leaf keeps its prior in effect: {informed.count(False)} of {len(rows)}.",
        study.source, [""], Grid(1, (4.6, 0.2 * len(rows) + 0.2), left=room + 0.3, right=0.7),
        [patch_key("prior", FAINT, 0.45), patch_key("posterior", BLUE, 0.8)],
    )  # fmt: skip
    axes = sheet.panels[0]
    frame(axes, labels, room)
    for row, (one, known) in enumerate(zip(rows, informed, strict=True)):
        before, after = study.draws(one.parameter)
        for y, draws, colour, alpha in ((-0.17, before, FAINT, 0.45), (0.17, after, BLUE, 0.8 if known else 0.3)):
            ends = np.quantile(draws, [0.05, 0.25, 0.5, 0.75, 0.95])
            for low, high, height in ((ends[0], ends[4], 0.12), (ends[1], ends[3], 0.3)):
                axes.barh(row + y, high - low, left=low, height=height, color=colour, alpha=alpha, linewidth=0)
            axes.plot([ends[2]] * 2, [row + y - 0.17, row + y + 0.17], color=INK, linewidth=1.2)
        axes.annotate(format_number(one.divergence, 3), (1.03, row), va="center", fontsize=TICK, annotation_clip=False)
    axes.set_xlim(0.0, 1.0)
    label_x(axes, "quantile of the prior")
    return sheet.figure


def misfit(study: CalibrationStudy) -> Figure:
    """Draw the misfit of the ensemble's mean before each step and after the last."""
    values = list(study.misfit_by_step)
    sheet = page(
        f"The misfit goes from {format_number(values[0], 2)} to {format_number(values[-1], 2)}; 1 is what a right model has",
        "Mean square of observed minus predicted over error, discrepancy and the model's own noise. Dashed: 1, what a right "
        "model and a right error would give; above it the model does not reach the observations, below it the error is "
        "stated too large.",
        study.source, [""], Grid(1, (4.6, 2.2)),
    )  # fmt: skip
    axes = sheet.panels[0]
    axes.axhline(1.0, color=FAINT, linewidth=0.9, linestyle=DASHED)
    axes.plot(range(len(values)), values, color=BLUE, marker="o", markersize=5, gid="misfit")
    for step, value in enumerate(values):
        axes.annotate(
            format_number(value, 2), (step, value), (0, 6), textcoords="offset points", ha="center", fontsize=TICK
        )
    axes.set_ylim(0.0, 1.2 * max([1.0, *values]))
    axes.set_xticks(
        range(len(values)), ["prior", *(f"step {n}" for n in range(1, len(values) - 1)), "posterior"][: len(values)]
    )
    label_y(axes, "mean squared misfit")
    return sheet.figure


def residuals(study: CalibrationStudy) -> Figure:
    """Draw predicted minus observed in units of the error, feature by feature, grouped by kind."""
    residual, kinds = (study.predicted - study.observed) / study.error_sd, np.array(study.kinds)
    groups = list(dict.fromkeys(map(str, kinds)))
    far = "; ".join(f"{one}: {(np.abs(residual[kinds == one]) > 2).sum()} of {(kinds == one).sum()}" for one in groups)
    sheet = page(
        f"{int((np.abs(residual) > 2).sum())} of {len(residual)} features lie beyond two errors of what the calibration predicts",
        "Posterior mean minus observation, in units of observation error and discrepancy: above zero the model says too much "
        f"(gains on an asinh scale, losses and forces as logarithms). Dashed: two errors. Beyond them: {far}. The model's own "
        "noise is not part of the unit, so a right model has more than one in twenty beyond. Triangles: beyond the axis.",
        study.source, ["Feature by feature, in the order of time within each kind", "All"],
        Grid(2, (6.2, 2.6), gap=0.4, widths=(6.2, 1.5)),
    )  # fmt: skip
    axes, side = sheet.panels
    x, shown = 0.0, np.clip(residual, -WIDEST, WIDEST)
    for number, group in enumerate(groups):
        rows, shade = kinds == group, INK if number % 2 else BLUE
        count = int(rows.sum())
        # a small group is spread over the room of a larger one
        place = x + (np.arange(count) + 0.5) * max(1.0, LEAST_ROOM / max(count, 1))
        for chosen, marker, size, gid in (
            (np.abs(residual[rows]) <= WIDEST, "o", 3, "residual"),
            (residual[rows] > WIDEST, "^", 5, "beyond"),
            (residual[rows] < -WIDEST, "v", 5, "beyond"),
        ):
            axes.plot(place[chosen], shown[rows][chosen], marker, color=shade, markersize=size, gid=gid)
        text = wrap(group, TICK, 0.7 if count <= LEAST_ROOM else 1.6, most=3)
        axes.annotate(text, (float(place.mean()), -WIDEST - 0.7), ha="center", va="top", fontsize=TICK, color=shade,
                      annotation_clip=False)  # fmt: skip
        x += max(count, LEAST_ROOM) + 4
    axes.set_xlim(-3, x - 3)
    axes.set_xticks([])
    label_y(axes, "predicted − observed, in errors")
    side.hist(shown, bins=np.arange(-WIDEST, WIDEST + 0.5, 0.5).tolist(), orientation="horizontal", color=FAINT)
    label_x(side, "features")
    for panel in (axes, side):
        panel.set_ylim(-WIDEST - 0.4, WIDEST + 0.4)
        panel.axhline(0.0, color=INK, linewidth=0.8)
        for edge in (-2.0, 2.0):
            panel.axhline(edge, color=FAINT, linewidth=0.9, linestyle=DASHED)
    return sheet.figure


def pairs(study: CalibrationStudy) -> Figure:
    """Draw draws and correlations of the leaves that learned most, two by two."""
    chosen = [row.parameter for row in study.learned[:PAIRS]]
    room = widest(chosen, TICK) + 0.25
    chosen = chosen[: len(Grid(PAIRS, (0.72, 0.72), left=room, gap=0.16).columns_of(len(chosen)))]
    count, table = len(chosen), np.stack([study.draws(name)[1] for name in chosen], axis=1)
    correlation = np.atleast_2d(np.corrcoef(ndtri(table), rowvar=False))
    off = np.abs(np.triu(correlation, 1))
    one, other = (int(place) for place in np.unravel_index(int(off.argmax()), off.shape))
    strongest = f"{chosen[one]} and {chosen[other]}, {format_number(correlation[one, other], 2, signed=True)}"
    plain = f"Posterior of the {count} leaves that learned most, two by two"
    sheet = page(
        [f"Of the {count} leaves that learned most the strongest correlation is of {strongest}", plain] if count > 1 else plain,
        f"Below the diagonal: {min(POINTS, len(table))} draws on the prior's scale, 0 to 1 on both axes. On it: the posterior's "
        "histogram; the dashed line is the prior. Above: correlation of the latents, shaded by its size. Columns are in the "
        "order of the rows.",
        study.source, [""] * count**2, Grid(count, (0.72, 0.72), left=room, gap=0.16, below=0.1, fixed=True),
        [key("draw of the posterior", BLUE, "o")],
    )  # fmt: skip
    few = slice(None, None, max(1, len(table) // POINTS))
    for place, axes in enumerate(sheet.panels):
        row, column = divmod(place, count)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.grid(visible=False)
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(0.0, 1.0)
        if row == column:
            counts, _, _ = axes.hist(table[:, row], bins=np.linspace(0.0, 1.0, 11).tolist(), color=BLUE, alpha=0.6)
            axes.axhline(len(table) / 10, color=FAINT, linewidth=0.8, linestyle=DASHED)
            axes.set_ylim(0.0, 1.05 * float(np.max(counts)))
        elif row > column:
            axes.plot(table[few, column], table[few, row], ".", color=BLUE, markersize=1.6, alpha=0.6, gid="draws")
        else:
            strength = float(correlation[row, column])
            axes.spines[:].set_visible(False)
            axes.set_facecolor((*((0.0, 0.45, 0.70) if strength > 0 else (0.84, 0.37, 0.0)), min(0.8, abs(strength))))
            axes.text(
                0.5, 0.5, format_number(strength, 2, signed=True), ha="center", va="center", fontsize=TICK, color=INK
            )
        if column == 0:
            axes.set_ylabel(chosen[row], fontsize=TICK, rotation=0, ha="right", va="center", parse_math=False)
    return sheet.figure


def learned(study: CalibrationStudy) -> Figure:
    """Draw contraction against shift, a point per parameter, those that learned most by name."""
    rows = study.learned
    informed = sum(row.divergence >= LEAST for row in rows)
    plain = "What was learned: how far each parameter moved, and how much narrower it became"
    sheet = page(
        [f"{informed} of {len(rows)} parameters learned something; {rows[0].parameter} most", plain] if informed else plain,
        "Shift of the mean in standard deviations of the prior, and 1 − variance of the posterior over that of the prior. Lower "
        "middle: nothing learned. A shift beyond two with little contraction would be a prior at odds with the past. The error "
        f"of a mean from so many members is at most {format_number(max(row.mean_error for row in rows), 2)} standard "
        f"deviations. Numbered, with shift and contraction: the {min(NAMED, len(rows))} that learned most (divergence).",
        study.source, [""], Grid(1, (4.6, 3.4), right=3.3),
    )  # fmt: skip
    axes = sheet.panels[0]
    x, y = (np.array([getattr(row, name) for row in rows]) for name in ("shift", "contraction"))
    axes.axvline(0.0, color=RULE, linewidth=0.8)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    axes.plot(x[NAMED:], y[NAMED:], "o", color=FAINT, markersize=3.5, gid="little")
    axes.plot(x[:NAMED], y[:NAMED], "o", color=BLUE, markersize=5, gid="most")
    reach = max(1.0, 1.25 * float(np.abs(x).max()))
    axes.set_xlim(-reach, reach)
    axes.set_ylim(min(-0.15, float(y.min()) - 0.05), 1.0)
    for n, row in enumerate(rows[:NAMED], 1):
        axes.annotate(f"{n}", (row.shift, row.contraction), (4, 2), textcoords="offset points", fontsize=TICK - 1)
        moved = f"{format_number(row.shift, 2, signed=True)}, {format_number(row.contraction, 2)}"
        axes.text(1.02, 1.0 - (n - 0.5) / NAMED, f"{n}  {row.parameter}  ({moved})", transform=axes.transAxes, va="center",
                  fontsize=TICK, color=INK, parse_math=False)  # fmt: skip
    label_x(axes, "shift of the mean, sd of the prior")
    label_y(axes, "contraction of the variance")
    return sheet.figure


def pit(study: CalibrationStudy) -> Figure | None:
    """Draw histograms of the probability integral transform by kind of feature; None where all kinds have few."""
    shown = {kind: x for kind, x in study.places.items() if len(x) >= FEWEST}
    if not shown:
        return None
    every = np.concatenate(list(shown.values()))
    outer = int(np.sum((every < 0.1) | (every > 0.9)))
    sheet = page(
        [f"{outer} of {len(every)} observed features lie in the outer tenths of what the posterior predicts; right: "
         f"{0.2 * len(every):.0f}",
         "Where the observed features stand among those the posterior predicts"],
        "Share of replicated features below the observed one; a replicate has a member's parameters, noise of its own, and the "
        "stated error. Level: spread and error are right together; high at both ends: too narrow; in the middle: too wide; to "
        "the left: the model says too much. The same features made the posterior, so this can refute it but not confirm it. "
        f"Kinds with fewer than {FEWEST} features are left out.",
        study.source, [f"{kind} ({len(x)})" for kind, x in shown.items()], Grid(3, (2.1, 1.4)),
        [key("level", dash=DASHED)],
    )  # fmt: skip
    for axes, x in zip(sheet.panels, shown.values(), strict=True):
        draw_ranks(axes, x, "place of the observed", BLUE)
        label_y(axes, "features")
    return sheet.figure


def predictive_check(study: CalibrationStudy) -> Figure | None:
    """Draw ArviZ's posterior predictive check, one panel per kind of feature; None without ArviZ's data."""
    data = study.ensemble
    kinds = (
        [str(kind) for kind in data.observed_data if data.observed_data[kind].size >= FEWEST]
        if data is not None
        else []
    )
    if not kinds:
        return None
    sheet = page(
        "Posterior predictive check: distribution of the features, observed and replicated",
        f"Cumulative distributions over the features of a kind: {SAMPLES} replicated data sets (thin), all of them (dashed), and "
        "the observed (black); by ArviZ's plot_ppc. Gains on an asinh scale, losses (persons per day) and forces (persons) as "
        "logarithms. Draws of an ensemble inversion, not of a chain.",
        study.source, kinds, Grid(3, (2.4, 1.7), gap=0.5),
        [key("observed", "black", dash=SOLID), key("replicated", BLUE, dash=SOLID, width=0.8),
         key("replicated, all together", ORANGE, dash=DASHED)],
    )  # fmt: skip
    for place, (axes, kind) in enumerate(zip(sheet.panels, kinds, strict=True)):
        _arviz().plot_ppc(
            data, kind="cumulative", var_names=[kind], ax=axes, num_pp_samples=SAMPLES, random_seed=study.seed, legend=False,
            colors=[BLUE, "black", ORANGE], textsize=TICK, show=False, flatten=None,
        )  # fmt: skip
        axes.set_title("")
        axes.tick_params(labelsize=TICK)
        label_x(axes, f"feature, {'log' if kind in ('losses', 'force') else 'asinh'} scale")
        axes.set_ylim(0.0, 1.0)
        if place % 3 == 0:
            label_y(axes, "share of features")
    return sheet.figure


def inference_data(
    names: Sequence[str], prior: Array, posterior: Array, replicated: Mapping[str, Array], observed: Mapping[str, Array]
) -> Any:
    """Return the ensemble as ArviZ wants it: one "chain" that is none, members as draws.

    Parameters
    ----------
    names : sequence of str
        Parameters.
    prior, posterior : ndarray, shape (member, parameter)
        Uniforms on the prior's own scale.
    replicated : mapping of str to ndarray, shape (member, feature)
        Replicated features by kind.
    observed : mapping of str to ndarray, shape (feature,)
    """
    return _arviz().from_dict(
        posterior={name: posterior[None, :, n] for n, name in enumerate(names)},
        prior={name: prior[None, :, n] for n, name in enumerate(names)},
        posterior_predictive={kind: x[None] for kind, x in replicated.items()},
        observed_data=dict(observed),
    )


def summary(data: Any) -> list[dict[str, Any]]:
    """Return ArviZ's summary of the posterior: mean, sd and 90 % highest-density interval of each parameter, as uniforms.

    Only ``kind="stats"``: its diagnostics need chains.
    """
    table = _arviz().summary(data, kind="stats", hdi_prob=0.9, round_to=4)
    return [{"parameter": str(name), **{str(k): float(v) for k, v in row.items()}} for name, row in table.iterrows()]


def _arviz() -> Any:
    """Import ArviZ without its announcement of another interface to come: the extra names the releases that fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        import arviz
    return arviz
