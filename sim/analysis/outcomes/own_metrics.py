"""Metrics of a scenario's own, which travel with a result: what they are, and their value in every replicate."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from sim.analysis.outcomes.judging import days_since_start
from sim.analysis.record import for_the_rest
from sim.foundation.errors import UserError
from sim.foundation.expressions import Expression, compile_expression
from sim.foundation.expressions.parts import ExpressionError, Floats, Record, Recorded, Vocabulary
from sim.foundation.roles import ROLES

ATTRIBUTE = "metrics"
"""The attribute of a Dataset that holds them: JSON, by name."""

TAKEN = (
    "kept_km2", "p_halt", "p_reversal", "p_ceasefire", "net_km2_at", "halt_day", "ceasefire_day", "durable", "slowest",
    "slowest_in_time", "pace", "weeks_short", "cost_per_km2_kept", "milestone", "arm", "replicate", "time",
)  # fmt: skip
"""Names in the table of outcomes, which no metric may take; with those of recorded variables and of people by side."""


@dataclass(frozen=True)
class OwnMetric:
    """A metric of the scenario's own."""

    name: str
    expression: str
    unit: str
    label: str
    more_is_better: bool


def own_metrics(data: xr.Dataset) -> list[OwnMetric]:
    """Return the metrics that `data` carries."""
    return [OwnMetric(name, **one) for name, one in json.loads(data.attrs.get(ATTRIBUTE, "{}")).items()]


def to_attribute(metrics: Mapping[str, Any]) -> str:
    """Return metrics as the attribute of a Dataset; each has the fields of `OwnMetric` but the name."""
    fields = ("expression", "unit", "label", "more_is_better")
    return json.dumps({name: {key: getattr(one, key) for key in fields} for name, one in metrics.items()})


def name_fault(name: str, event: bool, vocabulary: Vocabulary) -> str:
    """Return what is wrong with the name of a metric; nothing if it is right."""
    if not name.isidentifier():
        return "a name is one word of letters, digits and _"
    by_side = (f"{kind}_{side}" for kind in ("casualties", "killed") for side in vocabulary.labels.get("side", ()))
    if name in (*TAKEN, *vocabulary.variables, *by_side):
        return "there is something of this name already: choose another"
    if event and not name.startswith("p_"):
        return f"a yes or no becomes a chance: call it p_{name}"
    if not event and name.startswith("p_"):
        return "a name that begins with p_ is a chance, and this is no yes or no"
    return ""


def vocabulary_of(data: xr.Dataset) -> Vocabulary:
    """Return what an expression may name in a result."""
    shared = ("arm", "replicate", "time")
    variables = {
        str(name): Recorded(
            tuple(str(dim) for dim in one.dims if dim not in shared),
            str(one.attrs.get("units", "1")),
            str(one.attrs.get("long_name", "")),
        )
        for name, one in data.data_vars.items()
        if set(shared) <= set(one.dims)
    }
    dims = {dim for one in variables.values() for dim in one.dims}
    labels = {dim: tuple(str(label) for label in data[dim].to_numpy()) for dim in dims}
    roles = {}
    if "role" in data.coords:
        roles = {
            str(role): str(side)
            for side, role in zip(data["side"].to_numpy(), data["role"].to_numpy(), strict=True)
            if str(role) in ROLES
        }
    return Vocabulary(variables, labels, roles)


def compiled(data: xr.Dataset, expression: str, unit: str) -> Expression:
    """Return an expression checked against a result.

    Raises
    ------
    UserError
    """
    try:
        return compile_expression(expression, unit, vocabulary_of(data))
    except ExpressionError as error:
        more = for_the_rest(data) if "no such variable" in str(error) else ""
        raise UserError([f"{expression}: {error}{more and f'; {more}'}"]) from None


def values(data: xr.Dataset, expression: str, unit: str) -> Floats:
    """Return an expression's value in every replicate, (arm, replicate), in `unit`; chances as 0 and 1.

    nan where there is no finite number: outside the record, or divided by nothing.

    Raises
    ------
    UserError
        If it names what `data` has not, or its unit is another.
    """
    made = compiled(data, expression, unit)

    def day_of(date: str) -> float:
        return float((np.datetime64(date) - data["time"].to_numpy()[0]) / np.timedelta64(1, "D"))

    def read(name: str, labels: Mapping[str, str | None]) -> Floats:
        chosen = data[name].sel({dim: label for dim, label in labels.items() if label is not None})
        summed = chosen.sum([dim for dim, label in labels.items() if label is None])
        return summed.transpose("arm", "replicate", "time").to_numpy().astype(float)

    found = made.value(Record(days_since_start(data), day_of, read))
    whole = np.broadcast_to(found, (data.sizes["arm"], data.sizes["replicate"]))
    return np.where(np.isfinite(whole), whole, np.nan)
