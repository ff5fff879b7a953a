"""The commands that look at scenarios without an experiment: validate, replay."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from sim.cli.asked import Asked
from sim.cli.places import save
from sim.foundation.errors import UserError, nearest


def validate(files: list[Path], asked: Asked) -> None:
    """Read each file, print one line for each that is right, and raise every fault of the others together."""
    from sim.scenario import read
    from sim.scenario.claims.file import is_claim_file

    faults, accounts = [], []
    for file in files:
        try:
            if is_claim_file(file):
                accounts.append(_claim_account(file, asked))
            else:
                accounts.append(_account(file, read(file, asked.overrides())))
        except UserError as error:
            faults += error.faults
    if asked.as_json:
        print(json.dumps({"valid": accounts, "faults": [vars(fault) for fault in dict.fromkeys(faults)]}, indent=1))
    elif not asked.quiet:
        for account in accounts:
            print(_line(account))
    if faults:
        raise UserError(dict.fromkeys(faults))  # files that extend the same one share its faults


def _account(file: Path, scenario: Any) -> dict[str, Any]:
    from sim.cli.evidence import DEFINITION

    numbers = scenario.numbers()
    grades = Counter(str(number.grade) for number in numbers if number.source_id != DEFINITION)
    return {
        "file": str(file),
        "title": scenario.title,
        "hash": scenario.hash,
        "arms": list(scenario.arms),
        "start": scenario.run.start.isoformat(),
        "days": int(scenario.run.horizon_days),
        "numbers": sum(grades.values()),
        "grades": dict(sorted(grades.items())),
        "definitions": len(numbers) - sum(grades.values()),
    }


def _claim_account(file: Path, asked: Asked) -> dict[str, Any]:
    """Read a claim with the scenario that it is tested in."""
    from sim.cli.claims_files import grouped, read_all

    (claim,) = read_all([file])
    grouped([claim], asked)
    return {"file": str(file), "claim": claim.id, "tests": len(claim.tests), "arms": list(claim.needs)}


def _line(account: dict[str, Any]) -> str:
    """Return what a file holds in one line."""
    if "claim" in account:
        on = f" on {', '.join(account['arms'])}" if account["arms"] else ""
        return f"{account['file']}: right - claim {account['claim']}, tests: {account['tests']}{on}"
    grades = ", ".join(f"{count} {grade}" for grade, count in account["grades"].items())
    arms = len(account["arms"])
    return (
        f"{account['file']}: right - {arms} arm{'s' if arms != 1 else ''}, {account['days']} days from "
        f"{account['start']}, {account['numbers']} numbers ({grades}) and "
        f"{account['definitions']} definition{'s' if account['definitions'] != 1 else ''}"
    )


def replay(file: Path, arm: str | None, replicate: int, out: Path | None, asked: Asked) -> None:
    """Play one war again and print its diary, or write it to the file `out`."""
    from sim.scenario import read

    scenario = read(file, asked.overrides())
    arms = list(scenario.arms)
    name = arm or arms[0]
    if name not in arms:
        raise UserError([f"no arm '{name}' in {file}; it has {', '.join(arms)}{nearest(name, arms)}"])
    diary = _diary(scenario, arms.index(name), replicate)
    text = diary
    if asked.as_json:
        seed = int(scenario.run.seed)
        whole = {"arm": name, "replicate": replicate, "seed": seed, "diary": diary}
        text = json.dumps(whole, ensure_ascii=False, indent=1)
    if out is None:
        print(text)
        return
    save(out, text + "\n")


def _diary(scenario: Any, arm: int, replicate: int) -> str:
    """Play the one lane with the luck it has in any ensemble."""
    import numpy as np

    from sim.foundation.lanes import Lanes
    from sim.foundation.noise import Noise
    from sim.models.campaign.diary import tell
    from sim.scenario.priors.draw import draw

    run = scenario.run
    lanes = Lanes(np.array([arm]), np.array([replicate]))
    parameters = draw(scenario, lanes, int(run.seed))
    of_base = lanes.of_base()
    base = None if of_base is None else draw(scenario, of_base, int(run.seed))
    noise = Noise(int(run.seed), lanes.replicate)
    return str(tell(parameters, lanes, noise, start=run.start, days=int(run.horizon_days), base=base))
