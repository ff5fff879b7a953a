"""The generated parts of the reference: keys of a scenario, recorded variables, measures, from the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from docs.blocks import Results, block, markdown_table
from sim.analysis.outcomes.measures import MEASURES
from sim.models.campaign.recorder import VARIABLES
from sim.scenario.schema.document import Document
from sim.scenario.schema.fields import Spec
from sim.scenario.schema.paths import is_section, step
from sim.scenario.schema.sections.levers import INSTRUMENTS
from sim.scenario.schema.world import World
from sim.workflows.scenarios import ROLES


@block("scenario-keys")
def scenario_keys(results: Results) -> str:
    """Return every key with its meaning, unit and bounds: the top, the world, the instruments of levers."""
    parts = {
        "At the top": Document,
        **{f"`{name}`": World.model_fields[name].annotation for name in World.model_fields},
    }
    parts |= {f"A lever of the instrument `{name}`": kind for name, kind in INSTRUMENTS.items()}
    found = []
    for title, kind in parts.items():
        rows = [[f"`{key}`", meaning, unit] for key, meaning, unit in _rows(kind, "", kind is Document)]
        if rows:
            found.append(f"## {title}\n\n{markdown_table(['key', 'meaning', 'unit and bounds'], rows)}")
    return "\n\n".join(found)


def _rows(kind: Any, path: str, top: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the keys below a kind; of the world at the top only its name."""
    if get_origin(kind) in (dict, list) and not is_section(get_args(kind)[-1]):
        return
    if get_origin(kind) in (dict, list):
        yield from _rows(get_args(kind)[-1], f"{path}NAME." if get_origin(kind) is dict else f"{path}N.", top)
        return
    for name, field in getattr(kind, "model_fields", {}).items():
        below = step(kind, name)
        spec = next((one for one in field.metadata if isinstance(one, Spec)), None)
        unit = getattr(spec, "unit", "") or ""
        bounds = str(getattr(spec, "bounds", "") or "")
        meaning = field.description or ""
        yield f"{path}{name}", meaning, ", ".join(one for one in (unit, bounds.replace("a number", "")) if one)
        if not (top and name == "world"):
            yield from _rows(below, f"{path}{name}.", top)


@block("variables")
def variables(results: Results) -> str:
    """Return what is recorded."""
    rows = [
        [f"`{one.name}`", one.long_name, one.unit, ", ".join(f"`{dim}`" for dim in one.dims) or "-"]
        for one in VARIABLES.values()
    ]
    return markdown_table(["variable", "what it is", "unit", "by"], rows)


@block("measures")
def measures(results: Results) -> str:
    """Return what a claim may ask for."""
    return markdown_table(
        ["measure", "what it is", "unit"],
        [[f"`{name}`", one.meaning.format(**ROLES), one.unit] for name, one in MEASURES.items()],
    )
