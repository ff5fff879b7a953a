"""docs/your-own-war.md: its files and commands, from a weekly table to a calibrated run, scored; and a newcomer's change."""

import datetime as dt
import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from sim.scenario import read
from sim.scenario.priors.posterior import BESIDE

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "your-own-war.md").read_text(encoding="utf-8")
PACES = {"coast": 14.0, "plain": 35.0, "hills": 7.0}
TODAY = dt.date(2001, 9, 4)
QUICK = {"calibrate": ["--members", "50", "--jobs", "1", "-q"], "run": ["--replicates", "12", "--jobs", "1", "--no-plots", "-q"],
         "score": ["--replicates", "40", "--jobs", "1", "--json"], "observe": ["--json"]}  # fmt: skip


def table(path, first, weeks, seed):
    rng = np.random.default_rng(seed)
    rows = ["# unit: km2 a week", "# source: made up for a test", "week_end,axis,net_change_km2"]
    for week in range(weeks):
        day = first + dt.timedelta(weeks=week)
        rows += [f"{day},{front},{pace * rng.lognormal(0.0, 0.4):.1f}" for front, pace in PACES.items()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def one_step(path):
    """Have an inversion take one step, where a test is not about what it finds."""
    text = path.read_text(encoding="utf-8")
    assert "\nsteps: 2\n" in text
    path.write_text(text.replace("\nsteps: 2\n", "\nsteps: 1\n"), encoding="utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in ("abstract.yaml", "abstract-claim.yaml"):
        shutil.copy(ROOT / "scenarios" / name, tmp_path / name)
    for name, text in re.findall(r"```yaml\n# (\S+\.yaml)\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")
    table(tmp_path / "front_weekly_by_axis.csv", dt.date(2001, 1, 9), 35, 1)
    table(tmp_path / "later.csv", TODAY + dt.timedelta(weeks=1), 12, 2)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_from_a_table_to_a_calibrated_run_scored(folder, sim_command):
    commands = re.findall(r"^sim (?!validate)(.*)$", PAGE, re.MULTILINE)
    assert [line.split()[0] for line in commands] == ["observe", "calibrate", "run", "score"]
    said = {}
    for line in commands:
        name = line.split()[0]
        code, said[name], err = sim_command(*shlex.split(line), *QUICK[name])
        assert code == 0, err
    pace = json.loads(said["observe"])["pace_km2_per_day"]
    assert set(pace) == set(PACES)
    assert pace["plain"]["usual_gain"] == pytest.approx(5.0, rel=0.3)
    assert read(folder / "today.yaml").posterior.table.shape == (50, 5 + len(BESIDE))
    assert json.loads(said["score"])


def test_a_table_that_lacks_a_column_is_told_which(folder, sim_command):
    (folder / "later.csv").write_text("week_end,front,km2\n2001-09-11,coast,1\n", encoding="utf-8")
    code, _, err = sim_command("score", "later.csv", "--scenario", "today.yaml", "--origin", str(TODAY))
    assert code == 2
    assert "net_change_km2" in err


def test_a_hindcast_from_a_day_of_which_nothing_is_known_is_refused_before_anything_is_played(folder, sim_command):
    text = (folder / "calibration.yaml").read_text(encoding="utf-8")
    (folder / "calibration.yaml").write_text(
        text.replace("hindcasts: [2001-06-05", "hindcasts: [2001-03-06"), encoding="utf-8"
    )
    code, _, err = sim_command("hindcast", "calibration.yaml", "--out", "h")
    assert code == 2
    assert "nothing is known by 2001-03-06" in err
    assert "2001-05-29" in err


def test_hindcasts_need_no_table_of_losses(folder, sim_command):
    one_step(folder / "calibration.yaml")
    code, out, err = sim_command(
        "hindcast", "calibration.yaml", "--members", 50, "--jobs", 1, "--no-plots", "--out", "h"
    )
    assert code == 0, err
    assert "losses claimed, persons" in out
    assert "Skill in total" in out


def test_a_newcomers_change_takes_two_files_and_no_code(folder, sim_command):
    """A fourth front, a third ally and a lever of one's own, as the page says."""
    world = (folder / "abstract.yaml").read_text(encoding="utf-8")
    front = re.search(r"    hills:\n(?:      .*\n)+", world)[0]
    ally = re.search(r"    league:\n(?:      .*\n)+", world)[0]
    lever = re.search(r"    workshops:\n(?:      .*\n)+", world)[0]
    added = (
        front.replace("hills", "lakes").replace("Hills", "Lakes"),
        ally.replace("league", "valley").replace("League", "Valley"),
    )
    more = lever.replace("workshops", "second_forge").replace("workshops", "forge")
    changed = world.replace(front, front + added[0]).replace(ally, ally + added[1]).replace(lever, lever + more)
    (folder / "abstract.yaml").write_text(changed, encoding="utf-8")
    arm = "  forge:\n    label: A second forge\n    role: single\n    patch:\n      levers.second_forge.dose: 1\n"
    claim = (folder / "abstract-claim.yaml").read_text(encoding="utf-8")
    (folder / "abstract-claim.yaml").write_text(claim.rstrip("\n") + "\n" + arm, encoding="utf-8")
    counted = [text.count("\n") for text in (*added, more, arm)]
    assert counted == [int(lines) for lines in re.findall(r"^\| .* \| abstract\S* \| (\d+) \|$", PAGE, re.MULTILINE)]
    assert f"Two files, {sum(counted)} lines, no code." in PAGE
    code, out, err = sim_command(
        "claim",
        "abstract-claim.yaml",
        "--replicates",
        3,
        "--horizon",
        "30 week",
        "--jobs",
        1,
        "--no-plots",
        "--out",
        "r",
    )
    assert code == 0, err
    assert "forge" in out
