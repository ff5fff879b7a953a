"""No number without two bounds, and what lies outside them is refused at its place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from sim.calibration.setting import Setting
from sim.foundation.errors import UserError
from sim.scenario import read
from sim.scenario.schema.magnitudes import MAGNITUDES, bounds_for
from sim.scenario.schema.paths import is_section
from sim.scenario.schema.settings import RunSection, VerdictSection
from sim.scenario.schema.world import World

SHIPPED = Path(__file__).parents[2] / "scenarios" / "ukraine-2024-11-19.yaml"


def bounded_fields(kind: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the rule of every field of a schema that holds numbers, by path."""
    for name, field in kind.model_fields.items():
        here = f"{path}.{name}" if path else name
        for rule in field.metadata:
            if hasattr(rule, "bounds"):
                yield here, rule
        inner = field.annotation
        while get_origin(inner) in (dict, list):
            inner = get_args(inner)[-1]
        if is_section(inner):
            yield from bounded_fields(inner, here)


FIELDS = [found for kind in (World, RunSection, VerdictSection) for found in bounded_fields(kind)]


def test_every_number_of_the_schema_has_a_lower_and_an_upper_bound():
    assert len(FIELDS) > 250
    open_ended = [path for path, rule in FIELDS if not math.isfinite(rule.bounds.lower + rule.bounds.upper)]
    assert not open_ended, "give them ge= and le=, or their unit a line in sim.scenario.schema.magnitudes.py"


def test_a_rate_a_day_is_at_most_one_and_a_share_too():
    wrong = [path for path, rule in FIELDS if rule.unit == "1/day" and rule.bounds.upper > 1.0]
    wrong += [path for path, rule in FIELDS if "share of" in rule.doc and rule.unit == "dimensionless"
              and rule.bounds.upper > 1.0]  # fmt: skip
    assert not wrong


def test_what_must_be_above_zero_cannot_be_so_small_that_dividing_by_it_overflows():
    smallest = [rule.bounds.lower for _, rule in FIELDS if rule.bounds.lower > 0.0]
    assert min(smallest) >= 1e-6


def test_every_limit_says_what_it_is():
    assert all(limits.why and 0.0 < limits.least < limits.most < math.inf for limits in MAGNITUDES.values())


def test_the_limits_of_a_unit_fill_what_a_field_leaves_open_and_nothing_else():
    assert bounds_for("km") == bounds_for("km", ge=-1e4, le=1e4)
    assert bounds_for("km", gt=0) == bounds_for("km", ge=0.1, le=1e4)
    assert bounds_for("km**2", ge=0) == bounds_for("km2", ge=0, le=2e7)
    assert bounds_for("1/day", ge=0, lt=0.5).upper < 0.5
    assert bounds_for("dimensionless", ge=0).upper == math.inf, "a number without a unit states its own"


def test_every_number_of_a_calibration_file_has_both_bounds_too():
    numbers = list(numbers_of(Setting.model_json_schema()))
    assert len(numbers) > 15
    assert all(
        {"minimum", "exclusiveMinimum"} & one.keys() and {"maximum", "exclusiveMaximum"} & one.keys() for one in numbers
    )


def numbers_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every number in a JSON Schema."""
    if isinstance(schema, dict):
        if schema.get("type") in ("number", "integer"):
            yield schema
        for part in schema.values():
            yield from numbers_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from numbers_of(part)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("donors.front_response", "1e6"),
        ("sides.ukraine.absence_final", "1.5 1/day"),
        ("sides.russia.fill", "1e-300"),
        ("fronts.pokrovsk.length", "1e-9 km"),
        ("fronts.pokrovsk.recent_gain", "-1e300 km**2/day"),
        ("movement.catch_up", "0.1 day"),
        ("levers.us_arms.dose", "1e9"),
        ("allies.us.will", "1e30"),
        ("verdict.halt_rate", "1e300 km2/day"),
    ],
)
def test_a_number_beyond_its_bounds_is_refused_at_its_place(path: str, value: str) -> None:
    with pytest.raises(UserError, match=r"this must be >= .* and <= "):
        read(SHIPPED, {path: value})
