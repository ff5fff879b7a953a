"""Worker processes end with their parent and never hang it; Ctrl-C reaches their owner where it is safe."""

import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from sim.foundation import interrupts
from sim.foundation.errors import Fault, MachineError, UserError
from sim.foundation.executor import WorkerError, in_order
from sim.foundation.worker import advance
from sim.foundation.workers import pool
from tests.foundation import misbehaviour, raises_at_import
from tests.foundation.misbehaviour import BUSY, ROOT, group_is_gone, is_gone, start


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)  # long enough for Python to run its handler


@pytest.fixture(autouse=True)
def ctrl_c_is_heard():
    """Let Ctrl-C be heard even where the tests run in the background of a shell, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


# -- what it is for -------------------------------------------------------------


def test_results_come_in_the_order_of_their_tasks() -> None:
    with pool(2) as workers:
        tasks = [workers.submit(time.sleep, 0.2), *(workers.submit(abs, -n) for n in range(5))]
        assert list(in_order(workers, tasks)) == [None, 0, 1, 2, 3, 4]
        assert workers.finished([]) == set()


def test_patience_ends_without_a_result() -> None:
    with pool(1) as workers:
        task = workers.submit(time.sleep, 2)
        began = time.monotonic()
        assert workers.finished([task], 0.3) == set()
        assert time.monotonic() - began < 2
        assert workers.finished([task]) == {task}


def test_shared_values_of_any_size_arrive_as_they_are() -> None:
    big, small = np.arange(1_000_000.0), {"a": [1, 2]}
    with pool(2) as workers:
        first, second = workers.share(big), workers.share(small)
        sums = [workers.submit(np.sum, first), workers.submit(len, second), workers.submit(np.sum, first)]
        assert list(in_order(workers, sums)) == [big.sum(), 1, big.sum()]
        third = workers.share(big[::-1])  # after the workers began
        np.testing.assert_array_equal(*[*in_order(workers, [workers.submit(np.copy, third)]), big[::-1]])


def test_progress_is_summed_over_workers() -> None:
    with pool(2) as workers:
        list(in_order(workers, [workers.submit(advance, amount) for amount in (1.0, 2.5, 4.0)]))
        assert workers.progress == 7.5
    advance(1.0)  # in a process that is no worker it is nothing


def test_this_process_works_too_where_it_may() -> None:
    with pool(1, here=True) as workers:
        workers.submit(time.sleep, 1.0)  # what nobody waits for is left to the worker
        assert list(in_order(workers, [workers.submit(os.getpid) for _ in range(3)])) == [os.getpid()] * 3
    with pool(1) as workers:
        assert os.getpid() not in set(in_order(workers, [workers.submit(os.getpid) for _ in range(9)]))


def test_shared_values_and_errors_are_the_same_in_this_process() -> None:
    with pool(1, here=True) as workers:
        value = workers.share({"a": [1, 2]})
        workers.submit(time.sleep, 1.0)
        assert list(in_order(workers, [workers.submit(len, value) for _ in range(3)])) == [1, 1, 1]
        failing = workers.submit(len, 1)
        workers.finished([failing])
        assert isinstance(failing.exception(), TypeError)


def test_progress_of_a_piece_of_work_begins_at_zero_and_is_told_meanwhile() -> None:
    with pool(1, here=True) as workers:
        list(in_order(workers, [workers.submit(advance, amount) for amount in (1.0, 2.5)]))
        heard: list[float] = []
        with workers.piece(heard.append) as piece:
            assert piece.progress == 0.0
            piece.submit(time.sleep, 1.0)
            list(in_order(piece, [piece.submit(advance, 1.0) for _ in range(3)]))
            assert piece.progress == 3.0
        assert workers.progress == 6.5
        assert heard
        assert heard == sorted(heard)
        assert heard[-1] <= 3.0


def test_errors_of_the_work_come_back_as_they_are() -> None:
    def failing(work, *args):
        with pool(1) as workers:
            return list(in_order(workers, [workers.submit(work, *args)]))

    with pytest.raises(ValueError, match="math domain") as caught:
        failing(math.sqrt, -1.0)
    assert "in a worker process" in caught.value.__notes__[0]
    with pytest.raises(UserError) as told:
        failing(misbehaviour.raise_it, UserError([Fault("wrong", "a.yaml", 3, 4), "also wrong"]))
    assert [str(fault) for fault in told.value.faults] == ["a.yaml:3:4: wrong", "also wrong"]
    with pytest.raises(RuntimeError, match="UnportableError in a worker process"):
        failing(misbehaviour.raise_what_cannot_travel)
    with pytest.raises(ImportError, match="a library of this module is missing"):
        failing(raises_at_import.work)


def test_what_work_prints_disturbs_nothing(capfd) -> None:
    with pool(1) as workers:
        assert list(in_order(workers, [workers.submit(print, "hello"), workers.submit(abs, -1)])) == [None, 1]
    assert "hello" in capfd.readouterr().err


# -- workers that are lost ------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGKILL, r"was ended from outside \(signal 9, SIGKILL, most likely for want of memory\)"),
        (signal.SIGTERM, r"was ended from outside \(signal 15, SIGTERM\)"),
        (signal.SIGSEGV, r"crashed \(signal 11, SIGSEGV\)"),
    ],
)
def test_a_worker_ended_by_a_signal_is_named(number, words) -> None:
    with pytest.raises(WorkerError, match=rf"worker process \d+ \(pid \d+\) {words}"), pool(2) as workers:
        list(
            in_order(workers, [workers.submit(abs, 1), *(workers.submit(misbehaviour.kill_self, number) for _ in "ab")])
        )


def test_a_worker_that_leaves_is_named_with_its_last_words() -> None:
    words = r"ended by itself \(exit code 3\); its last words: the last word$"
    with pytest.raises(WorkerError, match=words), pool(1) as workers:
        list(in_order(workers, [workers.submit(misbehaviour.leave, 3)]))


def test_tasks_of_a_lost_worker_fail_and_new_ones_are_refused() -> None:
    with pytest.raises(WorkerError, match="signal 9"), pool(1) as workers:  # noqa: PT012
        tasks = [workers.submit(misbehaviour.kill_self, signal.SIGKILL), *(workers.submit(abs, 1) for _ in range(3))]
        while len(done := workers.finished(tasks)) < len(tasks):
            time.sleep(0.01)
        assert all(isinstance(task.exception(), WorkerError) for task in done)
        workers.submit(abs, 1)


def test_what_others_finished_is_not_lost_with_a_worker() -> None:
    with pytest.raises(WorkerError), pool(2) as workers:  # noqa: PT012
        good = workers.submit(misbehaviour.wait_here, 1.0)
        workers.finished([workers.submit(misbehaviour.kill_self, signal.SIGKILL)])
        assert workers.finished([good]) == {good}
        assert good.result() > 0
        workers.submit(abs, 1)


def site(tmp_path, monkeypatch, text: str) -> None:
    """Let every worker run `text` while its interpreter starts."""
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nif 'spawn_main' in ' '.join(sys.orig_argv):\n    {text}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import os; os._exit(9)", r"ended by itself \(exit code 9\)"),
        ("import os; os.kill(os.getpid(), 9)", r"was ended from outside \(signal 9"),
        ("print('no library', file=sys.stderr, flush=True); import os; os._exit(1)", "last words: no library"),
        ("sys.modules['sim'] = None", "last words: ModuleNotFoundError: .*'sim' is not a package$"),
    ],
)
def test_a_worker_that_dies_while_it_starts_is_named_at_once(tmp_path, monkeypatch, text, words) -> None:
    site(tmp_path, monkeypatch, text)
    began = time.monotonic()
    with pytest.raises(WorkerError, match=words), pool(2) as workers:  # noqa: PT012
        big = workers.share(bytes(5_000_000))  # far more than a pipe holds
        list(in_order(workers, [workers.submit(len, big) for _ in range(3)]))
    assert time.monotonic() - began < 20


def test_a_worker_that_hangs_while_it_starts_is_ended(tmp_path, monkeypatch) -> None:
    site(tmp_path, monkeypatch, "import time; time.sleep(1000)")
    with (
        pytest.raises(WorkerError, match=r"was not ready after 1 s and was ended"),
        pool(2, start_timeout=1.0) as workers,
    ):
        list(in_order(workers, [workers.submit(len, workers.share(bytes(5_000_000)))]))


def test_a_worker_that_prints_while_it_starts_is_understood(tmp_path, monkeypatch) -> None:
    site(tmp_path, monkeypatch, "print('welcome', end='', flush=True)")
    with pool(1) as workers:
        assert list(in_order(workers, [workers.submit(abs, -1)])) == [1]


def test_want_of_processes_is_a_message(monkeypatch) -> None:
    monkeypatch.setattr("sim.foundation.processes.get_executable", lambda: "/nowhere/python")
    with pytest.raises(MachineError, match="cannot start a worker process: No such file"), pool(1) as workers:
        workers.submit(abs, -1)


# -- Ctrl-C ---------------------------------------------------------------------


def interrupted(moment: str) -> None:
    with pool(1) as workers:
        task = workers.submit(abs, -1)
        press_ctrl_c()
        print("nothing is raised before")
        if moment == "hands out":
            workers.submit(abs, -1)
            print("too late")
        elif moment == "waits":
            workers.finished([task])
            print("too late")


@pytest.mark.parametrize("moment", ["hands out", "waits", "leaves"])
def test_ctrl_c_is_heard_where_it_is_safe(moment: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(moment)
    assert capsys.readouterr().out == "nothing is raised before\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_ctrl_c_is_raised_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), pool(1) as workers:  # noqa: PT012
        workers.submit(time.sleep, 60)
        press_ctrl_c()
        press_ctrl_c()
        pytest.fail("the second was held back")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_is_done_beside_a_pool_hears_ctrl_c_at_once() -> None:
    """Also where it opens a pool of its own; the worker with a task of a minute is ended."""
    with pytest.raises(KeyboardInterrupt), pool(1) as workers:  # noqa: PT012
        workers.submit(time.sleep, 60)
        with interrupts.released():
            with pool(1) as others:
                assert list(in_order(others, [others.submit(abs, -1)])) == [1]
            press_ctrl_c()
            pytest.fail("it was held back")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_work_that_this_process_does_for_a_pool_hears_ctrl_c_at_once() -> None:
    with pytest.raises(KeyboardInterrupt), pool(1, here=True) as workers:  # noqa: PT012
        workers.submit(time.sleep, 60)
        workers.finished([workers.submit(press_and_wait)])
        pytest.fail("it was held back")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def press_and_wait() -> None:
    press_ctrl_c()
    pytest.fail("it was held back")


def test_ctrl_c_pressed_before_is_raised_where_it_is_let_through() -> None:
    with pytest.raises(KeyboardInterrupt), pool(1):  # noqa: PT012
        press_ctrl_c()
        with interrupts.released():
            pytest.fail("it was forgotten")


def test_another_handler_stands() -> None:
    heard = []
    signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    with pool(1) as workers:
        press_ctrl_c()
        assert list(in_order(workers, [workers.submit(abs, -1)])) == [1]
    assert heard == [1]


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with pool(1) as workers:
        press_ctrl_c()
        assert list(in_order(workers, [workers.submit(abs, -1)])) == [1]
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


# -- programs around a pool -----------------------------------------------------

PLAIN_POOL = """
    from sim.foundation.workers import pool
    from tests.foundation.misbehaviour import wait_here
    with pool(2) as workers:"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_workers_do_not_outlive_a_parent_that_is_ended(number) -> None:
    process = start(PLAIN_POOL + BUSY)
    pids = [int(word) for word in process.stdout.readline().split()]
    assert pids
    process.send_signal(number)
    assert process.wait(20) == -number
    assert all(is_gone(pid) for pid in pids)
    process.communicate()


