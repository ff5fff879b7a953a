"""The same core day as `benchmarks.core`, one war at a time: a plain Mesa model whose agents hold floats.

Front agents and side agents, as one would write them without an ensemble in mind; they call the same functions of
`sim.rules`, front by front, on Python floats. It is here to be timed and to be checked against, not to be used.
"""

from __future__ import annotations

import mesa
import numpy as np

from benchmarks.core import COMMON, FRONTS, PER_LANE, PLACE, SIDES, World
from sim.rules import combat, manpower, movement, response, season, supply


class Side(mesa.Agent):
    """An army: stocks, pipelines, reserve; its numbers are attributes, each a float."""

    def __init__(self, model: PlainWar, name: str, world: World, lane: int) -> None:
        super().__init__(model)
        self.name = name
        for field in PER_LANE:
            setattr(self, field, float(world[f"{field}/{name}"][lane]))
        self.reserve = float(world[f"reserve/{name}"][lane])
        self.hospital = self.healing = self.training = self.trained = 0.0
        self.killed = self.absent = self.fired = self.fires = 0.0

    def supply(self) -> None:
        """Fire what stock allows."""
        used = float(supply.rationed(self.shell_plan, self.shells, self.shell_cover))
        self.shells = self.shells + self.output - used
        self.fired += used
        ratio = float(supply.relative(np.float64(used), np.float64(self.shell_plan)))
        self.fires = float(combat.fire_index([ratio, self.drones], [self.shell_share, self.drone_share], [0.5, 0.5]))

    def replenish(self) -> None:
        """Take in recruits and the healed, lose the absent, send the reserve forward, shift troops."""
        mine = [front.army[self.name] for front in self.model.fronts]
        self.training += self.intake
        arrived = self._stage("training", "trained", self.training_length)
        arrived += self._stage("hospital", "healing", self.hospital_length)
        start = _total(a.start for a in mine)
        fill = _total(a.line for a in mine) / start
        gone = 0.0
        for army in mine:
            leaving = float(manpower.absence(army.line, fill, 1.0, self.absence_rate, self.absence_response))
            army.line -= leaving
            gone += leaving
        self.absent += gone
        reserve = self.reserve + arrived
        sent = reserve * self.commitment
        line = _total(a.line for a in mine)
        wanted = [a.start / start for a in mine]
        missing = [max(w * (line + sent) - a.line, 0.0) for w, a in zip(wanted, mine, strict=True)]
        for army, share in zip(mine, _shares(missing), strict=True):
            arriving = share * sent
            army.line += arriving
            army.quality = float(manpower.quality(army.quality, army.line, arriving, 0.9, self.seasoning))
        self.reserve = reserve - sent
        line = _total(a.line for a in mine)
        leaving = [max(a.line - w * line, 0.0) * self.redeployment for w, a in zip(wanted, mine, strict=True)]
        moving = _total(leaving)
        coming = _shares([max(w * line - a.line, 0.0) for w, a in zip(wanted, mine, strict=True)])
        for army, out, share in zip(mine, leaving, coming, strict=True):
            army.line = army.line + share * moving - out

    def _stage(self, first: str, second: str, lag: float) -> float:
        out = float(supply.outflow(getattr(self, second), 0.5 * lag))
        moving = float(supply.outflow(getattr(self, first), 0.5 * lag))
        setattr(self, first, getattr(self, first) - moving)
        setattr(self, second, getattr(self, second) + moving - out)
        return out


class Army:
    """One side's troops on one front."""

    def __init__(self, world: World, name: str, row: int, lane: int) -> None:
        self.line, self.effort, self.works = (
            float(world[f"{f}/{name}"][row, lane]) for f in ("line", "effort", "works")
        )
        self.start, self.quality, self.strain = self.line, 1.0, 1e-3


