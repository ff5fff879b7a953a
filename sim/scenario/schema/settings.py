"""How long, how often and from which seed a scenario is played, and what counts as an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sim.scenario.schema.fields import Day, Knob, Section, Text, day, knob, text
from sim.scenario.schema.paths import plain_values

RECORDS = ("full", "verdict")
"""What of each replicate may be stored."""


class RunSection(Section):
    """The `run` of a scenario file."""

    start: Day = day("first day of the war played")
    horizon: Knob = knob(unit="day", gt=0, le=3653, with_unit=True, doc="how long the war is played, like 52 week")
    replicates: Knob = knob(ge=1, le=1_000_000, whole=True, doc="replicates per arm", default=250)
    seed: Knob = knob(ge=0, lt=2**53, whole=True, doc="seed of the noise and of the draws", default=20241119)
    record: Text = text(
        "what of each replicate is stored: full, or verdict for what a verdict and its figures need alone",
        default=RECORDS[0],
        one_of=RECORDS,
    )


class VerdictSection(Section):
    """The `verdict` of a scenario file: thresholds that turn a record into answers."""

    halt_rate: Knob = knob(
        unit="km2/day", ge=0, doc="an advance slower than this on the mean counts as halted", default=1.0
    )
    halt_days: Knob = knob(unit="day", gt=0, doc="over how many days the mean is taken", default=60)
    halt_within_days: Knob = knob(unit="day", gt=0, doc="by when a halt must begin", default=182)
    map_noise_km2: Knob = knob(
        unit="km2", ge=0, doc="sd of the map's error in a change of all axes, through which a halt is seen", default=0
    )
    reversal_km2: Knob = knob(unit="km2", gt=0, doc="net gain of the defender that counts as a reversal", default=25)
    reversal_days: Knob = knob(unit="day", gt=0, doc="window of a reversal", default=60)
    can: Knob = knob(ge=0, le=1, doc="probability from which a thing counts as possible", default=0.5)
    cannot: Knob = knob(ge=0, le=1, doc="probability below which a thing counts as not to be had", default=0.5)
    interval: Knob = knob(ge=0.01, le=0.999, doc="mass of the intervals shown", default=0.9)
    milestones: list[Day] = day("days on which the ground is compared", default=(date(2025, 5, 19), date(2025, 11, 19)))


@dataclass(frozen=True)
class Run:
    """How a scenario is played: first day, days, replicates per arm, seed; and what of each replicate is stored."""

    start: date
    horizon_days: int
    replicates: int
    seed: int
    record: str = RECORDS[0]

    @property
    def end(self) -> date:
        """The last day."""
        return self.start + timedelta(days=self.horizon_days)


@dataclass(frozen=True)
class Verdict:
    """What counts as an answer; km2 per day, km2, days, probabilities, dates."""

    halt_rate: float
    halt_days: int
    halt_within_days: int
    map_noise_km2: float
    reversal_km2: float
    reversal_days: int
    can: float
    cannot: float
    interval: float
    milestones: tuple[date, ...]


def run_from(section: RunSection) -> Run:
    """Return the plain values of a read `run`."""
    said = plain_values(section)
    return Run(
        said["start"], max(1, round(said["horizon"])), int(said["replicates"]), int(said["seed"]), said["record"]
    )


def verdict_from(section: VerdictSection) -> Verdict:
    """Return the plain values of a read `verdict`, spans in whole days."""
    return Verdict(**{name: round(x) if name.endswith("_days") else x for name, x in plain_values(section).items()})