def test_ctrl_c_in_a_terminal_ends_the_workers_too() -> None:
    process = start(PLAIN_POOL + BUSY)
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    _, trouble = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT, trouble  # Python's own ending for KeyboardInterrupt
    assert trouble.count("Traceback") == 1  # the script's, and no worker's
    assert group_is_gone(process.pid)


PLAIN = """
from concurrent.futures import wait
import sys
from sim.foundation.workers import pool
from sim.foundation.executor import in_order
print("once")
with pool(2) as workers:
    print(sum(in_order(workers, [workers.submit(abs, -n) for n in range(4)])))
"""


@pytest.mark.parametrize("how", ["script", "stdin", "-c", "forkserver", "daemon"])
def test_a_program_without_a_main_guard_works_however_it_is_started(tmp_path, how) -> None:
    script = tmp_path / "program.py"
    script.write_text(PLAIN)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = {
        "script": [str(script)],
        "stdin": ["-"],
        "-c": ["-c", PLAIN],
        "forkserver": ["-c", "import multiprocessing as m; m.set_start_method('forkserver')\n" + PLAIN],
        "daemon": [
            "-c",
            "import multiprocessing as m, runpy\n"
            "if __name__ == '__main__':\n"
            f"    p = m.get_context('spawn').Process(target=runpy.run_path, args=({str(script)!r},), daemon=True)\n"
            "    p.start(); p.join(60)\n",
        ],
    }[how]
    done = subprocess.run(
        [sys.executable, *command], input=PLAIN, text=True, capture_output=True, cwd=tmp_path, env=env, timeout=60
    )
    assert (done.stdout, done.stderr) == ("once\n6\n", "")
