"""Which claims are meant, and in which scenarios they are tested; every fault is found before anything is played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sim.analysis.observations.table_statistics import STATISTICS
from sim.analysis.outcomes.measures import MEASURES
from sim.experiment.inputs import Inputs
from sim.foundation.errors import Fault, FaultCollector, UserError, nearest
from sim.scenario.claims.file import ClaimFile, read_claim
from sim.scenario.claims.join import join
from sim.workflows.claim_judging import Group, bound_of, judge_table
from sim.workflows.files import shipped
from sim.workflows.options import Options


def find(names: Sequence[str]) -> list[Path]:
    """Return the claim files meant by ids (``C07``, ``c7``) or paths; all shipped ones without names."""
    ids = [name for name in names if not name.endswith((".yaml", ".yml"))]
    folder = shipped("claims")
    if folder is None and (ids or not names):
        raise UserError(
            ["no folder scenarios/claims here or beside the program - name claim files: sim claims FILE..."]
        )
    known = {path.stem: path for path in sorted(folder.glob("C*.yaml"))} if folder is not None else {}
    if not names:
        return list(known.values())
    found, faults = [], FaultCollector()
    for name in names:
        digits = name.upper().removeprefix("C")
        stem = f"C{int(digits):02d}" if digits.isdecimal() and digits.isascii() and len(digits) < 5 else name
        if name not in ids:
            found.append(Path(name))
        elif stem in known:
            found.append(known[stem])
        else:
            span = f"{min(known)} to {max(known)}" if known else "none"
            faults.add(f"no claim '{name}' - the claims are {span}{nearest(name, known)}")
    faults.check()
    return list(dict.fromkeys(found))


def read_claims(files: Iterable[Path]) -> list[ClaimFile]:
    """Read every claim file; raise every fault of all of them together."""
    claims: dict[str, ClaimFile] = {}
    faults = FaultCollector()
    for file in files:
        with faults.gather():
            claim = read_claim(file, MEASURES, STATISTICS)
            if claim.id in claims:
                faults.add(claim.place("id").fault(f"the id {claim.id} is taken by {claims[claim.id].path}"))
            claims.setdefault(claim.id, claim)
    faults.check()
    return list(claims.values())


def group_by_scenario(claims: Sequence[ClaimFile], options: Options) -> list[Group]:
    """Return the claims by the scenario that they play, each scenario joined from what its claims need."""
    groups: dict[Path | None, Group] = {}
    for claim in claims:
        key = claim.plays.resolve() if claim.plays else None
        groups.setdefault(key, Group(claim.plays, None, [])).claims.append(claim)
    faults = FaultCollector()
    for group in groups.values():
        with faults.gather():
            if group.path is not None:
                group.scenario = join(group.path, group.claims, options.overrides())
    faults.check()
    for group in groups.values():
        for fault in _faults_of_inputs(group):
            faults.add(fault)
    faults.check()
    return list(groups.values())


def _faults_of_inputs(group: Group) -> Iterator[Fault]:
    """Yield a fault for every input that the world does not have, every wrong table and threshold without a scenario."""
    inputs = Inputs(group.scenario, 2) if group.scenario else None
    for claim in group.claims:
        for number, test in enumerate(claim.tests):
            if test.condition.threshold.startswith("verdict.") and not group.scenario:
                yield claim.place("tests", number, "threshold").fault("a threshold of the verdict needs `plays`")
            elif test.kind == "observed":
                try:
                    judge_table(test, bound_of(test.condition, group.scenario), group.level)
                except UserError as error:
                    yield from error.faults
            for key, name in (("of", test.of), ("than", test.than)):
                try:
                    if name and inputs is None:
                        raise KeyError("an input needs a scenario - say `plays`")
                    if name and inputs is not None:
                        inputs.values(name)
                except KeyError as error:
                    yield claim.place("tests", number, key).fault(str(error.args[0]))
