"""Tiny worlds to read scenarios into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.reader import read
from sim.scenario.schema.fields import (
    Choice,
    Day,
    Knob,
    Number,
    Section,
    Series,
    Text,
    choice,
    day,
    knob,
    number,
    series,
    text,
)


class Combat(Section):
    """How men are lost."""

    rate: Number = number("1/day", ge=0, doc="daily loss rate")
    law: Choice = choice("gap", "ratio", doc="structure of movement")


class Belt(Section):
    """One line of works."""

    name: Text = text("what it is called", default="")
    depth: Number = number("km", ge=0, doc="distance from the line")


class Front(Section):
    """One axis."""

    length: Number = number("km", gt=0, doc="contact line")
    share: Number = number("", ge=0, le=1, doc="share of the effort")
    belts: list[Belt]


class Lever(Section):
    """One thing that could be done."""

    dose: Knob = knob(ge=0, le=2, doc="how much of it", default=0)
    start: Day = day("when it begins")
    ramp: Knob = knob(unit="day", ge=0, doc="how long it takes to build up", default=30)


class World(Section):
    """A small world."""

    combat: Combat
    fronts: dict[str, Front]
    mix: dict[str, Number] = number("", ge=0, le=1, doc="share of each kind")
    recruits: Series = series("person/day", ge=0, doc="men joining")
    levers: dict[str, Lever]


BASE = """\
format: 2
title: a small war
sources:
  A07: {source: a report, as_of: 2024-11, grade: estimated}
run: {start: 2024-11-19, horizon: 4 week, replicates: 10, seed: 7}
world:
  combat:
    rate: "0.7 (0.35 .. 1.4) 1/week; A07"
    law: {choose: {gap: 0.7, ratio: 0.3}, source: A07}
  fronts:
    north:
      length: "60 (50 .. 80) km; A07"
      share: "40 (30 .. 60) percent; A07; law=beta"
      belts:
        - {name: first, depth: "5 (2 .. 9) km; A07"}
        - {name: second, depth: "12 km; A07"}
    south:
      length: {value: 30000, low: 20000, high: 50000, unit: m, source: own count, grade: guess, as_of: 2024}
      share: "0.6; A07"
      belts:
        - {depth: "3 (1 .. 6) km; A07"}
  mix: {shell: "0.2 (0.1 .. 0.3); A07", drone: "0.8; A07"}
  recruits:
    series: {2024-11-19: 30000, 2024-12-03: 44000}
    unit: person/month
    factor: "1 (0.8 .. 1.3); A07"
    source: A07
  levers:
    help: {start: 2024-12-01}
arms:
  base: {label: as it was}
  help: {label: with help, patch: {levers.help.dose: 1}}
"""

ReadText = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for scenario files."""
    made = tmp_path / "scenarios"
    made.mkdir()
    return made


@pytest.fixture
def read_text(folder: Path) -> ReadText:
    """Return a function that reads a text as a scenario of the small world."""

    def reader(content: str = BASE, **options: Any) -> Any:
        path = folder / "s.yaml"
        path.write_text(content, encoding="utf-8")
        return read(path, world=World, **options)

    return reader
