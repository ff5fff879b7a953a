"""Laws 6 and 7, as far as they can be read off the source: no world in numbers, no synergy in names."""

import ast
import re
from pathlib import Path

import pytest

from sim.scenario.schema.sections.levers import INSTRUMENTS
from tests.models.campaign.wars import claim

SIM = Path(__file__).resolve().parents[2] / "sim"
LEVERS = set(type(claim().world().levers).model_fields)
"""The levers of the shipped claim: names that no code may know."""

LEVERS_FILE = SIM / "models" / "campaign" / "levers.py"

# --- law 7 ---------------------------------------------------------------------------------------------------

#: what decides a result; analysis and plotting may call the claim's arms by name, for they speak about them
DECIDING = ("foundation", "rules", "models", "experiment")


def sources(*rooms):
    return [path for room in rooms for path in sorted((SIM / room).rglob("*.py"))]


def lever_functions():
    """Return {function of the levers' module: its instrument}, by the heading that it stands under."""
    text = LEVERS_FILE.read_text(encoding="utf-8")
    heads = [(number, found[1]) for number, line in enumerate(text.splitlines(), 1) if (found := HEAD.match(line))]
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    above = {f.name: [word for number, word in heads if number < f.lineno] for f in functions}
    return {name: words[-1] for name, words in above.items() if words}


HEAD = re.compile(r"# --- (\w+) -+$")


def instruments(node, functions):
    """Return the instruments that a piece of source asks for: by a function of the levers' module, or as a text."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            of_module = isinstance(part.func, ast.Attribute) and getattr(part.func.value, "id", "") == "levers"
            found.add(functions.get(part.func.attr if of_module else getattr(part.func, "id", "")))
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            found |= set(part.value.replace(".", " ").split()) & set(functions.values())
    return found - {None}


def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def too_many(source, functions):
    """Return {function: instruments} of every function that asks for two."""
    tree = without_docstrings(ast.parse(source))
    counted = {n.name: instruments(n, functions) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    return {name: sorted(found) for name, found in counted.items() if len(found) > 1}


def test_every_instrument_has_its_functions():
    assert set(lever_functions().values()) == set(INSTRUMENTS)
    assert lever_functions()["permission"] == "permission"
    assert lever_functions()["rushed"] == "delivery"


def test_the_check_for_synergy_can_fail():
    functions = lever_functions()
    both = "def f(p, day):\n    return levers.permitted(p, day, 0) * levers.rushed(p, day, 0)\n"
    assert too_many(both, functions) == {"f": ["delivery", "permission"]}
    inside = "def f(p, day):\n    return permitted(p, day, 0) * rushed(p, day, 0)\n"
    assert too_many(inside, functions) == {"f": ["delivery", "permission"]}
    by_text = "def f(p):\n    return of_instrument(p, 'plan') + of_instrument(p, 'permission')\n"
    assert too_many(by_text, functions) == {"f": ["permission", "plan"]}
    assert too_many("def f(p):\n    'plan and permission'\n    return levers.common_plan(p)\n", functions) == {}


@pytest.mark.parametrize("path", sources("rules", "models"), ids=lambda p: p.relative_to(SIM).as_posix())
def test_no_function_asks_for_two_instruments(path):
    assert too_many(path.read_text(encoding="utf-8"), lever_functions()) == {}


REACHING_ROUND = {"getattr", "vars", "attrgetter", "itemgetter", "eval", "exec", "globals", "locals"}


def veiled(source, functions):
    """Return (line, what) of every way to reach a lever but by a function of the levers' module: then that proves nothing.

    The tree of levers is read in that module alone; the module is used only as ``levers.FUNCTION`` and has no other name;
    and what a lever says may be kept in the world's state only as what a function of the module makes of it.
    """
    tree = without_docstrings(ast.parse(source))
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        parent = above.get(node)
        named_next = getattr(parent, "attr", None) if isinstance(parent, ast.Attribute) else None
        if isinstance(node, ast.Attribute) and node.attr == "levers":
            found.append((node.lineno, "the tree of levers"))
        if isinstance(node, ast.Name) and node.id == "levers" and named_next not in {*functions, "ramp"}:
            found.append((node.lineno, "the module of levers"))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "levers" in node.value.split("."):
            found.append((node.lineno, repr(node.value)))
        if isinstance(node, ast.Name) and node.id in REACHING_ROUND:
            found.append((node.lineno, node.id))
        if isinstance(node, ast.Attribute) and node.attr in {"__dict__", "_items", *REACHING_ROUND}:
            found.append((node.lineno, node.attr))
        if isinstance(node, ast.ImportFrom) and node.module == "sim.models.campaign.levers":
            found += [(node.lineno, a.name) for a in node.names if a.asname or a.name not in {*functions, "ramp"}]
        if isinstance(node, ast.alias) and node.asname and node.name.split(".")[-1] == "levers":
            found.append((node.lineno, node.asname))
    return found


VEILS = {
    "the tree itself": "def f(p):\n    return p.levers.guns.dose",
    "a loop": "def f(p):\n    return sum(lever.dose for lever in p.levers.values())",
    "getattr": "def f(p, a, b):\n    return getattr(p, 'lev' + 'ers')",
    "a key": "def f(p):\n    return p['levers']",
    "another name for the module": "from sim.models.campaign import levers as moves",
    "the module handed on": "def f(p, g):\n    return g(levers)",
    "another name for a function": "from sim.models.campaign.levers import permission as may",
    "every instrument at once": "def f(p):\n    return levers.of_instrument(p, word)",
}


@pytest.mark.parametrize("veil", VEILS)
def test_a_veiled_lever_is_seen(veil):
    assert veiled(VEILS[veil], lever_functions())


def test_a_function_of_an_instrument_is_no_veil():
    assert veiled("def f(self, p, day):\n    self.x = levers.permitted(p, day, 0)", lever_functions()) == []


#: one makes names of a tree readable, one goes over its own fields, one reads the levers for all, two go over each number
#: alike, and the others know of processes and files only
NO_TREE_OF_LEVERS = {
    "tree.py", "orders.py", "levers.py", "places.py", "symbolic.py", "workers.py", "files.py", "machine_code.py",
}  # fmt: skip


@pytest.mark.parametrize(
    "path", sources("rules", "models", "calibration", "foundation"), ids=lambda p: p.relative_to(SIM).as_posix()
)
def test_levers_are_reached_by_their_instruments_only(path):
    if path.name in NO_TREE_OF_LEVERS:
        return
    assert veiled(path.read_text(encoding="utf-8"), lever_functions()) == []


# --- law 9 ---------------------------------------------------------------------------------------------------

#: pieces of words by which the first war would be known
FIRST_WAR = (
    "ukrain",
    "russia",
    "kyiv",
    "kremlin",
    "moscow",
    "kursk",
    "putin",
    "nordic",
    "atacms",
    "us_arms",
    "ru_",
    "ua_",
)
#: where names of format 1 have to stand, to be turned into names of format 2
MIGRATION = {"migrate.py", "moved_keys.py"}


def names_of_a_war(source):
    """Return the pieces of a first war's words in code, docstrings and comments left out."""
    code = ast.unparse(without_docstrings(ast.parse(source))).lower().replace("lru_cache", "")
    return [word for word in FIRST_WAR if word in code]


