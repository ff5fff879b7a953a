"""A study as it comes with the program, for briefings: ``python -m docs.keep_study STUDY.json SCENARIO COMMAND``, as JSON.

SCENARIO names the file whose base world the study belongs to: a briefing shows it beside results of that world only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import sim.scenario
from sim.workflows.briefing import keep_study

if __name__ == "__main__":
    study, scenario, command = sys.argv[1:]
    kept = keep_study(json.loads(Path(study).read_text(encoding="utf-8")), sim.scenario.read(scenario), command)
    json.dump(kept, sys.stdout, ensure_ascii=False, separators=(",", ":"))
