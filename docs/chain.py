"""How the front answers, stage by stage, as JSON and one figure: ``python -m docs.chain [REPLICATES]``.

Each row is something that levers bring or spare. Its elasticities are read on the first morning, where the stages can be parted
(means to fires or men, those to local power, power to speed), and over a year of paired replicates, in which all the rest
answers too. Rises are of a tenth.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from docs.blocks import ROOT
from sim.foundation.lanes import Array, Lanes, add_up
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.models.campaign.phases import fighting
from sim.models.campaign.war import War
from sim.scenario import read
from sim.scenario.priors.draw import draw

RISE, DAYS = 1.1, 364
FIGURE = ROOT / "plots" / "how-it-answers.png"


def times(leaf: Any, factor: float) -> Any:
    """Return a leaf, or a dated series of it, times a number."""
    return replace(leaf, factor=leaf.factor * factor) if isinstance(leaf, Series) else leaf * factor


def _use(side: int, weapon: str) -> Callable[[War], None]:
    def change(war: War) -> None:
        force = war.state.theatre.sides[side]
        used = fighting.uses(war.state, side)
        force.use = used | {weapon: used[weapon] * RISE}
        force.fires = fighting.fire_index(war.state, side, force.use)

    return change


def _line(side: int) -> Callable[[War], None]:
    def change(war: War) -> None:
        name = ("defender", "attacker")[side]
        war.state.books.post("person", f"{name}:outside", f"{name}:line", (RISE - 1.0) * war.state.line(side))
        force = war.state.theatre.sides[side]
        force.infantry = force.infantry * RISE

    return change


def _effort(war: War) -> None:
    force = war.state.theatre.sides[ATTACKER]
    force.effort = force.effort * RISE


def _works(war: War) -> None:
    war.state.theatre.works[DEFENDER] = war.state.theatre.works[DEFENDER] * RISE


def _of(side: str, weapon: str) -> tuple[str, ...]:
    """Return the leaves of a year's use of a weapon: the plan, the stock and the output."""
    return tuple(f"sides.{side}.{weapon}{field}" for field in ("_plan", "s", "_output"))


def _nothing(war: War) -> None:
    """Recruits are seen on the line only later."""


#: name -> (what rises for a year, what rises on the first morning, whose fires it enters)
ROWS: dict[str, tuple[tuple[str, ...], Callable[[War], None], int | None]] = {
    "Ukrainian shells": (_of("ukraine", "shell"), _use(DEFENDER, "shell"), DEFENDER),
    "Ukrainian drones": (_of("ukraine", "drone"), _use(DEFENDER, "drone"), DEFENDER),
    "Ukrainian recruits": (("sides.ukraine.intake",), _nothing, None),
    "Ukrainian line": (("fronts.ukraine",), _line(DEFENDER), None),
    "Ukrainian works": (("fronts.field_defence", "fronts.belts.defence"), _works, None),
    "Russian recruits": (("sides.russia.intake",), _nothing, None),
    "Russian line": (("fronts.russia",), _line(ATTACKER), None),
    "Russian effort": (("sides.russia.effort",), _effort, None),
    "Russian shells": (_of("russia", "shell"), _use(ATTACKER, "shell"), ATTACKER),
    "Russian drones": (_of("russia", "drone"), _use(ATTACKER, "drone"), ATTACKER),
    "glide bombs": (("sides.russia.bomb_plan",), _use(ATTACKER, "glide_bomb"), ATTACKER),
}


def chain(replicates: int) -> dict[str, Any]:
    """Return the elasticities of every row at every stage: medians and 90 % intervals over replicates."""
    scenario = read(ROOT / "scenarios" / "ukraine-2024-11-19.yaml", {"settling.base": "0 1/month"})
    lanes = Lanes.grid(1, range(replicates))
    p, noise = draw(scenario, lanes, scenario.run.seed), Noise(scenario.run.seed, lanes.replicate)

    def begin(parameters: Tree) -> War:
        return War(parameters, lanes, noise, scenario.run.start, base=p)

    base_year = _gain(begin(p))
    found = {}
    for name, (paths, change, side) in ROWS.items():
        still, moved = begin(p), begin(p)
        for war in (still, moved):
            for one in (DEFENDER, ATTACKER):
                war.state.theatre.sides[one].use = fighting.uses(war.state, one)
        change(moved)
        stages = {"to speed": _slope(_speed(still), _speed(moved)), "to power": _power(moved) - _power(still)}
        stages["to power"] = stages["to power"] / np.log(RISE)
        if side is not None:
            stages["to fires"] = _slope(*(war.state.theatre.sides[side].fires for war in (still, moved)))
        arm = p
        for path in paths:
            arm = arm.replace(path, times(_at(arm, path), RISE))
        effect = _gain(begin(arm)) - base_year
        error = float(effect.std(ddof=1) / np.sqrt(effect.size))
        scale = float(base_year.mean()) * (RISE - 1.0)
        found[name] = {
            stage: [float(x) for x in np.quantile(values, [0.05, 0.5, 0.95])] for stage, values in stages.items()
        }
        found[name]["to a year's ground"] = [(float(effect.mean()) + z * error) / scale for z in (-1.645, 0.0, 1.645)]
    return {"replicates": replicates, "base_km2": float(base_year.mean()), "rise": RISE, "rows": found}


def _at(tree: Tree, path: str) -> Any:
    for name in path.split("."):
        tree = tree[name]
    return tree


def _gain(war: War) -> Array:
    for _ in range(DAYS):
        war.step()
    return add_up(war.state.theatre.net * war.state.facts.inside)


def _speed(war: War) -> Array:
    still = np.ones_like(war.state.theatre.shift)
    forward = fighting.speeds(war.state, (still, still))[1]
    return add_up(forward * war.state.p.fronts.length * war.state.facts.inside)


def _power(war: War) -> Array:
    """Return the index of local power, the mean over the axes by what they gain."""
    still = np.ones_like(war.state.theatre.shift)
    weight = fighting.speeds(war.state, (still, still))[1] * war.state.p.fronts.length * war.state.facts.inside
    index = np.where(weight > 0.0, fighting.power_index(war.state, ATTACKER), 0.0)
    return add_up(index * weight) / np.maximum(add_up(weight), 1e-12)


def _slope(before: Array, after: Array) -> Array:
    return np.log(np.maximum(after, 1e-12) / np.maximum(before, 1e-12)) / np.log(RISE)


def draw_figure(found: dict[str, Any], path: Path) -> None:
    """Draw the chain: one row for each means, one panel for each stage."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows, stages = list(found["rows"]), ["to fires", "to power", "to speed", "to a year's ground"]
    figure, panels = plt.subplots(1, len(stages), figsize=(10, 4.2), sharey=True, layout="constrained")
    for panel, stage in zip(panels, stages, strict=True):
        for place, name in enumerate(rows):
            if stage in found["rows"][name]:
                low, middle, high = found["rows"][name][stage]
                panel.plot([low, high], [place, place], color="0.6", lw=2)
                panel.plot([middle], [place], "o", color="#0b5fa5", ms=5)
        panel.axvline(0.0, color="0.3", lw=0.8)
        panel.set_title(stage, fontsize=10)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_yticks(range(len(rows)), rows)
    panels[0].invert_yaxis()
    figure.supxlabel("elasticity: per cent for one per cent more; dots medians (a year: mean), bars 90 %", fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    found = chain(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    draw_figure(found, FIGURE)
    print(json.dumps(found, indent=1))
