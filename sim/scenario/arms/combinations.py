"""Short forms for many arms: `factorial` makes every set of some arms, `doses` gives some arms by degrees.

Both are resolved into ordinary arms before anything else looks at them, so that the arms which they make behave
exactly as if they had been written out. What an arm is made of stands in its name: ``a+b`` is the set of the
factors a and b, ``a@25`` is a quarter of a.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from sim.foundation.errors import Fault
from sim.scenario.schema.document import DosesSection
from sim.scenario.schema.paths import unknown
from sim.scenario.syntax.nodes import Map, Scalar, Seq, as_document, as_node, describe

MOST_FACTORS = 8
OTHER_ARMS = ("arms", "factorial", "doses")
"""What a scenario file says of its arms; what is made in place of them replaces all three."""
AND, AT = "+", "@"


def with_arms(document: Map, arms: Mapping[str, Any]) -> Map:
    """Return the document with these arms in place of all of its own.

    Parameters
    ----------
    document : Map
        The content of a scenario file, merged with what it extends.
    arms : mapping of str to mapping
        By name, the base first; label and patch as plain data.
    """
    kept = {key: node for key, node in document.items() if key not in OTHER_ARMS}
    whole = Map(kept, document.place, document.spots)
    return whole.with_item("arms", as_document({"arms": arms})["arms"], document.place)


def expanded(document: Map, faults: list[Fault]) -> Map:
    """Return the document with the arms that its `factorial` or `doses` stands for in place of its own.

    Parameters
    ----------
    document : Map
        The whole scenario, `extends` and overrides resolved.
    faults : list of Fault
        Receives everything wrong with the short form; the arms are then left as they are.
    """
    both = [name for name in ("factorial", "doses") if name in document]
    if not both:
        return document
    arms = document.get("arms")
    if len(both) > 1:
        faults.append(
            document.spot("doses").fault("found `factorial` and `doses` in one scenario - one of them a file")
        )
    elif not isinstance(arms, Map) or not all(isinstance(arm, Map) for arm in arms.values()):
        if not isinstance(arms, Map):
            faults.append(document.spot(both[0]).fault(f"found `{both[0]}` without `arms` - it combines named arms"))
    else:
        before = len(faults)
        make = _factorial if both == ["factorial"] else _doses
        made = make(document[both[0]], arms, faults)
        if len(faults) == before:
            return document.with_item("arms", made, arms.place)
    return document


# -- every set ------------------------------------------------------------------


def _factorial(node: Any, arms: Map, faults: list[Fault]) -> Map:
    """Return the base and every set of the named arms, single ones first."""
    names = _named(node, arms, "factorial", faults)
    if len(names) > MOST_FACTORS:
        faults.append(node.place.fault(f"found {len(names)} factors - at most {MOST_FACTORS}, which make 256 arms"))
        return arms
    _check_apart(names, arms, faults)
    base = next(iter(arms))
    sets = [chosen for size in range(1, len(names) + 1) for chosen in combinations(names, size)]
    made = {base: arms[base]} | {AND.join(chosen): _union(chosen, arms) for chosen in sets}
    return Map(made, arms.place, {name: arms.spot(name.split(AND)[0]) for name in made})


def _named(node: Any, arms: Map, what: str, faults: list[Fault]) -> list[str]:
    """Return the names of arms in a list, each an arm of the file other than the base, none twice."""
    if not isinstance(node, Seq) or not node:
        faults.append(node.place.fault(f"found {describe(node)} - `{what}` is a list of arms, as [one, other]"))
        return []
    base, *others = arms
    found: list[str] = []
    for item in node:
        name = item.text if isinstance(item, Scalar) else describe(item)
        if name not in others:
            said = f"found '{base}', the base - it is in every comparison anyway"
            faults.append(item.place.fault(said if name == base else unknown("arm", name, others)))
        elif name in found:
            faults.append(item.place.fault(f"found '{name}' twice"))
        elif "since" in arms[name]:
            faults.append(
                item.place.fault(f"found '{name}' - an arm that is in force from a later day is not combined")
            )
        elif AND in name or AT in name:
            faults.append(item.place.fault(f"found '{name}' - the name of an arm to combine holds neither + nor @"))
        else:
            found.append(name)
    return found


def _check_apart(names: list[str], arms: Map, faults: list[Fault]) -> None:
    """Put a fault for every two arms that change the same thing: their set would depend on the order."""
    for one, other in combinations(names, 2):
        for path, second in ((p, q) for p in _patch(arms[one]) for q in _patch(arms[other])):
            if path == second or path.startswith(f"{second}.") or second.startswith(f"{path}."):
                message = (
                    f"'{one}' and '{other}' both change '{max(path, second)}' - what they are together is not defined"
                )
                faults.append(_patch(arms[other]).spot(second).fault(message))


def _union(chosen: tuple[str, ...], arms: Map) -> Map:
    """Return one arm with the patches of all `chosen`; a single one is the arm itself."""
    if len(chosen) == 1:
        return arms[chosen[0]]
    label = " + ".join(_label(name, arms) for name in chosen)
    return _arm(label, [_patch(arms[name]) for name in chosen], arms)


# -- by degrees -----------------------------------------------------------------


def _doses(node: Any, arms: Map, faults: list[Fault]) -> Map:
    """Return the base, the arm that lies below every dose, and each named arm at each level on top of it."""
    if not isinstance(node, Map) or not node.keys() >= DosesSection.model_fields.keys():
        return arms  # reported with the other keys of the document
    names = _named(node["of"], arms, "of", faults)
    over = node["over"].text if isinstance(node["over"], Scalar) else describe(node["over"])
    if over not in arms:
        faults.append(node["over"].place.fault(unknown("arm", over, list(arms))))
        return arms
    levels = list(_levels(node["levels"], faults))
    base = next(iter(arms))
    made = {base: arms[base], over: arms[over]}
    for name in names:
        for level in levels:
            label = f"{_label(name, arms)}, dose {level:g}"
            made[f"{name}{AT}{100 * level:g}"] = _arm(
                label, [_patch(arms[over]), _scaled(name, level, arms, faults)], arms
            )
    return Map(made, arms.place, {name: arms.spot(name.split(AT)[0]) for name in made})


def _levels(node: Any, faults: list[Fault]) -> Iterator[float]:
    """Yield the doses above nought, each a share of the arm's own numbers."""
    if not isinstance(node, Seq) or not node:
        faults.append(node.place.fault(f"found {describe(node)} - `levels` is a list of doses, as [0.5, 1]"))
        return
    last = 0.0
    for item in node:
        value = item.value if isinstance(item, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not last < value <= 1:
            faults.append(item.place.fault(f"found {describe(item)} - doses ascend, above 0 and up to 1"))
            return
        last = float(value)
        yield last


def _scaled(name: str, level: float, arms: Map, faults: list[Fault]) -> Map:
    """Return the patch of an arm with every number multiplied by `level`."""
    patch = _patch(arms[name])
    items: dict[str, Any] = {}
    for path, node in patch.items():
        value = node.value if isinstance(node, Scalar) else None
        if isinstance(value, bool) or not isinstance(value, int | float):
            faults.append(node.place.fault(f"found {describe(node)} - only a plain number can be given by degrees"))
        else:
            items[path] = as_node(level * value, node.place)
    return Map(items, patch.place, dict(patch.spots))


# -- both -----------------------------------------------------------------------


def _patch(arm: Map) -> Map:
    patch = arm.get("patch")
    return patch if isinstance(patch, Map) else Map({}, arm.place, {})


def _label(name: str, arms: Map) -> str:
    label = arms[name].get("label")
    return label.text if isinstance(label, Scalar) else name


def _arm(label: str, patches: list[Map], arms: Map) -> Map:
    """Return an arm with several patches as one."""
    items = {path: node for patch in patches for path, node in patch.items()}
    spots = {path: place for patch in patches for path, place in patch.spots.items()}
    whole = Map(items, arms.place, spots)
    parts = {"label": as_node(label, arms.place), "patch": whole}
    return Map(parts, arms.place, dict.fromkeys(parts, arms.place))
