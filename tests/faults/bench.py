"""Run tests on a copy of the program in a process of its own.

The heavy libraries are loaded once by a server, which forks for each run; where there is no safe fork, each run is a new
interpreter. Run as a script it is that server: a request a line on standard input, an answer a line on standard output.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("sim", "tests", "scenarios", "benchmarks")
FORKS = sys.platform == "linux"
LONGEST = 600  # seconds; a broken model may never end


def copy(target: Path) -> Path:
    """Copy what tests need of the program to `target`; compiled files too, so that only what changes is compiled."""
    for room in COPIED:
        shutil.copytree(ROOT / room, target / room, ignore=shutil.ignore_patterns("faults"))
    shutil.copy2(ROOT / "pyproject.toml", target)
    return target


class Bench:
    """The server, seen from a test.

    Parameters
    ----------
    claim : Path
        The claim's scenario, read before and pickled: reading it is most of what a short test of the world costs.
    """

    def __init__(self, claim: Path) -> None:
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
        one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        self._env = plain | one | {"CI": "1", "CLAIM_READ_BEFORE": str(claim)}
        self._server: subprocess.Popen[str] | None = None

    def outcomes(self, root: Path, checks: tuple[str, ...]) -> dict[str, str]:
        """Return {test: passed, failed, error or skipped} of every test of `checks`, run in the copy at `root`."""
        request = json.dumps({"root": str(root), "checks": list(checks)})
        if not FORKS:
            command = [sys.executable, __file__, "--once"]
            done = subprocess.run(
                command, input=request, env=self._env, capture_output=True, text=True, timeout=LONGEST
            )
            return json.loads(done.stdout.splitlines()[-1])
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, __file__], env=self._env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._server.stdin
        assert self._server.stdout
        self._server.stdin.write(request + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.communicate()


class Outcomes:
    """A pytest plugin that notes how each test ended; a failure to set up or to collect is an error, not a failure."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.caught: set[str] = set()

    def pytest_runtest_setup(self, item) -> None:
        """Pass over the further cases of a test of which one has failed: it has noticed."""
        import pytest

        if item.nodeid.partition("[")[0] in self.caught:
            pytest.skip("another case has failed")

    def pytest_runtest_logreport(self, report) -> None:
        if report.when == "call" or report.outcome != "passed":
            wrong = "failed" if report.when == "call" else "error"
            self.found[report.nodeid] = wrong if report.outcome == "failed" else report.outcome
            if self.found[report.nodeid] == "failed":
                self.caught.add(report.nodeid.partition("[")[0])

    def pytest_collectreport(self, report) -> None:
        if report.outcome == "failed":
            self.found[report.nodeid] = "error"


def run(root: str, checks: list[str]) -> dict[str, str]:
    """Run the tests in this process; it cannot be used for another copy afterwards."""
    import pytest

    os.chdir(root)
    here = Path(__file__).parent.resolve()
    sys.path[:] = [root, *(entry for entry in sys.path if entry and Path(entry).resolve() not in (here, ROOT))]
    os.environ["PYTHONPATH"] = root
    outcomes = Outcomes()
    options = ["-q", "--rootdir", root, "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "--tb=no"]
    pytest.main([*options, "--import-mode=importlib", *checks], plugins=[outcomes])
    return outcomes.found


def in_a_fork(root: str, checks: list[str]) -> dict[str, str]:
    """Run the tests in a child and return what it found."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(LONGEST)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        found = {}
        try:
            found = run(root, checks)
        finally:
            with os.fdopen(writing, "w") as answer:
                json.dump(found, answer)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text or "{}")


def serve() -> None:
    """Answer requests until standard input ends."""
    import hypothesis
    import hypothesis.extra.numpy
    import mesa
    import pydantic
    import pytest
    import ruamel.yaml
    import scipy.stats
    import scoringrules
    import xarray
    import zarr

    assert all((hypothesis, mesa, pydantic, pytest, ruamel.yaml, scipy.stats, scoringrules, xarray, zarr))
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(in_a_fork(request["root"], request["checks"])), flush=True)


if __name__ == "__main__":
    if "--once" in sys.argv:
        wanted = json.load(sys.stdin)
        answer = sys.stdout
        sys.stdout = sys.stderr
        print(json.dumps(run(wanted["root"], wanted["checks"])), file=answer)
    else:
        serve()
