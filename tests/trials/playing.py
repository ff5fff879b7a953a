"""The command under trial, played in small blocks in a process of its own, and what is demanded of each of its ends."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sim
from tests.foundation.misbehaviour import ROOT, group_is_gone, start
from tests.trials.common import Trouble

PATIENCE = 120.0  # s after which a program counts as hanging
BLOCKS = """
    import signal, sys
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while this script imports, what the command itself guards against
    from sim.experiment import design as designs, run as runs
    runs.design = lambda scenario, jobs: designs.design(scenario, jobs, lanes_at_once=2 * len(scenario.arms))
"""
WAR = f"""
    {BLOCKS}
    from sim.cli import front
    sys.argv[0] = "sim"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    front.main()
"""
"""The command as it is, but for blocks of two replicates."""

STAND_IN = f"""
    {BLOCKS}
    from pathlib import Path
    import sim.cli.app
    from sim.cli import front
    from tests.experiment import fakes

    def app(prog_name):
        from sim.foundation.errors import Stopped
        given = dict(zip(sys.argv[-4::2], sys.argv[-3::2]))
        try:
            runs.run(fakes.scenario(replicates=12), Path(given["--out"]), jobs=int(given["--jobs"]),
                     play=fakes.play_at_leisure, draw=fakes.fake_draw)
        except runs.Interrupted as stopped:
            raise Stopped(str(stopped)) from None
        raise SystemExit(0)

    sim.cli.app.app = app
    sys.argv[0] = "sim"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    front.main()
"""
"""The way that the command takes, with a made-up war that costs no computing."""

ASKED = (
    "run", str(ROOT / "scenarios/claim.yaml"), "--replicates", "12", "--set", "run.horizon=12 week", "--no-plots", "--quiet",
)  # fmt: skip


def measured_with(program: str) -> None:
    """Make trials with `program`, `WAR` or `STAND_IN`, and forget what was measured of another."""
    global _program
    _program = program
    undisturbed.cache_clear()
    duration.cache_clear()


_program = WAR


@dataclass
class Played:
    """A command that is being played.

    Parameters
    ----------
    folder : Path
        Gets `out`, the result, and `tmp`, the folder for temporary files.
    jobs : int
    prepare : callable, optional
        Called in the new process before the program.
    """

    folder: Path
    jobs: int = 2
    prepare: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.tmp = self.folder / "tmp"
        self.tmp.mkdir(exist_ok=True)
        self.began = time.monotonic()
        self.process: subprocess.Popen[str] = start(
            _program, *ASKED, "--jobs", str(self.jobs), "--out", str(self.folder / "out"),
            env={"TMPDIR": str(self.tmp)}, preexec_fn=self.prepare,
        )  # fmt: skip

    def workers(self) -> list[int]:
        """Return the process ids of its workers."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return [int(word) for word in path.read_text().split()]
        except (OSError, ValueError):
            return []

    def ended(self) -> tuple[int, str]:
        """Wait for the end; return the exit code and what was written to standard error.

        Raises
        ------
        Trouble
            If it hangs, leaves processes or temporary files, or shows a traceback.
        """
        try:
            _, told = self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            raise Trouble(f"it hangs, {PATIENCE:g} s") from None
        if not group_is_gone(self.process.pid, 20):
            os.killpg(self.process.pid, signal.SIGKILL)
            raise Trouble("processes are left")
        if left := [one.name for one in self.tmp.iterdir()]:
            raise Trouble(f"left in the folder for temporary files: {', '.join(left)}")
        own = "/sim/" in told or "sim: " in told  # else Python had not come to the program
        if ("Traceback" in told and own) or "fault of the program" in told:
            raise Trouble(f"a traceback or an apology: {told}")
        return self.process.returncode, told


def demand_the_same(folder: Path) -> None:
    """Give the command again in `folder` and compare its result with that of an undisturbed play, bit for bit."""
    code, told = Played(folder).ended()
    if code != 0:
        raise Trouble(f"the same command again ends with {code}: {told}")
    again = sim.load(folder / "out").data.load()
    if not again.assign_attrs(folder="", command="").identical(undisturbed()[0]):
        raise Trouble("the result is another than that of an undisturbed play")


@cache
def undisturbed() -> tuple[Any, tuple[int, ...]]:
    """Return the result of an undisturbed play in one process, and the sizes of its files."""
    with tempfile.TemporaryDirectory(prefix="trial-undisturbed-") as folder:
        code, told = Played(Path(folder), jobs=1).ended()
        if code:
            raise Trouble(f"the undisturbed play ends with {code}: {told}")
        out = Path(folder) / "out"
        sizes = tuple(one.stat().st_size for one in out.rglob("*") if one.is_file())
        return sim.load(out).data.load().assign_attrs(folder="", command=""), sizes


@cache
def duration() -> float:
    """Return the seconds that an undisturbed play with workers takes."""
    with tempfile.TemporaryDirectory(prefix="trial-duration-") as folder:
        played = Played(Path(folder))
        played.ended()
        return time.monotonic() - played.began


def without_core_dumps() -> None:
    """Let no process that is started from here write its memory to the disk when it crashes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


if sys.platform != "linux":
    raise ImportError("trials with processes look into /proc")
