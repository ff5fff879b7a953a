"""Print the CPU cost of a lane's day, of this program or of the one in another folder.

``python benchmarks/lane_day.py [--tree FOLDER] [--lanes 576] [--days 56]``: the base arm of that folder's
``scenarios/claim.yaml``, weekly record included, without reading and setting up; and how much of it all deciding takes (views
and checks of orders included) and the donors' game. One process; CPU seconds, so that other work beside it matters little. Give
it two folders in turn to compare two versions: an older model is had by ``git worktree add``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any


def war(folder: Path, lanes: int) -> Any:
    """Return wars of the claim's base in `folder`, on their first morning."""
    lane, noise = import_module("sim.foundation.lanes"), import_module("sim.foundation.noise")
    scenario = import_module("sim.scenario").read(folder / "scenarios" / "claim.yaml")
    rows = lane.Lanes.grid(1, range(lanes))
    drawn = import_module("sim.scenario.priors.draw").draw(scenario, rows, scenario.run.seed)
    model = import_module("sim.models.campaign.war").War
    return model(drawn, rows, noise.Noise(scenario.run.seed, rows.replicate), scenario.run.start)


def timed(owner: Any, name: str, spent: dict[str, float]) -> None:
    """Let calls of `owner.name` add their CPU time to ``spent[name]``."""
    called: Callable[..., Any] = getattr(owner, name)

    def measured(*given: Any) -> Any:
        begun = time.process_time()
        try:
            return called(*given)
        finally:
            spent[name] = spent.get(name, 0.0) + time.process_time() - begun

    setattr(owner, name, measured)


def cost(folder: Path, lanes: int, days: int) -> dict[str, float]:
    """Return microseconds of CPU per lane and day: in all, of deciding and of the donors' game (0 if there is none)."""
    played, spent = war(folder, lanes), dict[str, float]()
    played.keep_record(days + 7)
    timed(played, "decide", spent)
    with suppress(ModuleNotFoundError):  # the first model had no game
        game = import_module("sim.models.campaign.bargain")
        timed(game, "look", spent)
        timed(game, "settle", spent)
    for _ in range(7):  # memory and caches are warm after a week
        played.step()
    spent |= dict.fromkeys(spent, 0.0)
    begun = time.process_time()
    for _ in range(days):
        played.step()
    spent["all"] = time.process_time() - begun
    spent["game"] = spent.pop("look", 0.0) + spent.pop("settle", 0.0)
    return {name: 1e6 * seconds / (lanes * days) for name, seconds in spent.items()}


def main() -> int:
    """Print one line of JSON."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--tree", type=Path, default=Path(__file__).resolve().parents[1])
    asking.add_argument("--lanes", type=int, default=576)
    asking.add_argument("--days", type=int, default=56)
    asked = asking.parse_args()
    sys.path.insert(0, str(asked.tree))
    print(json.dumps({"lanes": asked.lanes, "days": asked.days} | cost(asked.tree, asked.lanes, asked.days)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