def test_a_name_of_a_war_is_seen():
    assert names_of_a_war("x = 'the Kremlin'") == ["kremlin"]
    assert names_of_a_war("def f(kursk_exit):\n    return 1") == ["kursk"]
    assert names_of_a_war('def f():\n    """Of Russia."""\n    return 1') == []


@pytest.mark.parametrize(
    "path", sources("models", "rules", "foundation", "scenario"), ids=lambda p: p.relative_to(SIM).as_posix()
)
def test_no_name_of_a_war_stands_where_it_is_made(path):
    if path.name not in MIGRATION:
        assert names_of_a_war(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sources("models", "rules"), ids=lambda p: p.relative_to(SIM).as_posix())
def test_no_name_of_the_claims_stands_in_the_model(path):
    """Neither a front nor an ally, a partner, a mediator, a target nor a lever is looked up by name."""
    world = claim().world()
    branches = (world.fronts, world.allies, world.partners, world.mediators, world.strike.targets)
    known = {name for branch in branches for name in branch} | LEVERS
    tree = without_docstrings(ast.parse(path.read_text(encoding="utf-8")))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert not known & said


def test_no_arm_is_named_where_results_are_made():
    """`base` is left to the analysis: as a word it is everywhere; a lever's own name is the schema's."""
    arms = set(claim().arms) - LEVERS - {"base"}
    assert {"all_with_coordination", "all_without_coordination"} <= arms
    for path in sources(*DECIDING):
        text = path.read_text(encoding="utf-8")
        assert not [arm for arm in arms if arm in text], path.name


