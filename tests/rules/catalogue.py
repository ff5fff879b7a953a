"""Every public rule, found by introspection, and arguments for it, built from the names of its parameters.

A parameter's name says what it is: its shape (per lane, per front and lane, ...) and the range in which it makes sense.
Names that mean something else in one rule have an entry of their own. A rule with an unknown parameter has no arguments
and fails the tests, so that new rules are covered from their first day.
"""

import importlib
import inspect
import pkgutil
import zlib

import numpy as np

import sim.rules

FRONTS, BELTS = 3, 2

#: name -> (leading shape, low, high); an "int" third entry means integers low..high
LANE, FRONT, BELT, DAY, WHOLE = "lane", "front", "belt", "day", "whole"
_FRONT_LANE = (FRONT, 0.0, 1.0)
NAMES = {
    # people and things, front by front
    "own": (FRONT, 0.0, 5e4),
    "enemy": (FRONT, 0.0, 5e4),
    "own_start": (FRONT, 1e3, 5e4),
    "enemy_start": (FRONT, 1e3, 5e4),
    "line": (FRONT, 0.0, 5e4),
    "arriving": (FRONT, 0.0, 500.0),
    "casualties": (FRONT, 0.0, 500.0),
    "weights": _FRONT_LANE,
    "wanted": _FRONT_LANE,
    "truth": (FRONT, 0.0, 5e4),
    "error": (FRONT, -3.0, 3.0),
    # close combat
    "x": (FRONT, 0.0, 3.0),
    "exponent": (LANE, 0.0, 2.0),
    "relative": (FRONT, 0.0, 3.0),
    "shares": (FRONT, 0.01, 1.0),
    "elasticities": (FRONT, 0.0, 1.0),
    "fires": (LANE, 0.0, 2.0),
    "exposure": (FRONT, 0.0, 0.01),
    "own_exponent": (LANE, 0.0, 1.0),
    "enemy_exponent": (LANE, 0.0, 1.0),
    "own_effort": (FRONT, 0.0, 2.0),
    "enemy_effort": (FRONT, 0.0, 2.0),
    "attack_loss": (LANE, 0.0, 0.005),
    "defence_loss": (LANE, 0.0, 0.005),
    "quiet_loss": (LANE, 0.0, 0.001),
    "ratio_exponent": (LANE, 0.3, 1.3),
    "cover": (LANE, 1.0, 60.0),
    "relief": _FRONT_LANE,
    "previous": (FRONT, 0.0, 0.01),
    "loss_rate": (FRONT, 0.0, 0.01),
    "memory": (LANE, 10.0, 100.0),
    "strain_now": (FRONT, 0.0, 0.02),
    "half": (LANE, 0.003, 0.02),
    # people
    "killed_share": (LANE, 0.1, 0.3),
    "return_share": (LANE, 0.3, 0.7),
    "fill": (LANE, 0.2, 1.0),
    "start_fill": (LANE, 0.3, 1.0),
    "rate": (LANE, 0.0, 0.05),
    "response": (LANE, 0.0, 4.0),
    "now": (LANE, 0.0, 2.0),
    "quality_in": (LANE, 0.5, 1.5),
    "seasoning": (LANE, 30.0, 200.0),
    "support": (LANE, 0.0, 3e5),
    "infantry": (LANE, 0.0, 2e5),
    "full": (LANE, 0.0, 2e5),
    "new_unit": (LANE, 0.5, 1.0),
    "new_unit_share": (LANE, 0.0, 1.0),
    "usual_share": (LANE, 0.0, 1.0),
    "skill": (LANE, 0.8, 1.4),
    # movement
    "ratio": (FRONT, 0.0, 5.0),
    "density": (FRONT, 0.0, 1e3),
    "half_density": (LANE, 50.0, 300.0),
    "shift": (FRONT, -5.0, 30.0),
    "field": (FRONT, 1.0, 6.0),
    "at": (BELT, 0.0, 20.0),
    "thickness": (BELT, 0.0, 8.0),
    "strength": (BELT, 1.0, 6.0),
    "defence": (FRONT, 1.0, 6.0),
    "bombs": (LANE, 0.0, 3.0),
    "elasticity": (LANE, 0.0, 1.0),
    "opening": _FRONT_LANE,
    "reserve": (LANE, 0.0, 0.5),
    "half_opening": (LANE, 0.5, 1.0),
    "half_reserve": (LANE, 0.05, 0.3),
    "law": (LANE, 0, 1, "int"),
    "gap_now": _FRONT_LANE,
    "success_now": _FRONT_LANE,
    "base": (FRONT, 0.0, 1.0),
    "effort": (FRONT, 0.0, 2.0),
    "going": (LANE, 0.0, 1.2),
    "conditions": (FRONT, 0.0, 3.0),
    "noise": (FRONT, 0.1, 4.0),
    # response
    "form": (LANE, 0, 2, "int"),
    "index": (FRONT, -12.0, 6.0),
    "place": (FRONT, -6.0, 6.0),
    "favour": (FRONT, 0.1, 5.0),
    "steepness": (LANE, 0.5, 3.0),
    "top": (LANE, 0.2, 3.0),
    "attackers": (FRONT, 0.0, 1e5),
    "defenders": (FRONT, 0.0, 1e5),
    "e": (LANE, 0.0, 2.0),
    "f": (LANE, 0.0, 1.0),
    "g": (LANE, 0.0, 1.5),
    "places": (FRONT, -6.0, 6.0),
    "weight": (FRONT, 0.1, 1e4),
    "share": (LANE, 0.0, 1.0),
    "aid": (LANE, 0.0, 3.0),
    "depth": (LANE, 0.0, 1.0),
    "gain": (LANE, -50.0, 100.0),
    "anchored": (LANE, 0.0, 20.0),
    # perception
    "sd": (LANE, 0.0, 0.8),
    "seen": (LANE, 0.0, 5.0),
    "length": (LANE, 10.0, 100.0),
    "days": (DAY, 1.0, 28.0),
    "state": (FRONT, -3.0, 3.0),
    "shock": (FRONT, -3.0, 3.0),
    # politics
    "choice": (LANE, 0, 2, "int"),
    "effect": (LANE, 0.0, 1.0),
    "day": (DAY, -10.0, 400.0),
    "window": (LANE, 200.0, 400.0),
    "load": (LANE, 0.0, 1.0),
    "plan": (LANE, 0.0, 1.0),
    "mean": (LANE, 0.0, 2.0),
    "variance": (LANE, 0.01, 0.2),
    "drift": (LANE, -0.1, 0.1),
    "volatility": (LANE, 0.0, 0.05),
    "enough": (LANE, 1.0, 4.0),
    "spread": (LANE, 0.2, 0.6),
    "probability": (LANE, 0.01, 0.99),
    "terms": (FRONT, -1.0, 2.0),
    "ceiling": (LANE, 1.0, 4.0),
    "log_odds": (LANE, -4.0, 4.0),
    # donors
    "flow": (FRONT, 0.0, 2.0),
    "near": (FRONT, 0.0, 50.0),
    "size": (LANE, 0.0, 20.0),
    "distance": (FRONT, 100.0, 9000.0),
    "decay": (LANE, 0.0, 2.0),
    "theta": (LANE, 0.0, 1.0),
    "today": (LANE, 0.0, 0.5),
    "dose": (LANE, -1.0, 1.0),
    "drawn": (LANE, 0.001, 0.999),
    "periods": (LANE, 0.0, 20.0),
    # recruiting
    "growth": (LANE, 0.1, 3.0),
    "pressure": (LANE, 0.0, 2.0),
    "boldness": (LANE, 0.0, 2.0),
    "caution": (LANE, 0.0, 6.0),
    "expected": (LANE, 100.0, 1500.0),
    "supplied": (LANE, 0.0, 2.0),
    "threat": (LANE, 0.0, 0.5),
    "buffer": (LANE, 0.0, 12.0),
    "unfunded": (LANE, 0.3, 0.9),
    "bonus": (LANE, 1.0, 4.0),
    "pool": (LANE, 0.1, 1.0),
    "shortage": (LANE, -0.5, 1.0),
    "step": (LANE, 0.0, 0.3),
    "missing": (LANE, -0.5, 1.0),
    "allowed": (LANE, 0.0, 1500.0),
    "actual": (LANE, 0.0, 1500.0),
    "adjustment": (LANE, 0.0, 1.0),
    "floor": (LANE, 0.1, 0.5),
    # choosing
    "values": (FRONT, -3.0, 3.0),
    "rationality": (LANE, 0.0, 40.0),
    "options": (FRONT, 0.0, 3.0),
    "chances": _FRONT_LANE,
    "usual": (FRONT, 0.0, 3.0),
    "promised": (FRONT, 0.0, 3.0),
    "trust": (LANE, 0.0, 1.0),
    "scarcity": (FRONT, 0.0, 5.0),
    "yields": (FRONT, 0.0, 2.0),
    # season
    "day_of_year": (DAY, 1.0, 366.0),
    "centre": (LANE, 1.0, 366.0),
    "width": (LANE, 10.0, 60.0),
    "depths": (FRONT, 0.0, 1.0),
    "costs": (FRONT, -0.3, 0.7),
    # strike
    "damage": (LANE, 0.0, 1.0),
    "arrivals": (LANE, 0.0, 50.0),
    "each": (LANE, 0.0, 0.02),
    "reach": (LANE, 0.0, 1.0),
    "ahead": (FRONT, -20.0, 40.0),
    "half_distance": (LANE, 5.0, 30.0),
    "head": (FRONT, -20.0, 20.0),
    "catch_up": (LANE, 30.0, 200.0),
    "half_life": (LANE, 10.0, 120.0),
    "dispersal": (LANE, 0.0, 1.0),
    "fresh_damage": (LANE, 0.0, 0.5),
    "speed": (LANE, 0.0, 6.0),
    "start": (LANE, 0.0, 1.0),
    "worth": (FRONT, 0.0, 1.0),
    "exposed": (LANE, 0.0, 1.0),
    "cost": (LANE, 0.0, 0.5),
    "best": (LANE, 0.3, 1.0),
    "stock": (LANE, 0.0, 5e3),
    "daily_need": (LANE, 0.0, 100.0),
    # supply
    "stage": (LANE, 0.0, 1e4),
    "stage_length": (LANE, 1.0, 90.0),
}

