"""The donors' game: what it costs that each donor decides for itself, and what each part of coordination keeps."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.analysis.donors import Cell, Kept, Part
from sim.analysis.estimate import Estimate
from sim.analysis.sources import source_note
from sim.analysis.verdicts.enemy import BEST_REPLY, COMPENSATING, FIXED
from sim.experiment.store import load
from sim.exploration.donors import ARMS, BASE, Ends, ends, read_parts
from sim.foundation.lanes import Array
from sim.models.campaign.goods import KINDS
from sim.scenario.aid_panel import POOLED
from sim.workflows.enemy import KEY, chooses
from sim.workflows.files import WorkflowResult, draw_study, prepare, shipped_scenario, write_account
from sim.workflows.options import Options
from sim.workflows.playing import play

REPLICATES = 200
KEPT = ("net_km2", "delivered", "casualties", "war")
GOES_ON = {"settling.base": "0 1/month"}
"""What donors keep is reported for the war itself, whatever the terms on which it might end."""
CONVEXITY = (0.0, 1.6, 3.6, np.inf)
THETA = (0.0, 0.15, np.inf)
"""Edges of the cells in which results are reported: thirds and halves of the shipped priors."""
AGAINST = (BASE, "each_for_itself")
Ground = dict[str, Array]
"""The attacker's net gain at the end by arm, km2, (replicate,) each."""


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
    changes = GOES_ON | options.overrides()
    scenario = _sized(read_parts(file, changes), options)
    prepare(options)
    panel = [asdict(one) for one in scenario.aid_panel]
    with tempfile.TemporaryDirectory(prefix="sim-donors-") as scratch:
        out = options.out or Path(scratch) / "donors"
        data = load(play(scenario, options, "donors", out=out, what=f"playing {len(ARMS)} ways to give", keep=KEPT))
        ground, answered = _ground(data), {}
        if chooses(scenario):
            answered[BEST_REPLY] = ground
            for answer in (FIXED, COMPENSATING):
                other, there = _sized(read_parts(file, changes | {KEY: answer}), options), out / "answers" / answer
                other = replace(other, notices=())  # said already
                what = f"playing against: {answer}"
                answered[answer] = _ground(
                    load(play(other, options, f"donors-{answer}", out=there, what=what, keep=KEPT))
                )
        parts = [_part(data, name, label, ground, answered) for name, (label, _) in ARMS.items()]
    found = ends(scenario, ground[BASE].size, scenario.run.seed)
    game = game_account(found, panel)
    cells = _cells(found, ground, answered)
    account = {
        "file": str(file),
        "replicates": ground[BASE].size,
        "game": game,
        "parts": [part.account() for part in parts],
        "cells": [cell.account() for cell in cells],
        "panel": panel,
    }

    if options.out:
        write_account(options.out, account, options.command_line, source_note(data))

    def study() -> object:
        from sim.plotting.donors import DonorsStudy

        return DonorsStudy(parts, cells, source_note(data))

    drawing = draw_study(options, "donors", study, options.out and options.out / "plots")
    return DonorsResult(account=account, drawing=drawing, game=game, parts=parts, cells=cells, panel=panel)


def _sized(scenario: Any, options: Options) -> Any:
    if options.replicates:
        return scenario
    return replace(scenario, run=replace(scenario.run, replicates=REPLICATES))


def _ground(data: xr.Dataset) -> Ground:
    return {name: _net(data, name) for name in (BASE, *ARMS)}


def _kept(ground: Ground, arm: str, here: npt.NDArray[np.bool_] | slice = slice(None)) -> Kept:
    """Return the ground that an arm keeps against today and against Nash, over some of the replicates."""
    return Kept(*(Estimate.mean((ground[against] - ground[arm])[here], unit="km2") for against in AGAINST))


def _net(data: xr.Dataset, arm: str) -> Array:
    inside = data["net_km2"].sel(arm=arm)
    return np.asarray(inside.isel(time=-1).to_numpy(), dtype=float)


def _total(data: xr.Dataset, name: str, arm: str) -> Array:
    last = data[name].sel(arm=arm).isel(time=-1)
    return np.asarray(last.sum([axis for axis in last.dims if axis != "replicate"]).to_numpy(), dtype=float)


def _part(data: xr.Dataset, name: str, label: str, ground: Ground, answered: dict[str, Ground]) -> Part:
    more = {key: _total(data, key, name) - _total(data, key, BASE) for key in ("delivered", "casualties")}
    kept = _kept(ground, name)
    return Part(
        name,
        label,
        kept.today,
        kept.nash,
        Estimate.mean(more["delivered"], unit="Gusd"),
        Estimate.mean(more["casualties"], unit="person"),
        {answer: _kept(other, name) for answer, other in answered.items()},
    )


def _cells(found: Ends, ground: Ground, answered: dict[str, Ground]) -> list[Cell]:
    cells, planner = [], "one_planner"
    for convexity in itertools.pairwise(CONVEXITY):
        for theta in itertools.pairwise(THETA):
            here = (found.convexity >= convexity[0]) & (found.convexity < convexity[1])
            here = here & (found.theta >= theta[0]) & (found.theta < theta[1])
            if here.any():
                kept = _kept(ground, planner, here)
                by_answer = {answer: _kept(other, planner, here) for answer, other in answered.items()}
                anarchy = Estimate.spread(found.anarchy[here])
                cells.append(Cell(convexity, theta, anarchy, kept.today, kept.nash, by_answer))
    return cells


def game_account(found: Ends, panel: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the game in plain values: medians with 90 % of the draws; what is reweighted weighs draws by the aid panel."""
    spread = {
        "price_of_anarchy": found.anarchy,
        "planner_over_today": found.today,
        "anarchy_by_amounts": found.by_amounts,
        "anarchy_by_kinds": found.by_kinds,
        "largest_growth_of_a_kind": found.stretch,
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
        "by_prior": {name: _shared(prior, found.anarchy) for name, prior in _priors(found).items()},
        "residual": [float(np.quantile(found.residual, at)) for at in (0.5, 0.99, 1.0)],
    }


def _priors(found: Ends) -> dict[str, Array]:
    return {
        "returns": found.returns,
        "private_share": found.private,
        "yielding": np.log(found.yielding),
        "convexity": np.log(found.convexity),
        "theta": found.theta,
    }


def _shared(prior: Array, anarchy: Array) -> float:
    """Return the correlation of a prior with the logarithm of the price of anarchy; 0 where either is held."""
    excess = np.log(anarchy)
    if min(np.ptp(prior), np.ptp(excess)) == 0.0:
        return 0.0
    return float(np.corrcoef(prior, excess)[0, 1])


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
