"""Diagnostics of a calibration: what the posterior predicts of the features that made it, and how much was learned.

`check` and `summary` rest on ArviZ, which is an extra; they import it when called. An ensemble inversion has no chains, so
nothing here speaks of mixing.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.plotting.hindcasts import make_page
from sim.plotting.palette import DASHED, FAINT, INK, RULE
from sim.plotting.sheet import TICK, Layout, measure

Array = NDArray[np.float64]
COLOUR = "#0072B2"
BINS = 10
NAMED = 14  # parameters whose names stand in the figure
FEWEST = 5  # features that a distribution is drawn of
SHOWN = 60  # replicated data sets in a panel


def transform(values: dict[str, Array], source: str) -> Figure:
    """Draw histograms of the probability integral transform by kind of feature.

    Parameters
    ----------
    values : dict of str to ndarray, shape (feature,)
        Places of the observed among replicated features, by kind.
    source : str
        What the figure rests on, for its foot.
    """
    shown = {kind: x for kind, x in values.items() if len(x) >= FEWEST}
    page = make_page(
        "Where the observed features stand among those the posterior predicts",
        "Share of replicated features below the observed one; a replicate has a member's parameters, luck of its own, and the "
        "stated error. Level: spread and error are right together; high at both ends: too narrow; in the middle: too wide; to "
        "the left: the model says too much. The same features made the posterior, so this can refute it but not confirm it. "
        f"Kinds with fewer than {FEWEST} features are left out.",
        [f"{kind} ({len(x)})" for kind, x in shown.items()],
        Layout(columns=3, panel=(2.1, 1.4), gap=0.6),
        source,
        [Line2D([], [], color=INK, linestyle=DASHED, linewidth=0.9, label="level")],
    )
    for axes, x in zip(page.panels, shown.values(), strict=True):
        counts = np.histogram(x, bins=BINS, range=(0.0, 1.0))[0]
        axes.bar((np.arange(BINS) + 0.5) / BINS, counts, width=0.9 / BINS, color=COLOUR, gid="ranks")
        axes.axhline(len(x) / BINS, color=INK, linewidth=0.9, linestyle=DASHED)
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel("place of the observed", fontsize=TICK + 0.5)
        measure(axes, "features")
    return page.figure


def learned(rows: Sequence[dict[str, Any]], source: str) -> Figure:
    """Draw contraction against shift, a point a parameter, those that learned most by name.

    Parameters
    ----------
    rows : sequence of dict
        See `sim.analysis.sensitivity.contraction.contraction`.
    source : str
    """
    page = make_page(
        "What was learned: how far each parameter moved, and how much narrower it became",
        "Shift of the mean in standard deviations of the prior, and 1 − variance of the posterior over that of the prior. Lower "
        "middle: nothing learned. A shift beyond two with little contraction would be a prior at odds with the past. The error "
        f"of a mean from so many members is at most {max(row['mean_error'] for row in rows):.2f} standard deviations. Numbered, "
        f"with shift and contraction: the {min(NAMED, len(rows))} that learned most (divergence).",
        [""],
        Layout(columns=1, panel=(4.6, 3.4), right=3.3),
        source,
    )
    axes = page.panels[0]
    x, y = (np.array([row[key] for row in rows]) for key in ("shift", "contraction"))
    axes.axvline(0.0, color=RULE, linewidth=0.8)
    axes.axhline(0.0, color=FAINT, linewidth=0.8)
    axes.plot(x[NAMED:], y[NAMED:], "o", color=FAINT, markersize=3.5, gid="little")
    axes.plot(x[:NAMED], y[:NAMED], "o", color=COLOUR, markersize=5, gid="most")
    reach = max(1.0, 1.25 * float(np.abs(x).max()))
    axes.set_xlim(-reach, reach)
    axes.set_ylim(min(-0.15, float(y.min()) - 0.05), 1.0)
    _name(axes, rows[:NAMED])
    axes.set_xlabel("shift of the mean, sd of the prior", fontsize=TICK + 0.5)
    measure(axes, "contraction of the variance")
    return page.figure


def _name(axes: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Number the first points, and list their names to the right of the panel."""
    for n, row in enumerate(rows, 1):
        axes.annotate(
            f"{n}", (row["shift"], row["contraction"]), xytext=(4, 2), textcoords="offset points", fontsize=TICK - 1
        )
        axes.annotate(
            f"{n}  {row['parameter']}  ({row['shift']:+.2f}, {row['contraction']:.2f})".replace("-", "−"),
            (1.02, 1.0 - (n - 0.5) / NAMED), xycoords="axes fraction", va="center", fontsize=TICK, color=INK,
            annotation_clip=False, parse_math=False,
        )  # fmt: skip


