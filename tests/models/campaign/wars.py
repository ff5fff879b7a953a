"""Wars for tests: the real base world with all arms of the claim, shortened, and ways to look inside a war."""

import dataclasses
import os
import pickle
from functools import lru_cache
from pathlib import Path

import numpy as np

from sim.foundation.lanes import Lanes
from sim.foundation.noise import Noise
from sim.foundation.series import Series
from sim.foundation.tree import Tree
from sim.models.campaign.war import War
from sim.scenario import read
from sim.scenario.priors.draw import Stack, draw

ROOT = Path(__file__).resolve().parents[3]
CLAIM = ROOT / "scenarios" / "claim.yaml"
SIDES = ("ukraine", "russia")
"""The names of the claim's sides, by role."""


@lru_cache(maxsize=1)
def claim():
    """Return the claim's scenario; long enough a calendar for every test. Reading it is slow: `tests/faults` hands it on."""
    stored = os.environ.get("CLAIM_READ_BEFORE")
    if stored:
        return pickle.loads(Path(stored).read_bytes())
    return read(CLAIM, {"run.horizon": "120 day"})


def grid(replicates=3, arms=None):
    """Return lanes of the first `arms` arms (all by default); arm 0 is the base."""
    many = len(claim().arms) if arms is None else arms
    return Lanes.grid(many, replicates if isinstance(replicates, range) else range(replicates))


def parameters(lanes, seed=None):
    """Return the drawn parameters of `lanes`."""
    return draw(claim(), lanes, claim().run.seed if seed is None else seed)


def begin(lanes, p=None, seed=None, base=None):
    """Return a war on its first morning."""
    seed = claim().run.seed if seed is None else seed
    of_base = lanes.of_base() if p is None else None  # parameters of one's own make a base of their own
    base = base if of_base is None else parameters(of_base, seed)
    p = parameters(lanes, seed) if p is None else p
    return War(p, lanes, Noise(seed, lanes.replicate), claim().run.start, base=base)


def after(lanes, days, p=None, seed=None):
    """Return a war `days` days on."""
    war = begin(lanes, p, seed)
    for _ in range(days):
        war.step()
    return war


def played(lanes, days, p=None, seed=None, base=None):
    """Return (record, war) of a war with its weekly record."""
    war = begin(lanes, p, seed, base)
    war.keep_record(days)
    for _ in range(days):
        war.step()
    return war.recorder.record(), war


# --- parameters ----------------------------------------------------------------------------------------------


def leaves(tree, path=""):
    """Yield (dotted path, leaf) of a drawn tree, names left out."""
    for name, item in tree.items():
        here = f"{path}.{name}" if path else name
        if isinstance(item, Tree):
            yield from leaves(item, here)
        elif not isinstance(item, (str, tuple)):
            yield here, item


def lane_arrays(leaf):
    """Return the arrays of a leaf that end in lanes."""
    if isinstance(leaf, Series):
        return [leaf.factor, leaf.arm]
    if isinstance(leaf, Stack):
        return [array for part in leaf.parts for array in lane_arrays(part)]
    return [leaf]


def replaced(p, **leaves_by_path):
    """Return parameters with leaves set to constants; ``__`` in a keyword stands for a dot."""
    for path, value in leaves_by_path.items():
        path = path.replace("__", ".")
        p = p.replace(path, like(leaf_at(p, path), value))
    return p


def leaf_at(p, path):
    """Return the leaf at a dotted path."""
    for name in path.split("."):
        p = p[name]
    return p


def like(leaf, value):
    """Return a leaf of the same shape that is `value` everywhere and on every day."""
    if isinstance(leaf, Series):
        return Series(np.full_like(leaf.table, value), leaf.arm, np.ones_like(leaf.factor))
    if isinstance(leaf, Stack):
        return Stack(tuple(like(part, value) for part in leaf.parts), leaf.axis)
    return np.full_like(leaf, value)


def scaled(leaf, factor):
    """Return a leaf times a number."""
    if isinstance(leaf, Series):
        return dataclasses.replace(leaf, factor=leaf.factor * factor)
    return leaf * factor


def steady(p):
    """Return parameters whose inputs come as they are stated, for closed forms of what comes of them."""
    for path, leaf in leaves(p):
        if isinstance(leaf, Series):
            p = p.replace(path, dataclasses.replace(leaf, drift=None))
        elif isinstance(leaf, Stack):
            parts = tuple(dataclasses.replace(part, drift=None) for part in leaf.parts)
            p = p.replace(path, dataclasses.replace(leaf, parts=parts))
    return p


# --- state ---------------------------------------------------------------------------------------------------


def state(war, orders=True):
    """Return every array of a war that ends in lanes, by name: books, theatre, orders, references, views.

    Found by walking all objects of the model from the war down, so that new state is covered when it comes.
    """
    found, seen = {}, set()
    for name, value in {**vars(war.state), "cast": war.cast}.items():
        if name in ("p", "noise", "lanes") or (name == "orders" and not orders):
            continue
        _walk(value, name, found, seen, war.state.lanes, orders)
    return found


def _walk(value, path, found, seen, lanes, orders):
    if isinstance(value, np.ndarray):
        if value.shape and value.shape[-1] == lanes:
            found[path] = value
        return
    if not isinstance(value, (dict, list, tuple)) and not type(value).__module__.startswith("sim.models.campaign"):
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    for name, item in _items(value):
        if name in (
            "model",
            "pos",
            "unique_id",
        ) or (not orders and name == "view"):
            continue
        _walk(item, f"{path}.{name}", found, seen, lanes, orders)


def _items(value):
    if isinstance(value, dict):
        return [(_name(k), v) for k, v in value.items()]
    if isinstance(value, (list, tuple)):
        return [(str(i), v) for i, v in enumerate(value)]
    if dataclasses.is_dataclass(value):
        return [(f.name, getattr(value, f.name)) for f in dataclasses.fields(value)]
    return list(vars(value).items())


def _name(key):
    return "/".join(key) if isinstance(key, tuple) else key.__name__ if isinstance(key, type) else str(key)


def taken(array, index):
    """Return the lanes at `index`, in C order as the program itself makes its arrays."""
    return np.ascontiguousarray(np.take(array, index, axis=-1))


def differences(left, right):
    """Return the names of arrays that are not equal bit for bit (not-a-number equals itself)."""
    assert left.keys() == right.keys()
    return [name for name in left if not np.array_equal(left[name], right[name], equal_nan=True)]


def accounts(war):
    """Return {(commodity, account): balance} of the ledger."""
    return dict(war.state.books._accounts)


def monthly(values, first, last):
    """Return the change a month of a cumulative weekly record between two weeks, any shape (time, ...)."""
    return (values[last] - values[first]) / ((last - first) * 7.0) * (365.25 / 12.0)