OWN = {
    "combat.exposure": {"cover": (FRONT, 1.0, 6.0)},
    "combat.exponents": {"law": (LANE, 0, 5, "int")},
    "combat.strain": {"memory": (LANE, 10.0, 100.0)},
    "politics.estimate": {"noise": (LANE, 0.01, 0.3)},
    "perception.remembered": {"memory": (LANE, 0.0, 5.0)},
    "supply.rationed": {"plan": (LANE, 0.0, 2e4), "stock": (LANE, 0.0, 1e6)},
    "manpower.quality": {"now": (FRONT, 0.3, 1.5)},
    "response.manpower_index": {"length": (FRONT, 10.0, 300.0)},
    "response.respond": {"spread": (LANE, 0.8, 3.0), "form": (LANE, 0, 2, "int")},
    "response.place": {
        "spread": (LANE, 0.8, 3.0),
        "speed": (FRONT, 0.0, 0.5),
        "effort": (FRONT, 0.05, 2.0),
        "form": (LANE, 0, 2, "int"),
    },
    "donors.weight": {"own": (FRONT, 0.0, 1.0)},
    "donors.regard": {"own": (FRONT, 0.0, 1.0)},
    "politics.signed": {"effect": (LANE, -1.5, 1.5)},
    "politics.chance": {"rate": (LANE, 0.0, 0.5)},
    "politics.hazard": {"base": (LANE, 0.0, 0.1), "ceiling": (LANE, 0.1, 0.8)},
    "recruiting.drained": {"rate": (LANE, 0.0, 0.01)},
    "strike.scattered": {"usual": (LANE, 0.01, 1.0)},
    "strike.lasting": {"days": (LANE, 1.0, 100.0)},
    "movement.grown": {"growth": (LANE, -0.001, 0.003)},
}