def inference_data(
    names: Sequence[str], prior: Array, posterior: Array, replicated: dict[str, Array], observed: dict[str, Array]
) -> Any:
    """Return the ensemble as ArviZ wants it: one "chain" that is none, members as draws.

    Parameters
    ----------
    names : sequence of str
        Parameters.
    prior, posterior : ndarray, shape (member, parameter)
        Uniforms on the prior's own scale.
    replicated : dict of str to ndarray, shape (member, feature)
        Replicated features by kind.
    observed : dict of str to ndarray, shape (feature,)
    """
    az = _arviz()
    return az.from_dict(
        posterior={name: posterior[None, :, n] for n, name in enumerate(names)},
        prior={name: prior[None, :, n] for n, name in enumerate(names)},
        posterior_predictive={kind: x[None] for kind, x in replicated.items()},
        observed_data=observed,
    )


def check(data: Any, source: str, seed: int) -> Figure:
    """Draw ArviZ's posterior predictive check, one panel a kind of feature.

    Parameters
    ----------
    data : InferenceData
        See `inference_data`.
    source : str
    seed : int
        Picks the replicated data sets shown.
    """
    az = _arviz()
    kinds = [str(kind) for kind in data.observed_data if data.observed_data[kind].size >= FEWEST]
    units = {kind: "log" if kind in ("losses", "force") else "asinh" for kind in kinds}
    page = make_page(
        "Posterior predictive check: distribution of the features, observed and replicated",
        f"Cumulative distributions over the features of a kind: {SHOWN} replicated data sets (thin), all of them (dashed), and "
        "the observed (black); by ArviZ's plot_ppc. Gains on an asinh scale, losses (persons a day) and forces (persons) as "
        "logarithms. Draws of an ensemble inversion, not of a chain.",
        kinds,
        Layout(columns=3, panel=(2.4, 1.7), gap=0.5),
        source,
        [
            Line2D([], [], color="black", linewidth=1.5, label="observed"),
            Line2D([], [], color=COLOUR, linewidth=0.8, alpha=0.5, label="replicated"),
            Line2D([], [], color="#D55E00", linewidth=1.5, linestyle=DASHED, label="replicated, all together"),
        ],
    )
    for axes, kind in zip(page.panels, kinds, strict=True):
        az.plot_ppc(
            data, kind="cumulative", var_names=[kind], ax=axes, num_pp_samples=SHOWN, random_seed=seed, legend=False,
            colors=[COLOUR, "black", "#D55E00"], textsize=TICK, show=False, flatten=None,
        )  # fmt: skip
        axes.set_title("")
        axes.tick_params(labelsize=TICK)
        axes.set_xlabel(f"feature, {units[kind]} scale", fontsize=TICK + 0.5)
        axes.set_ylim(0.0, 1.0)
    for axes in page.panels[::3]:
        measure(axes, "share of features")
    return page.figure


def summary(data: Any) -> list[dict[str, Any]]:
    """Return ArviZ's summary of the posterior: mean, sd and 90 % highest-density interval of each parameter, as uniforms.

    Only ``kind="stats"``: its diagnostics need chains.
    """
    az = _arviz()
    table = az.summary(data, kind="stats", hdi_prob=0.9, round_to=4)
    return [{"parameter": str(name), **{str(k): float(v) for k, v in row.items()}} for name, row in table.iterrows()]


def _arviz() -> Any:
    """Import ArviZ without its announcement of another interface to come: the extra names the releases that fit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        import arviz
    return arviz
