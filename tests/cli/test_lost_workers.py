"""Whatever the command, a worker that is lost is told as such: one line, exit code 1, and where to go on from."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.cli import front
from tests.foundation.misbehaviour import ROOT, group_is_gone, start, start_command
from tests.foundation.test_workers import site

CLAIM, HISTORY = ROOT / "scenarios/claim.yaml", ROOT / "scenarios/history"
PAST = HISTORY / "calibration.yaml"
SHORT = ("--set", "run.horizon=8 week", "--no-plots", "--replicates", "4")
COMMANDS = {
    "run": ("run", CLAIM, *SHORT),
    "claim": ("claim", CLAIM, *SHORT),
    "compare": ("compare", CLAIM, ROOT / "scenarios/ukraine-2024-11-19.yaml", *SHORT),
    "claims": ("claims", ROOT / "scenarios/claims/C22.yaml", "--replicates", "4"),
    "factorial": ("factorial", *SHORT),
    "dose": ("dose", *SHORT),
    "robustness": ("robustness", "--only", "shipped", *SHORT),
    "sensitivity": ("sensitivity", *SHORT[:3], "--replicates", "50"),
    "check": ("check", HISTORY / "arithmetic.csv", "--replicates", "4"),
    "score": ("score", HISTORY / "front_weekly.csv", "--scenario", HISTORY / "2022-09.yaml", "--origin", "2022-09-06",
              "--replicates", "4"),
    "hindcast": ("hindcast", PAST, "--members", "50", "--out", "out"),
    "calibrate": ("calibrate", PAST, "--members", "50", "--out", "out.csv"),
    "screen": ("screen", PAST, "--replicates", "2", "--out", "out.csv"),
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_worker_that_dies_is_told_as_such_by_every_command(monkeypatch, capsys, tmp_path, command):
    site(tmp_path, monkeypatch, "import os; os.kill(os.getpid(), 9)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["sim", *map(str, COMMANDS[command]), "--jobs", "2"])
    with pytest.raises(SystemExit) as ending:
        front.main()
    lines = capsys.readouterr().err.splitlines(keepends=True)
    told = "".join(line for line in lines if not line.startswith("sim: warning: "))
    assert ending.value.code == 1, told
    assert re.match(r"sim: worker process \d+ \(pid \d+\) was ended from outside \(signal 9, SIGKILL", told)
    assert told.count("\n") == 1
    for folder in re.findall(r"safe in (.*?) - ", told):  # what is called safe is there
        assert Path(folder).is_dir()
    assert command in ("check", "score", "hindcast", "calibrate", "screen") or "same command" in told


RUN = (sys.executable, "-m", "sim", "run", str(CLAIM), "--replicates", "40", "--jobs", "2", "--no-plots", "--out")


def test_a_worker_killed_at_work_is_told_as_such(tmp_path):
    process = start_command([*RUN, str(tmp_path / "out")])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        workers = subprocess.run(["pgrep", "-P", str(process.pid)], text=True, capture_output=True).stdout.split()
        if len(workers) == 2:
            break
    time.sleep(1.0)
    os.kill(int(workers[0]), signal.SIGKILL)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"(pid {workers[0]}) was ended from outside (signal 9, SIGKILL" in told
    assert group_is_gone(process.pid)


@pytest.mark.parametrize("presses", [1, 2])
@pytest.mark.parametrize("after", [0.1, 0.2, 0.4, 0.8, 1.6])
def test_ctrl_c_ends_the_command_quietly_at_any_moment(tmp_path, after, presses):
    process = start_command([*RUN, str(tmp_path / "out")])
    time.sleep(after)
    for _ in range(presses):
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.02)
    _, told = process.communicate(timeout=20)
    if process.returncode != 130:  # Python had not come to the program yet, which takes long on a busy machine
        assert process.returncode in (-signal.SIGINT, 1)
        assert "sim: " not in told
        assert "/sim/" not in told
    else:
        assert "Traceback" not in told
    assert group_is_gone(process.pid)


@pytest.mark.parametrize("whom", ["parent", "group"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_asked_to_end_says_what_is_safe_and_ends_by_that_signal(tmp_path, number, whom):
    process = start_command([*RUN, str(tmp_path / "out")])
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not list((tmp_path / "out").glob("manifest.json")):
        time.sleep(0.05)
    time.sleep(0.3)
    (os.kill if whom == "parent" else os.killpg)(process.pid, number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == -number, told
    assert re.fullmatch(r"sim: stopped; \d+ of \d+ blocks are safe in .* same command again to go on\n", told)
    assert group_is_gone(process.pid)


STUCK = """
    import sys
    from sim.cli import front
    import sim.workflows.run
    def stuck(*_, **__):
        print("here", flush=True)
        while True:
            try:
                import time; time.sleep(60)
            except BaseException:
                pass
    sim.workflows.run.play = stuck
    sys.argv = ["sim", "run", "scenarios/claim.yaml"]
    front.main()
"""


def test_a_second_ctrl_c_ends_even_what_swallows_the_first():
    process = start(STUCK)
    assert process.stdout.readline() == "here\n"
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
    assert process.wait(5) == 130
    process.communicate()


def test_a_command_in_the_background_does_not_hear_ctrl_c():
    script = f"trap '' INT; exec {sys.executable} -m sim validate scenarios/claim.yaml"
    process = start_command(["sh", "-c", script])
    for _ in range(10):
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
