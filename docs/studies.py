"""Keep studies that were just made beside the shipped scenarios: ``python -m docs.studies [KIND ...]``, all without a kind.

`make results` runs it after it has played them. `sim report` shows a kept study beside every result of the same world.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from docs.blocks import ROOT
from sim.scenario import read
from sim.workflows.briefing import keep_study

KINDS = ("controls", "factorial", "hindcast", "robustness", "sensitivity")
COMMANDS = {"hindcast": "sim hindcast scenarios/history/calibration.yaml"}


def main(kinds: Sequence[str]) -> None:
    """Write ``scenarios/studies/KIND.json`` from ``docs/results/KIND.json``."""
    scenario = read(ROOT / "scenarios" / "claim.yaml")
    folder = ROOT / "scenarios" / "studies"
    folder.mkdir(exist_ok=True)
    for kind in kinds or KINDS:
        account = json.loads(Path(ROOT / "docs" / "results" / f"{kind}.json").read_text(encoding="utf-8"))
        kept = keep_study(account, scenario, COMMANDS.get(kind, f"sim {kind}"))
        text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{kind}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
