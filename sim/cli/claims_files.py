"""Which claims are meant, and in which scenarios they are tested; every fault before anything is played."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.foundation.errors import UserError, nearest

if TYPE_CHECKING:
    import xarray as xr

    from sim.foundation.errors import Fault
    from sim.scenario.claims.file import ClaimFile, ClaimTest

LEVEL = 0.9
"""Coverage of intervals where no scenario says another."""


@dataclass
class Group:
    """Claims in the same scenario, None for claims that need none; `data` are the wars once played."""

    path: Path | None
    scenario: Any
    claims: list[ClaimFile]
    data: xr.Dataset | None = None

    @property
    def level(self) -> float:
        """Coverage of the intervals."""
        return float(self.scenario.verdict.interval) if self.scenario else LEVEL


def folder_of_claims() -> Path:
    """Return scenarios/claims from here, from the checkout, or from the installed package."""
    package = Path(sim.__file__).resolve().parent
    for place in (Path(), package.parent, package / "shipped"):
        folder = place / "scenarios" / "claims"
        if folder.is_dir():
            return folder
    raise UserError(["no folder scenarios/claims here or beside the program - name claim files: sim claims FILE..."])


def find(names: Sequence[str]) -> list[Path]:
    """Return the claim files meant by ids (``C07``, ``c7``) or paths; all shipped ones without names."""
    if not names:
        return sorted(folder_of_claims().glob("C*.yaml"))
    found, faults = [], []
    for name in names:
        if name.endswith((".yaml", ".yml")):
            found.append(Path(name))
            continue
        known = {path.stem: path for path in sorted(folder_of_claims().glob("C*.yaml"))}
        digits = name.upper().removeprefix("C")
        stem = f"C{int(digits):02d}" if digits.isdecimal() and digits.isascii() and len(digits) < 5 else name
        if stem in known:
            found.append(known[stem])
        else:
            span = f"{min(known)} to {max(known)}" if known else "none"
            faults.append(f"no claim '{name}' - the claims are {span}{nearest(name, known)}")
    if faults:
        raise UserError(faults)
    return list(dict.fromkeys(found))


def read_all(files: Iterable[Path]) -> list[ClaimFile]:
    """Read every claim file; raise every fault of all of them together."""
    from sim.analysis.observations.table_statistics import STATISTICS
    from sim.analysis.outcomes.measures import MEASURES
    from sim.scenario.claims.file import read_claim

    claims: list[ClaimFile] = []
    faults: list[Fault] = []
    for file in files:
        try:
            claim = read_claim(file, MEASURES, STATISTICS)
            twin = next((one for one in claims if one.id == claim.id), None)
            if twin is not None:
                faults.append(claim.place("id").fault(f"the id {claim.id} is taken by {twin.path}"))
            claims.append(claim)
        except UserError as error:
            faults += error.faults
    if faults:
        raise UserError(faults)
    return claims


def grouped(claims: Sequence[ClaimFile], asked: Asked) -> list[Group]:
    """Return the claims by the scenario that they play, each scenario joined from what its claims need."""
    from sim.scenario.claims.join import join

    groups: dict[Path | None, Group] = {}
    faults = []
    for claim in claims:
        key = claim.plays.resolve() if claim.plays else None
        groups.setdefault(key, Group(claim.plays, None, [])).claims.append(claim)
    for group in groups.values():
        try:
            if group.path is not None:
                group.scenario = join(group.path, group.claims, asked.overrides())
        except UserError as error:
            faults += error.faults
    for group in groups.values() if not faults else ():
        faults += [fault for claim in group.claims for fault in _faults_of_inputs(claim, group)]
    if faults:
        raise UserError(dict.fromkeys(faults))
    return list(groups.values())


def _faults_of_inputs(claim: ClaimFile, group: Group) -> list[Any]:
    """Return a fault for every input that the world does not have, and every threshold without a scenario."""
    from sim.experiment.inputs import Inputs

    faults, inputs = [], Inputs(group.scenario, 2) if group.scenario else None
    for number, test in enumerate(claim.tests):
        if test.condition.threshold.startswith("verdict.") and not group.scenario:
            faults.append(claim.place("tests", number, "threshold").fault("a threshold of the verdict needs `plays`"))
        elif test.kind == "observed":
            faults += _faults_of_table(test, group)
        for key, name in (("of", test.of), ("than", test.than)):
            if not name:
                continue
            try:
                if inputs is None:
                    raise KeyError("an input needs a scenario - say `plays`")
                inputs.values(name)
            except KeyError as error:
                faults.append(claim.place("tests", number, key).fault(str(error.args[0])))
    return faults


def _faults_of_table(test: ClaimTest, group: Group) -> list[Any]:
    """Return what is wrong with an observed table, or with what is asked of it."""
    from sim.cli.claims_judging import bound_of, observed

    try:
        observed(test, bound_of(test.condition, group.scenario), group.level)
    except UserError as error:
        return error.faults
    return []
