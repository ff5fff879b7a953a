"""Every file, command and piece of Python of the README, tutorial, guides and exercises, in order, with few replicates."""

import re
import shlex
import shutil
from pathlib import Path

import matplotlib as mpl
import pytest

from sim.workflows import optimise

mpl.use("Agg")
DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMED = ("../README.md", "tutorial.md", "python.md", "scenarios.md", "exercises.md")
PAGES = [*sorted((DOCS / "how-to").glob("*.md")), *(DOCS / name for name in NAMED)]
BLOCK = re.compile(r"^```(yaml|sh|python)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PLAYS = ("run", "compare", "sweep", "factorial", "claim", "fork", "optimise")
QUICK = ("--replicates", "3", "--horizon", "10 week", "--jobs", "1", "--no-plots")
LEFT_OUT = (  # not ours to run, or a way to install
    "pip", "jupyter", "git", "python", "python3", "cd", "make", "source", ".", "sbatch", "srun", ".venv/bin/python",
    ".venv/bin/sim",
)  # fmt: skip


def quick(words):
    """Return a command with few replicates, without figures; a search is cut short below."""
    if words[0] not in PLAYS:
        return words
    if "--replicates" in words:
        at = words.index("--replicates")
        words = words[:at] + words[at + 2 :]
    return [*words, *QUICK]


def blocks(page):
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.filterwarnings("ignore::sim.foundation.errors.ScenarioWarning")
def test_every_example_of_a_page_runs(page, tmp_path, monkeypatch, sim_command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(optimise, "GENERATIONS", 1)
    shutil.copytree(DOCS.parent / "scenarios", "scenarios")
    session, ran = {}, 0
    for kind, text in blocks(page):
        if kind == "yaml" and (named := re.match(r"# (\S+\.ya?ml)\n", text)):
            Path(named[1]).write_text(text, encoding="utf-8")
        elif kind == "python":
            shorter = re.sub(r"replicates=\d+", "replicates=3", text).replace("40 week", "10 week")
            exec(compile(shorter, str(page), "exec"), session)
            ran += 1
        elif kind == "sh":
            for line in filter(None, (line.partition(" # ")[0].strip() for line in text.splitlines())):
                first, *words = shlex.split(line)
                if first in LEFT_OUT:
                    continue
                assert first == "sim", f"{page.name}: {line}"
                code, out, err = sim_command(*quick(words))
                assert code == 0, f"{line}\n{out}{err}"
                ran += 1
    assert ran, "a how-to page without anything to run"
