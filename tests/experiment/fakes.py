"""A scenario and a war small enough to reason about: the net gain of each lane is known in closed form."""

import datetime as dt
import json
import os
import signal
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from sim.foundation.record import Record, Variable
from sim.foundation.tree import Tree
from sim.scenario.scenario import Arm
from sim.scenario.schema.settings import Run, Verdict

FRONTS = ["pokrovsk", "kursk"]
SIDES = ["ukraine", "russia"]

_VERDICT = Verdict(
    halt_rate=1.0, halt_days=60, halt_within_days=182, map_noise_km2=0, reversal_km2=10, reversal_days=60, can=0.5, cannot=0.5,
    interval=0.9, milestones=(dt.date(2025, 5, 19), dt.date(2025, 11, 19)),
)  # fmt: skip


class _Sides:
    """The two sides, as a section of the schema has them."""

    model_fields = tuple(SIDES)
    ukraine = SimpleNamespace(
        role=SimpleNamespace(value="defender"), label="Ukraine", demonym="Ukrainian", leadership="Kyiv", colour=""
    )
    russia = SimpleNamespace(
        role=SimpleNamespace(value="attacker"), label="Russia", demonym="Russian", leadership="the Kremlin", colour=""
    )


@dataclass(frozen=True)
class FakeScenario:
    """What `sim.scenario.Scenario` promises."""

    title: str = "A made-up war"
    description: str = ""
    claim_source: str = ""
    text: str = "format: 2\n"
    hash: str = "ab" * 32
    run: Run = field(default_factory=lambda: Run(dt.date(2024, 11, 19), 70, 10, 7))
    verdict: Verdict = _VERDICT
    notices: tuple = ()
    map: str = ""
    metrics: dict = field(default_factory=dict)
    arms: dict = field(default_factory=lambda: {a: Arm(a.upper()) for a in ("base", "aid")})

    @property
    def hashes(self):
        played = f"{self.hash} {self.run.start} {self.run.horizon_days}"
        return {arm: f"{played} {arm}" for arm in self.arms}

    @property
    def base(self):
        return next(iter(self.arms))

    @property
    def roles(self):
        return dict.fromkeys(self.arms, "single") | {self.base: "base"}

    def world(self, arm=None):
        place = {"lon": 37.0, "lat": 48.0, "length": SimpleNamespace(value=50.0)}
        fronts = {
            name: SimpleNamespace(**place, label="", salient=SimpleNamespace(value=float(name == "kursk")))
            for name in FRONTS
        }
        none = {"allies": {}, "mediators": {}, "partners": {}, "strike": SimpleNamespace(targets={})}
        return SimpleNamespace(fronts=fronts, sides=_Sides(), **none)

    def numbers(self):
        found = ("guess", "OWN"), ("measured", "X01"), ("measured", "DEF")
        return [SimpleNamespace(grade=grade, source_id=source) for grade, source in found]


def scenario(**run):
    """Return a fake scenario, its run changed."""
    first = FakeScenario()
    return replace(first, run=replace(first.run, **run))


def fake_draw(scenario, lanes, seed):
    return Tree({"rate": 10.0 - 5.0 * lanes.arm})


def fake_play(parameters, lanes, noise, *, start, days, progress=None, base=None, later=()):
    """Gain `rate` km2 a day plus a lane's own luck; the weekly record of two fronts and two sides."""
    at = np.arange(0, days + 1, 7)
    luck = noise.uniform("luck")[0]
    net = (at[:, None] * (parameters.rate + luck)).astype(np.float32)
    if progress:
        progress(days)
    shares = np.array([0.75, 0.25], dtype=np.float32)[None, :, None]
    arrays = {
        "net_km2": net,
        "net_km2_front": net[:, None] * shares,
        "troops": np.ones((len(at), 2, 2, lanes.count), dtype=np.float32) * lanes.replicate,
        "war": np.ones_like(net),
    }
    dims = {"net_km2": (), "net_km2_front": ("front",), "troops": ("side", "front"), "war": ()}
    variables = {name: Variable(name, dims[name], "km2", name) for name in arrays}
    return Record(variables, arrays, {"front": FRONTS, "side": SIDES}, at)


def play_until_third_block(parameters, lanes, noise, **rest):
    """Behave like a Ctrl-C in the third block of five replicates."""
    if lanes.replicate[0] >= 4:
        raise KeyboardInterrupt
    return fake_play(parameters, lanes, noise, **rest)


def play_and_die(parameters, lanes, noise, **rest):
    """Behave like a worker that the system ends for want of memory."""
    os._exit(9)


def play_and_be_killed_in_third_block(parameters, lanes, noise, **rest):
    """Be ended by the system when the third block of two replicates is half played."""
    if lanes.replicate[0] == 4:
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGKILL)
    return fake_play(parameters, lanes, noise, **rest)


def play_at_leisure(parameters, lanes, noise, **rest):
    """Take a while for a block, as a war does, but no computing."""
    time.sleep(0.15)
    return fake_play(parameters, lanes, noise, **rest)


def play_here_until_another_is_stored(parameters, lanes, noise, *, start, days, progress=None, base=None, later=()):
    """In the process that stores, play until a block of another process is safe; there, play at once."""
    folder = Path(os.environ["STORED_IN"])
    if os.environ["STORES"] == str(os.getpid()):
        for step in range(1, 201):
            time.sleep(0.12)
            progress(step * days / 1000.0)
            if json.loads((folder / "manifest.json").read_text())["blocks"]:
                break
        else:
            raise AssertionError("what another process played was not stored meanwhile")
    return fake_play(parameters, lanes, noise, start=start, days=days)


def play_slowly(parameters, lanes, noise, *, start, days, progress=None, base=None, later=()):
    """Take long enough to be stopped on the way."""
    for day in range(days):
        time.sleep(0.05)
        progress(day)
    return fake_play(parameters, lanes, noise, start=start, days=days)
