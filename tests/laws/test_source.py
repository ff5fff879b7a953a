"""Laws 6 and 7, as far as they can be read off the source: no world in numbers, no synergy in names."""

import ast
from pathlib import Path

import pytest

from sim.scenario.schema.world import Levers
from tests.models.campaign.wars import claim

SIM = Path(__file__).resolve().parents[2] / "sim"
LEVERS = set(Levers.model_fields)

# --- law 7 ---------------------------------------------------------------------------------------------------

#: what decides a result; analysis and plotting may call the claim's arms by name, for they speak about them
DECIDING = ("foundation", "rules", "scenario", "models", "experiment")


def sources(*rooms):
    return [path for room in rooms for path in sorted((SIM / room).rglob("*.py"))]


def lever_functions():
    """Return {function of sim.models.campaign.levers: the lever it takes}."""
    tree = ast.parse((SIM / "models/campaign" / "levers.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {f.name: arg.arg for f in functions for arg in f.args.args if arg.arg in LEVERS}


def named(node, functions):
    """Return the levers that a piece of source names: as a name, an attribute, a text, or by a lever's function."""
    found = set()
    for part in ast.walk(node):
        words = [getattr(part, "id", None), getattr(part, "attr", None), getattr(part, "arg", None)]
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            words += [lever for lever in LEVERS if lever in part.value.replace(".", " ").split()]
        if isinstance(part, ast.Call):
            of_module = isinstance(part.func, ast.Attribute) and getattr(part.func.value, "id", "") == "levers"
            words += [functions.get(part.func.attr)] if of_module else [functions.get(getattr(part.func, "id", ""))]
        found |= {word for word in words if word in LEVERS}
    return found


def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module)) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def too_many(source, functions):
    """Return {function: levers} of every function that names two."""
    tree = without_docstrings(ast.parse(source))
    counted = {n.name: named(n, functions) for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.Lambda))
               and hasattr(n, "name")}  # fmt: skip
    return {name: sorted(levers) for name, levers in counted.items() if len(levers) > 1}


def test_the_check_for_synergy_can_fail():
    functions = lever_functions()
    assert functions["permission"] == "atacms"
    both = "def f(p, day):\n    return p.levers.atacms.dose * p.levers.kursk_exit.dose\n"
    assert too_many(both, functions) == {"f": ["atacms", "kursk_exit"]}
    by_function = "def f(p, day):\n    return levers.permission(p, day) * levers.rushed(p, day, 0)\n"
    assert too_many(by_function, functions) == {"f": ["atacms", "us_arms"]}
    by_key = "def f(p):\n    return p['us_arms'] + p['levers.atacms.dose']\n"
    assert too_many(by_key, functions) == {"f": ["atacms", "us_arms"]}
    assert too_many("def f(p):\n    'atacms and us_arms'\n    return p.levers.atacms\n", functions) == {}


@pytest.mark.parametrize("path", sources("rules", "models"), ids=lambda p: p.relative_to(SIM).as_posix())
def test_no_function_names_two_levers(path):
    assert too_many(path.read_text(encoding="utf-8"), lever_functions()) == {}


REACHING_ROUND = {"getattr", "vars", "attrgetter", "itemgetter", "eval", "exec", "globals", "locals"}


def veiled(source, functions):
    """Return (line, what) of every way to reach a lever without naming it: then names would prove nothing.

    The tree of levers may only be read as ``....levers.NAME``, the module only as ``levers.FUNCTION``; neither may be
    given another name, looped over or indexed; and what a lever says may be kept in the world's state only as what its own
    function makes of it.
    """
    tree = without_docstrings(ast.parse(source))
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        parent = above.get(node)
        named_next = getattr(parent, "attr", None) if isinstance(parent, ast.Attribute) else None
        if isinstance(node, ast.Attribute) and node.attr == "levers" and named_next not in LEVERS:
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
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)) and keeps_a_dose(node):
            found.append((node.lineno, "a dose kept in the state"))
    return found


def keeps_a_dose(assignment):
    """Return whether an attribute or an item is set to what a lever says, but for the result of a lever's own function."""
    targets = assignment.targets if isinstance(assignment, ast.Assign) else [assignment.target]
    parts = [part for target in targets for part in ast.walk(target)]
    outside = any(isinstance(part, (ast.Attribute, ast.Subscript)) for part in parts)
    return outside and assignment.value is not None and says_a_dose(assignment.value)


def says_a_dose(node):
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "levers"
    ):
        return False
    if isinstance(node, ast.Attribute) and node.attr in LEVERS:
        return getattr(node.value, "attr", "") == "levers"
    return any(says_a_dose(child) for child in ast.iter_child_nodes(node))


VEILS = {
    "another name for the tree": "def f(p):\n    all_of_them = p.levers\n    return all_of_them",
    "a loop": "def f(p):\n    return sum(p.levers[name].dose for name in p.levers)",
    "getattr": "def f(p, a, b):\n    return getattr(p, 'lev' + 'ers')",
    "a key": "def f(p):\n    return p['levers']",
    "another name for the module": "from sim.models.campaign import levers as moves",
    "the module handed on": "def f(p, g):\n    return g(levers)",
    "another name for a function": "from sim.models.campaign.levers import permission as may",
    "a function that is none of a lever's": "def f(p):\n    return levers.together(p)",
    "a dose kept for later": "def f(self, p):\n    self.first = p.levers.atacms.dose",
    "a section kept for later": "def f(war):\n    war.kept['x'] = war.state.p.levers.us_arms",
}


@pytest.mark.parametrize("veil", VEILS)
def test_a_veiled_lever_is_seen(veil):
    assert veiled(VEILS[veil], lever_functions())


def test_a_lever_by_its_name_is_no_veil():
    plain = "def f(self, p, day):\n    self.x = levers.permission(p.levers.atacms, day)\n    y = p.levers.atacms.dose"
    assert veiled(plain, lever_functions()) == []


#: one makes names of a tree readable, one goes over its own fields, the others know of processes and files only
NO_TREE_OF_LEVERS = {"tree.py", "orders.py", "workers.py", "files.py"}


@pytest.mark.parametrize(
    "path", sources("rules", "models", "calibration", "foundation"), ids=lambda p: p.relative_to(SIM).as_posix()
)
def test_levers_are_reached_by_their_names_only(path):
    if path.name in NO_TREE_OF_LEVERS:
        return
    assert veiled(path.read_text(encoding="utf-8"), lever_functions()) == []


@pytest.mark.parametrize("path", sources("rules"), ids=lambda p: p.name)
def test_no_rule_names_a_lever(path):
    assert named(without_docstrings(ast.parse(path.read_text(encoding="utf-8"))), {}) == set()


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
    ("rules/response.py", 50.0): "exp stays finite; the speed of a war of movement cuts long before",
    ("models/campaign/beginning.py", 3.0): "a search may not leap: its steps, and how many it has",
    ("models/campaign/beginning.py", 6.0): "the same",
    ("calibration/past.py", 0.2): "a count of losses says nothing of an effort smaller than that",
    ("calibration/past.py", 2.5): "nor of a greater one",
    ("rules/recruiting.py", 0.25): "a week's losses of almost nothing must not send the tempo to infinity",
    ("rules/recruiting.py", 4.0): "the same, the other way up",
    ("models/campaign/agents/government.py", 0.1): "the logarithm of a shortage stays finite",
    ("models/campaign/perceiving.py", 0.1): "an empty stock is a tenfold shortage, not an infinite one",
    ("models/campaign/perceiving.py", 10.0): "the same",
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
        for name in ("levers.py", "perceiving.py", "beginning.py", "beliefs.py", "casualties.py")
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