#: rules that add up or pick along the first axis, so that one front's result depends on the others'
ACROSS = {
    "combat.fire_index", "donors.benefit",
    "manpower.shares", "manpower.moved", "movement.defence_at", "politics.hazard", "season.going",
    "response.pooled", "choosing.weigh", "choosing.mean_of", "choosing.attended", "choosing.revealed",
}  # fmt: skip


def modules():
    """Return every module of `sim.rules`, deeper ones too."""
    found = pkgutil.walk_packages(sim.rules.__path__, "sim.rules.")
    return [importlib.import_module(info.name) for info in found]


def rules():
    """Return {module.function: function} of every public rule."""
    found = {}
    for module in modules():
        for name, item in vars(module).items():
            if inspect.isfunction(item) and item.__module__ == module.__name__ and not name.startswith("_"):
                found[f"{module.__name__.removeprefix('sim.rules.')}.{name}"] = item
    return found


def unknown(name, rule):
    """Return the parameters that the catalogue cannot make."""
    known = NAMES.keys() | OWN.get(name, {}).keys()
    return [parameter for parameter in inspect.signature(rule).parameters if parameter not in known]


def arguments(name, rule, lanes, seed=0):
    """Return {parameter: (kind, value)} with read-only arrays; kind is lane, front, belt or day."""
    made = {}
    for parameter in inspect.signature(rule).parameters:
        shape, low, high, *integer = OWN.get(name, {}).get(parameter) or NAMES[parameter]
        rng = np.random.default_rng([seed, zlib.crc32(f"{name}.{parameter}".encode())])
        if shape == DAY:
            made[parameter] = (DAY, float(rng.uniform(low, high)))
            continue
        lead = {LANE: (), FRONT: (FRONTS,), BELT: (BELTS, FRONTS)}.get(shape, (FRONTS,))
        full = (*lead, lanes)
        value = rng.integers(low, high + 1, full) if integer else rng.uniform(low, high, full)
        if not integer and low == 0.0:
            value[rng.uniform(size=full) < 0.08] = 0.0  # nothing at all is where mistakes hide
        value.flags.writeable = False
        made[parameter] = (shape, value)
    return made
