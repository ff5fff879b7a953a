"""The donors' game: what it costs that each donor decides for itself, and what each part of coordination keeps."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.donors import Cell, Part
from sim.analysis.estimate import Estimate
from sim.experiment.store import load
from sim.exploration.donors import ARMS, BASE, Ends, ends, read_parts
from sim.foundation.lanes import Array
from sim.models.campaign.goods import KINDS
from sim.scenario.aid_panel import POOLED
from sim.workflows.files import Drawing, WorkflowResult, draw, prepare, shipped_scenario
from sim.workflows.options import Options
from sim.workflows.playing import play

REPLICATES = 200
KEPT = ("net_km2", "delivered", "casualties", "war")
GOES_ON = {"settling.base": "0 1/month"}
"""What donors keep is told of the war, not of the terms on which it might end."""
CONVEXITY = (0.0, 1.6, 3.6, np.inf)
THETA = (0.0, 0.15, np.inf)
"""Edges of the cells in which results are told: thirds and halves of the shipped priors."""
AGAINST = (BASE, "each_for_itself")


@dataclass(frozen=True, kw_only=True)
class DonorsResult(WorkflowResult):
    """The game, the parts of coordination, the cells, and what the aid tables say."""

    game: dict[str, Any]
    parts: list[Part]
    cells: list[Cell]
    panel: list[dict[str, Any]]


def donors(file: Path | None, options: Options) -> DonorsResult:
    """Play the donors' game of a scenario (by default the shipped world): its ends, its parts, the war under each.

    Raises
    ------
    UserError
        If the scenario has no common plan of its donors.
    """
    file = file or shipped_scenario("ukraine-2024-11-19.yaml")
    scenario = read_parts(file, GOES_ON | options.overrides())
    if not options.replicates:
        scenario = replace(scenario, run=replace(scenario.run, replicates=REPLICATES))
    prepare(options)
    panel = [asdict(one) for one in scenario.aid_panel]
    with tempfile.TemporaryDirectory(prefix="sim-donors-") as scratch:
        out = options.out or Path(scratch) / "donors"
        folder = play(scenario, options, "donors", out=out, what=f"playing {len(ARMS)} ways to give", keep=KEPT)
        data = load(folder)
        ground = {name: _net(data, name) for name in (BASE, *ARMS)}
        parts = [_part(data, name, label, ground) for name, (label, _) in ARMS.items()]
    found = ends(scenario, ground[BASE].size, scenario.run.seed)
    game = game_account(found, panel)
    cells = _cells(found, ground)
    account = {
        "file": str(file),
        "replicates": ground[BASE].size,
        "game": game,
        "parts": [part.account() for part in parts],
        "cells": [cell.account() for cell in cells],
        "panel": panel,
    }

    def act(place: Path) -> None:
        from sim.plotting.donors import DonorsStudy
        from sim.plotting.gallery import draw_all

        draw_all("donors", DonorsStudy(parts, cells, f"{file.name}, {ground[BASE].size} replicates"), place)

    place = options.plots_to or (options.out / "plots" if options.out else None)
    drawing = draw(options, place, act) if place else Drawing()
    return DonorsResult(account=account, drawing=drawing, game=game, parts=parts, cells=cells, panel=panel)


def _net(data: xr.Dataset, arm: str) -> Array:
    inside = data["net_km2"].sel(arm=arm)
    return np.asarray(inside.isel(time=-1).to_numpy(), dtype=float)


def _total(data: xr.Dataset, name: str, arm: str) -> Array:
    last = data[name].sel(arm=arm).isel(time=-1)
    return np.asarray(last.sum([axis for axis in last.dims if axis != "replicate"]).to_numpy(), dtype=float)


def _part(data: xr.Dataset, name: str, label: str, ground: dict[str, Array]) -> Part:
    more = {key: _total(data, key, name) - _total(data, key, BASE) for key in ("delivered", "casualties")}
    kept, from_nash = (Estimate.mean(ground[against] - ground[name], unit="km2") for against in AGAINST)
    return Part(
        name,
        label,
        kept,
        from_nash,
        Estimate.mean(more["delivered"], unit="Gusd"),
        Estimate.mean(more["casualties"], unit="person"),
    )


def _cells(found: Ends, ground: dict[str, Array]) -> list[Cell]:
    cells = []
    for convexity in itertools.pairwise(CONVEXITY):
        for theta in itertools.pairwise(THETA):
            here = (found.convexity >= convexity[0]) & (found.convexity < convexity[1])
            here = here & (found.theta >= theta[0]) & (found.theta < theta[1])
            if here.any():
                kept, from_nash = (
                    Estimate.mean((ground[arm] - ground["one_planner"])[here], unit="km2") for arm in AGAINST
                )
                cells.append(Cell(convexity, theta, Estimate.spread(found.anarchy[here]), kept, from_nash))
    return cells


def game_account(found: Ends, panel: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the game in plain values: medians with 90 % of the draws; what is reweighted weighs draws by the aid panel."""
    spread = {
        "price_of_anarchy": found.anarchy,
        "planner_over_today": found.today,
        "nash_amounts": found.nash,
        "planner_amounts": found.planner,
        "reaction": found.reaction,
        "value_of_ground_musd_per_km2": found.value * 1e3,
    }
    kinds = {
        kind: {
            "km2_per_gusd": Estimate.spread(found.price[row]).as_list(),
            "nash": float(found.mix[0, row].mean()),
            "today": float(found.mix[1, row].mean()),
            "planner": float(found.mix[2, row].mean()),
        }
        for row, kind in enumerate(KINDS)
    }
    account = {name: Estimate.spread(values).as_list() for name, values in spread.items()}
    return account | {
        "reweighted": _reweighted(found, panel) if panel else None,
        "kinds": kinds,
        "residual": [float(np.quantile(found.residual, at)) for at in (0.5, 0.99, 1.0)],
    }


def _reweighted(found: Ends, panel: Sequence[dict[str, Any]]) -> dict[str, Any]:
    weights = _by_panel(found.reaction, panel)
    return {
        "price_of_anarchy": _weighted(found.anarchy, weights),
        "effective_draws": float(weights.sum() ** 2 / (weights * weights).sum()),
    }


def _by_panel(reaction: Array, panel: Sequence[dict[str, Any]]) -> Array:
    said = next(row for row in panel if row["measure"] == POOLED)
    return np.asarray(np.exp(-0.5 * ((reaction - said["estimate"]) / said["error"]) ** 2))


def _weighted(values: Array, weights: Array) -> list[float]:
    order = np.argsort(values)
    below = (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()
    return [float(np.interp(at, below, values[order])) for at in (0.05, 0.5, 0.95)]