def test_no_rule_asks_which_arm_it_plays():
    for path in sources("rules", "models"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Attribute) and node.attr in ("arm", "replicate")), (
                f"{path.name}:{node.lineno}"
            )


# --- law 6 ---------------------------------------------------------------------------------------------------

#: identities of arithmetic, and guards so small that no quantity of the world is near them
NEUTRAL = {0.0, 1.0, 2.0, 0.5, -0.5, -1.0, 1e-3, 1e-6, 1e-9, 1e-12}
#: units of time and money
UNITS = {365.25, 12.0, 30.4375, 7.0}
#: (file, number) -> why it does not describe the world
JUSTIFIED = {
    ("rules/politics.py", 30.0): "exp stays finite; the ceiling cuts long before",
    ("rules/politics.py", -30.0): "exp stays finite; the base is nothing long before",
    ("models/campaign/beginning.py", 8.0): "standard deviations of noise that no one has seen",
    ("models/campaign/beginning.py", -8.0): "the same",
    ("rules/response.py", 0.9): "a pace at which an attack is sure to succeed has no place in the contest",
    ("rules/choosing.py", 50.0): "exp stays finite; such a price buys nothing",
    ("rules/response.py", 50.0): "exp stays finite; the speed of a war of movement cuts long before",
    ("rules/movement.py", 6.9): "works a thousandfold: the most that a scenario may state of them",
    ("models/campaign/beginning.py", 3.0): "a search may not leap: its steps, and how many it has",
    ("models/campaign/beginning.py", 6.0): "the same",
    ("calibration/past.py", 26.0): "weeks of the half year that a future input drifts over",
    ("calibration/past.py", 0.2): "a count of losses says nothing of an effort smaller than that",
    ("calibration/past.py", 2.5): "nor of a greater one",
    ("models/campaign/perceiving.py", 0.1): "an empty stock is a tenfold shortage, not an infinite one",
    ("models/campaign/bargain.py", 30.0): "rounds of replies, from today's giving",
    ("models/campaign/bargain.py", 10.0): "the same, from where the last month ended",
    (
        "models/campaign/phases/fighting.py",
        0.98,
    ): "the last villages of a salient are not a front: it ends in finite time",
    (
        "models/campaign/beginning.py",
        0.05,
    ): "least effort from which a pace can be read; a guard against dividing by nothing",
}
ACTING = [
    *sources("rules", "models/campaign/agents", "models/campaign/phases"),
    *(
        SIM / "models/campaign" / name
        for name in (
            "levers.py",
            "perceiving.py",
            "beginning.py",
            "beliefs.py",
            "casualties.py",
            "bargain.py",
            "worth.py",
        )
    ),
    *(SIM / "models/campaign" / name for name in ("orders.py", "war.py", "state.py")),
    SIM / "calibration/past.py",
]


def numbers(source):
    """Return (line, number) of every literal that is not an index, a row or a shape."""
    tree = ast.parse(source)
    indices = {id(n) for s in ast.walk(tree) if isinstance(s, ast.Subscript) for n in ast.walk(s.slice)}
    signed = {id(n.operand): -1.0 for n in ast.walk(tree) if isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.USub)}
    found = []
    for node in ast.walk(tree):
        plain = (
            isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)
        )
        if plain and id(node) not in indices:
            found.append((node.lineno, float(node.value) * signed.get(id(node), 1.0)))
    return found


def unjustified(path):
    room = path.relative_to(SIM).as_posix()
    found = numbers(path.read_text(encoding="utf-8"))
    return [f"{room}:{line}: {n:g}" for line, n in found if n not in NEUTRAL | UNITS and (room, n) not in JUSTIFIED]


def test_the_check_for_numbers_can_fail():
    assert sorted(numbers("x = y[3] * 0.05 - 2")) == [(1, 0.05), (1, 2.0)]
    assert numbers("np.clip(x, -8.0, True)") == [(1, -8.0)]


@pytest.mark.parametrize("path", ACTING, ids=lambda p: p.relative_to(SIM).as_posix())
def test_no_number_of_the_world_stands_in_the_code(path):
    assert unjustified(path) == [], "into the scenario with it, or into JUSTIFIED with its reason"
