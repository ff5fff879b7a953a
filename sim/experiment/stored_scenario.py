"""The scenario that a stored result was played with, from the result itself: no other file is needed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment import manifest as manifests
from sim.experiment.manifest import DamageError, Manifest
from sim.foundation.errors import Fault, UserError

if TYPE_CHECKING:
    from sim.scenario.priors.posterior import Posterior


def stored_scenario(folder: str | Path) -> Any:
    """Return the scenario of the result in `folder`, with its posterior.

    Raises
    ------
    DamageError
        If the manifest or the posterior beside it is not as it was written.
    UserError
        If there is no result, or this version cannot read its scenario.
    """
    folder = Path(folder)
    return scenario_of(folder, manifests.demand(folder))


def scenario_of(folder: Path, manifest: Manifest) -> Any:
    """Return the scenario of a result whose manifest is read; see `stored_scenario`."""
    from sim.scenario.reader import resolve
    from sim.scenario.syntax.nodes import Map
    from sim.scenario.syntax.yaml_text import parse_text

    place = folder / "scenario in the manifest"
    document = parse_text(manifest.scenario, str(place))
    if not isinstance(document, Map):
        raise UserError([Fault("is no scenario", str(place))])
    scenario = dataclasses.replace(resolve(document, place, None), posterior=posterior_of(folder, manifest))
    if scenario.hash != manifest.scenario_hash:
        raise UserError([Fault(f"{manifest.program} wrote it, and this version reads it otherwise", str(place))])
    return scenario


def posterior_of(folder: Path, manifest: Manifest) -> Posterior | None:
    """Return the posterior that is kept beside a manifest, None where there is none; DamageError if it is another."""
    from sim.scenario.priors.posterior import load

    if manifest.posterior is None:
        return None
    path = folder / manifests.POSTERIOR
    try:
        posterior = load(path)
    except UserError as error:
        raise DamageError(error.faults) from error
    if posterior.digest != manifest.posterior:
        raise DamageError([Fault("is not the posterior that was used", str(path))])
    return posterior