class Front(mesa.Agent):
    """One axis with an army of each side."""

    def __init__(self, model: PlainWar, world: World, row: int, lane: int) -> None:
        super().__init__(model)
        self.length, self.base = float(world["length"][row, lane]), float(world["base"][row, lane])
        self.army = {name: Army(world, name, row, lane) for name in SIDES}
        self.shift = 0.0

    def fight(self) -> None:
        """Both armies lose people by what the other had this morning."""
        c, sides = self.model.common, self.model.sides
        lost = {}
        for name, other in (SIDES, SIDES[::-1]):
            own, foe, side = self.army[name], self.army[other], sides[name]
            exposed = combat.exposure(
                own.effort, foe.effort, side.attack_loss, side.defence_loss, side.quiet_loss,
                combat.power(own.works, 0.3), 0.0,
            )  # fmt: skip
            lost[name] = float(
                combat.losses(
                    own.line, foe.line, own.start, foe.start, sides[other].fires, exposed,
                    c["own_exponent"], c["enemy_exponent"],
                )
            )  # fmt: skip
        for name, loss in lost.items():
            own, side = self.army[name], sides[name]
            own.strain = float(combat.strain(own.strain, loss / max(own.line, 1.0), c["strain_memory"]))
            killed, invalided, wounded = manpower.fates(loss, side.killed_share, side.return_share)
            own.line -= loss
            side.killed += killed + invalided
            side.hospital += wounded

    def move(self) -> None:
        """Shift the line by the difference of both speeds."""
        c, speeds = self.model.common, []
        for name, other in (SIDES, SIDES[::-1]):
            own, foe = self.army[name], self.army[other]
            strength, against = own.line * own.quality, foe.line * foe.quality
            opening = movement.gap(against / self.length, c["half_density"], c["gap_exponent"])
            men = response.manpower_index(
                own.effort, strength, against, self.length, 1.0, c["ratio_exponent"], c["gap_exponent"]
            )
            through = movement.breakthrough(opening, self.model.reserve_share[name], 0.8, 0.1, 10.0)
            wear = combat.culmination(own.strain, c["strain_half"])
            index = men + np.log(wear * self.base / foe.works)
            speed = response.respond(response.CONTEST, index, PLACE, own.effort, through, 1.0, 1.6, 1.0)
            speeds.append(speed * self.model.going)
        self.shift += float(speeds[1] - speeds[0])


class PlainWar(mesa.Model):
    """One war, lane `lane` of `world`."""

    def __init__(self, world: World, lane: int) -> None:
        super().__init__(rng=0)
        self.today = 0
        self.common = {name: float(world[name][lane]) for name in COMMON}
        self.sides = {name: Side(self, name, world, lane) for name in SIDES}
        self.fronts = [Front(self, world, row, lane) for row in range(FRONTS)]
        self.going, self.reserve_share = 1.0, dict.fromkeys(SIDES, 0.0)

    def step(self) -> None:
        """One day, in the order of the core day."""
        depths = [float(season.window(float(self.today % 365), centre, 30.0)) for centre in (90.0, 300.0)]
        self.going = float(season.going(np.array(depths), np.array([0.4, 0.3])))
        armies, fronts = self.agents_by_type[Side], self.agents_by_type[Front]
        armies.do("supply")
        fronts.do("fight")
        for name, side in self.sides.items():
            strength = _total(f.army[name].line * f.army[name].quality for f in self.fronts)
            self.reserve_share[name] = side.reserve / max(strength, 1.0)
        fronts.do("move")
        armies.do("replenish")
        self.today += 1

    def figures(self) -> dict[str, np.ndarray]:
        """Return the state under the names of the core's world, ``(front,)`` or plain."""
        found = {"shift": np.array([f.shift for f in self.fronts])}
        for name, side in self.sides.items():
            for field in ("line", "quality", "strain"):
                found[f"{field}/{name}"] = np.array([getattr(f.army[name], field) for f in self.fronts])
            for field in (
                "shells",
                "reserve",
                "training",
                "trained",
                "hospital",
                "healing",
                "killed",
                "absent",
                "fired",
            ):
                found[f"{field}/{name}"] = np.array(getattr(side, field))
        return found


def _total(numbers) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


def _shares(weights: list[float]) -> list[float]:
    total = _total(weights)
    return [w / total if total > 0.0 else 0.0 for w in weights]
