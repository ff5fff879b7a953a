"""The core day that both twins play: the same state, the same numbers, and its ensemble form.

Combat, movement, supply and manpower of fourteen fronts and two sides; no agents' decisions, no strikes, no politics, so
that the comparison is about the way of computing and about nothing else.
"""

from __future__ import annotations

import numpy as np

from sim.foundation.lanes import Array, add_up
from sim.rules import combat, manpower, movement, response, season, supply

PLACE = -16.0  # index at which an assault of the benchmark's world succeeds half the time

SIDES = ("ukraine", "russia")
PER_LANE = (
    "shell_plan", "shell_cover", "shells", "output", "shell_share", "drone_share", "drones", "attack_loss", "defence_loss",
    "quiet_loss", "killed_share", "return_share", "hospital_length", "intake", "training_length", "commitment",
    "absence_rate", "absence_response", "redeployment", "seasoning",
)  # fmt: skip
RANGES = {
    "line": (8e3, 6e4), "length": (30.0, 120.0), "effort": (0.2, 1.5), "base": (0.02, 0.2), "works": (1.0, 5.0),
    "shell_plan": (1e4, 2e4), "shell_cover": (20.0, 40.0), "shells": (3e5, 2e6), "output": (2e3, 1e4),
    "shell_share": (0.3, 0.5), "drone_share": (0.3, 0.5), "drones": (0.6, 1.4), "attack_loss": (1e-3, 2e-3),
    "defence_loss": (5e-4, 1e-3), "quiet_loss": (2e-4, 6e-4), "killed_share": (0.1, 0.25), "return_share": (0.3, 0.6),
    "hospital_length": (40.0, 90.0), "intake": (500.0, 1200.0), "training_length": (30.0, 80.0), "commitment": (0.02, 0.1),
    "absence_rate": (1e-5, 5e-4), "absence_response": (0.5, 3.0), "redeployment": (0.005, 0.03), "seasoning": (45.0, 150.0),
    "own_exponent": (0.1, 0.9), "enemy_exponent": (0.1, 0.9), "half_density": (80.0, 300.0), "gap_exponent": (1.0, 3.0),
    "ratio_exponent": (0.5, 1.1), "strain_half": (0.003, 0.012), "strain_memory": (30.0, 120.0),
}  # fmt: skip
COMMON = (
    "own_exponent",
    "enemy_exponent",
    "half_density",
    "gap_exponent",
    "ratio_exponent",
    "strain_half",
    "strain_memory",
)
FRONTS = 14

World = dict[str, Array]


def begin(lanes: int, seed: int = 1) -> World:
    """Return made-up worlds: ``length`` (front, lane), ``line/russia`` (front, lane), ``shells/russia`` (lane,) and so on.

    Lane k is the same however many lanes there are: each draws from a generator of its own.
    """
    columns = []
    for lane in range(lanes):
        rng = np.random.default_rng([seed, lane])

        def pick(name: str, rows: int, rng: np.random.Generator = rng) -> Array:
            return rng.uniform(*RANGES[name], rows)

        world = {"length": pick("length", FRONTS), "base": pick("base", FRONTS)} | {n: pick(n, 1)[0] for n in COMMON}
        for side in SIDES:
            world |= {f"{name}/{side}": pick(name, FRONTS) for name in ("line", "effort", "works")}
            world |= {f"{name}/{side}": pick(name, 1)[0] for name in PER_LANE}
        columns.append(world)
    state = {name: np.stack([np.asarray(c[name]) for c in columns], axis=-1) for name in columns[0]}
    for side in SIDES:
        state |= {f"start/{side}": state[f"line/{side}"].copy(), f"quality/{side}": np.ones((FRONTS, lanes))}
        state |= {f"strain/{side}": np.full((FRONTS, lanes), 1e-3)}
        state |= {
            f"{n}/{side}": np.zeros(lanes) for n in ("hospital", "healing", "training", "trained", "killed", "absent")
        }
        state |= {f"reserve/{side}": np.full(lanes, 1e4), f"fired/{side}": np.zeros(lanes)}
    return state | {"shift": np.zeros((FRONTS, lanes))}


def day(w: World, today: int) -> None:
    """Play one day in every lane at once; changes `w`."""
    act(w, going(today))


def going(today: int) -> Array:
    """Return the share of speed that the season leaves on a day."""
    return season.going(
        np.stack([season.window(float(today % 365), centre, 30.0) for centre in (np.float64(90.0), np.float64(300.0))]),
        np.array([0.4, 0.3]),
    )


def act(w: World, going: Array) -> None:
    """Do what one day does at a given share of speed; changes `w`."""
    fires = [_supply(w, side) for side in SIDES]
    _fight(w, fires)
    _move(w, going)
    for side in SIDES:
        _replenish(w, side)


