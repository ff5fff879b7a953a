"""The laws of the house that can be read off the source: who imports whom, and what array code may not do."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIM = ROOT / "sim"
LANE_ROOMS = ("rules", "models")
HEAVY = {
    "numpy", "scipy", "mesa", "xarray", "zarr", "pydantic", "pint", "ruamel", "matplotlib", "pandas",
    "networkx",
}  # fmt: skip


def modules_after(code):
    """Return the top-level packages that a fresh interpreter has imported after `code`."""
    program = f"{code}\nimport sys, json\nprint(json.dumps(sorted(m.partition('.')[0] for m in sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_import_contracts_hold():
    program = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(cache_dir=None))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_importing_sim_imports_nothing_heavy():
    assert "sim" in modules_after("import sim")
    assert not modules_after("import sim") & HEAVY


def test_the_front_door_imports_nothing_heavy():
    loaded = modules_after("import sim.cli.app, sim.cli.front")
    assert "typer" in loaded
    assert not loaded & (HEAVY | {"rich"})


def test_reading_results_never_wakes_the_simulator():
    code = "import sim.analysis.result, sim.analysis.serialise, sim.plotting"
    assert "mesa" not in modules_after(code)


def lane_sources():
    """Return the files that make numbers; the diary only tells one war's, to a person."""
    paths = [path for room in LANE_ROOMS for path in sorted((SIM / room).rglob("*.py"))]
    return [path for path in paths if path != SIM / "models" / "campaign" / "diary.py"]


SUMS = {
    "sum",
    "mean",
    "nansum",
    "nanmean",
    "einsum",
    "matmul",
    "dot",
    "average",
    "tensordot",
    "inner",
    "vdot",
}


def unordered_sums(source):
    """Return (line, what) of each reduction whose order numpy may change with the number of lanes."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SUMS:
            found.append((node.lineno, node.func.attr))
        if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.MatMult):
            found.append((node.lineno, "@"))
    return found


def loose_luck(source):
    """Return (line, what) of each use of a generator that is not keyed by stream, day, unit and replicate."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in ("rng", "random") or (name in ("np", "numpy") and node.attr == "random"):
                found.append((node.lineno, f"{name}.{node.attr}"))
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [(node.lineno, name) for name in names if name.split(".")[0] in ("random", "secrets")]
            found += [(node.lineno, name) for name in names if name == "numpy.random"]
    return found


def test_the_checks_below_can_fail():
    assert unordered_sums("x.sum(axis=0)") == [(1, "sum")]
    assert sorted(unordered_sums("y = np.mean(x)\nz = a @ b\na @= b")) == [(1, "mean"), (2, "@"), (3, "@")]
    assert unordered_sums("add_up(x)\nsummary = model.summary") == []
    assert loose_luck("u = self.rng.poisson(3)") == [(1, "rng.poisson")]
    assert loose_luck("np.random.rand()")
    assert loose_luck("import random")
    assert loose_luck("from numpy.random import default_rng")
    assert loose_luck("noise.uniform('x')") == []


@pytest.mark.parametrize("path", lane_sources(), ids=lambda path: path.relative_to(SIM).as_posix())
def test_lanes_are_added_up_in_a_fixed_order(path):
    assert unordered_sums(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SIM.rglob("*.py")) if "foundation" not in path.parts],
    ids=lambda path: path.relative_to(SIM).as_posix(),
)
def test_luck_comes_from_the_foundation_only(path):
    assert loose_luck(path.read_text(encoding="utf-8")) == []


def test_every_source_file_has_one_subject():
    """A file longer than 450 lines, or a function longer than 60, has two."""
    long_files, long_functions = [], []
    for path in sorted(SIM.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if len(source.splitlines()) > 450:
            long_files.append(path.name)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.body[0].lineno > 60:
                long_functions.append(f"{path.name}: {node.name}")
    assert (long_files, long_functions) == ([], [])
