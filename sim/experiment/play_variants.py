"""Play an experiment once a variant, keeping of each war only what a verdict is judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sim.experiment.engines import NUMPY
from sim.experiment.run import Draw, Play, run
from sim.experiment.variants import Study, Variant, scenario_of
from sim.foundation.errors import UserError

KEPT = ("net_km2", "net_km2_front", "war", "durable")
"""Recorded variables that outcomes are judged by."""


def check(study: Study, file: Path, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scenario of every variant, all read before any is played.

    Raises
    ------
    UserError
        With the faults of all of them.
    """
    faults, found = [], {}
    for variant in study.variants:
        try:
            found[variant.name] = scenario_of(variant, file, overrides)
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(dict.fromkeys(faults))
    return found


def play_variants(
    study: Study,
    scenarios: Mapping[str, Any],
    folder: Path,
    *,
    jobs: int | None = None,
    scheduler: str | None = None,
    engine: str = NUMPY,
    command: str = "",
    progress: Callable[[float], None] | None = None,
    play: Play | None = None,
    draw: Draw | None = None,
) -> dict[str, Path]:
    """Play every variant into a folder of its own below `folder`; return the folders by variant.

    A variant that is complete there is not played again. All share the seed, so replicate k has the same noise in each.

    Parameters
    ----------
    study : Study
    scenarios : mapping of str to Scenario
        From `check`.
    folder : Path
    jobs, scheduler, engine, command, play, draw
        As for `sim.experiment.run.run`.
    progress : callable, optional
        Told the share done, over all variants.
    """
    found: dict[str, Path] = {}
    count = len(study.variants)
    for place, variant in enumerate(study.variants):

        def on_progress(share: float, place: int = place) -> None:
            if progress is not None:
                progress((place + share) / count)

        found[variant.name] = run(
            scenarios[variant.name],
            folder / _safe(variant),
            jobs=jobs,
            scheduler=scheduler,
            engine=engine,
            command=command,
            progress=on_progress,
            keep=KEPT,
            play=play,
            draw=draw,
        )
    return found


def _safe(variant: Variant) -> str:
    """Return the variant's name as the name of a folder."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in variant.name)