def _supply(w: World, side: str) -> Array:
    stock = w[f"shells/{side}"]
    used = supply.rationed(w[f"shell_plan/{side}"], stock, w[f"shell_cover/{side}"])
    w[f"shells/{side}"] = stock + w[f"output/{side}"] - used
    w[f"fired/{side}"] = w[f"fired/{side}"] + used
    ratio = supply.relative(used, w[f"shell_plan/{side}"])
    relative = np.stack([ratio, w[f"drones/{side}"]])
    shares = np.stack([w[f"shell_share/{side}"], w[f"drone_share/{side}"]])
    return combat.fire_index(relative, shares, np.array([[0.5], [0.5]]))


def _fight(w: World, fires: list[Array]) -> None:
    lost = []
    for row, side in enumerate(SIDES):
        foe = SIDES[1 - row]
        exposed = combat.exposure(
            w[f"effort/{side}"], w[f"effort/{foe}"], w[f"attack_loss/{side}"], w[f"defence_loss/{side}"],
            w[f"quiet_loss/{side}"], combat.power(w[f"works/{side}"], np.float64(0.3)), 0.0,
        )  # fmt: skip
        lost.append(
            combat.losses(
                w[f"line/{side}"], w[f"line/{foe}"], w[f"start/{side}"], w[f"start/{foe}"], fires[1 - row], exposed,
                w["own_exponent"], w["enemy_exponent"],
            )
        )  # fmt: skip
    for side, loss in zip(SIDES, lost, strict=True):
        rate = loss / np.maximum(w[f"line/{side}"], 1.0)
        w[f"strain/{side}"] = combat.strain(w[f"strain/{side}"], rate, w["strain_memory"])
        killed, invalided, wounded = manpower.fates(loss, w[f"killed_share/{side}"], w[f"return_share/{side}"])
        w[f"line/{side}"] = w[f"line/{side}"] - loss
        w[f"killed/{side}"] = w[f"killed/{side}"] + add_up(killed) + add_up(invalided)
        w[f"hospital/{side}"] = w[f"hospital/{side}"] + add_up(wounded)


def _move(w: World, going: Array) -> None:
    speeds = []
    for row, side in enumerate(SIDES):
        foe = SIDES[1 - row]
        own, against = w[f"line/{side}"] * w[f"quality/{side}"], w[f"line/{foe}"] * w[f"quality/{foe}"]
        opening = movement.gap(against / w["length"], w["half_density"], w["gap_exponent"])
        men = response.manpower_index(
            w[f"effort/{side}"], own, against, w["length"], 1.0, w["ratio_exponent"], w["gap_exponent"]
        )
        reserve = w[f"reserve/{side}"] / np.maximum(add_up(own), 1.0)
        through = movement.breakthrough(opening, reserve, 0.8, 0.1, 10.0)
        wear = combat.culmination(w[f"strain/{side}"], w["strain_half"])
        index = men + np.log(wear * w["base"] / w[f"works/{foe}"])
        speed = response.respond(response.CONTEST, index, PLACE, w[f"effort/{side}"], through, 1.0, 1.6, 1.0)
        speeds.append(speed * going)
    w["shift"] = w["shift"] + (speeds[1] - speeds[0])


def _replenish(w: World, side: str) -> None:
    def stage(first: str, second: str, lag: str) -> Array:
        out = supply.outflow(w[f"{second}/{side}"], 0.5 * w[f"{lag}/{side}"])
        moving = supply.outflow(w[f"{first}/{side}"], 0.5 * w[f"{lag}/{side}"])
        w[f"{first}/{side}"] = w[f"{first}/{side}"] - moving
        w[f"{second}/{side}"] = w[f"{second}/{side}"] + moving - out
        return out

    w[f"training/{side}"] = w[f"training/{side}"] + w[f"intake/{side}"]
    arrived = stage("training", "trained", "training_length") + stage("hospital", "healing", "hospital_length")
    line, start = w[f"line/{side}"], w[f"start/{side}"]
    fill = add_up(line) / add_up(start)
    leaving = manpower.absence(line, fill, 1.0, w[f"absence_rate/{side}"], w[f"absence_response/{side}"])
    line = line - leaving
    w[f"absent/{side}"] = w[f"absent/{side}"] + add_up(leaving)
    reserve = w[f"reserve/{side}"] + arrived
    sent = reserve * w[f"commitment/{side}"]
    wanted = manpower.shares(start)
    arriving = manpower.shares(np.maximum(wanted * (add_up(line) + sent) - line, 0.0)) * sent
    line = line + arriving
    w[f"reserve/{side}"] = reserve - sent
    w[f"quality/{side}"] = manpower.quality(w[f"quality/{side}"], line, arriving, 0.9, w[f"seasoning/{side}"])
    left, come = manpower.moved(line, wanted, w[f"redeployment/{side}"])
    w[f"line/{side}"] = line + come - left
