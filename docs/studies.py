"""With which world the studies in ``docs/results`` were made, as JSON: ``python -m docs.studies [KIND ...]``.

Without a kind, all of them were made just now. Run when the studies are (``make results``); `sim report` shows a stored study only beside results of the same world.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sim.scenario import read
from sim.workflows.briefing import study_index


def main() -> None:
    """Print the index."""
    scenario = read(Path(__file__).parents[1] / "scenarios" / "claim.yaml")
    print(json.dumps(study_index(scenario, sys.argv[1:]), indent=1))


if __name__ == "__main__":
    main()
