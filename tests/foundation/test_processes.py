"""Workers are forks of a command where that is safe: they have what it imported, and nothing that is its own to end."""

import os
import signal
import subprocess
import sys

import pytest

from sim.foundation import processes
from sim.foundation.workers import pool
from tests.foundation.misbehaviour import BUSY, group_is_gone, is_gone, start

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="this system does not tell its threads")

HEAD = """
import atexit, os, sys, threading
from sim.foundation import interrupts
from sim.foundation.executor import in_order
from sim.foundation.workers import pool
from tests.foundation.misbehaviour import kill_self, leave, parent_and_what_it_prepared, wait_here

def prepare():
    os.prepared = os.getpid()

atexit.register(lambda: print("the parent's own end", flush=True))
"""


def output(program: str) -> tuple[str, str, int]:
    """Return what a program prints, what it says of trouble, and its exit code."""
    process = start(HEAD + program)
    said, trouble = process.communicate(timeout=60)
    assert group_is_gone(process.pid)
    return said, trouble, process.returncode


def test_all_workers_of_a_command_are_forks_that_have_its_imports() -> None:
    said, trouble, code = output("""
with interrupts.of_command():
    with pool(3, prepare=prepare) as workers:
        big = workers.share(list(range(100_000)))
        found = {task: 0 for task in [workers.submit(parent_and_what_it_prepared) for _ in range(6)]}
        print({(os.getpid(), os.getpid())} == set(in_order(workers, found)))
        print(list(in_order(workers, [workers.submit(sum, big), workers.submit(print, "aside")])))
""")
    assert (said, code) == ("True\n[4999950000, None]\nthe parent's own end\n", 0)
    assert trouble == "aside\n"


def test_what_a_fork_raises_and_how_it_dies_is_told_as_of_any_worker() -> None:
    said, _, code = output("""
with interrupts.of_command():
    try:
        with pool(1, prepare=prepare) as workers:
            for task in [workers.submit(int, "x"), workers.submit(kill_self, 9)]:
                workers.finished([task])
                print(type(task.exception()).__name__, task.exception())
    except Exception as error:
        print(error)
""")
    first, second, end = said.splitlines()
    assert first.startswith("ValueError invalid literal")
    assert second.startswith("WorkerError worker process 1 (pid ")
    assert second.endswith("was ended from outside (signal 9, SIGKILL, most likely for want of memory)")
    assert (end, code) == ("the parent's own end", 0)


@pytest.mark.parametrize(
    ("why", "program"),
    [
        ("another thread", "threading.Thread(target=threading.Event().wait, daemon=True).start()"),
        ("a closed stream", "sys.stdin = None"),
    ],
)
def test_where_a_fork_is_not_safe_workers_are_fresh(why, program) -> None:
    said, _, code = output(f"""
with interrupts.of_command():
    {program}
    with pool(1, prepare=prepare) as workers:
        print(list(in_order(workers, [workers.submit(parent_and_what_it_prepared)])) == [(os.getpid(), None)])
""")
    assert (said, code) == ("True\nthe parent's own end\n", 0), why


def test_a_caller_that_is_no_command_is_never_forked() -> None:
    assert not processes.may_fork()
    with pool(1, prepare=lambda: pytest.fail("prepared in vain")) as workers:
        task = workers.submit(os.getppid)
        assert workers.finished([task])
        assert task.result() == os.getpid()


def test_the_last_words_of_a_fork_are_told() -> None:
    said, _, code = output("""
with interrupts.of_command():
    try:
        with pool(1, prepare=prepare) as workers:
            workers.finished([workers.submit(leave, 3)])
            workers.finished([workers.submit(leave, 3)])
    except Exception as error:
        print(error)
""")
    assert "ended by itself (exit code 3); its last words: the last word" in said
    assert code == 0


def test_text_that_no_encoding_holds_ends_no_fork() -> None:
    _, trouble, code = output(r"""
with interrupts.of_command():
    with pool(1, prepare=prepare) as workers:
        list(in_order(workers, [workers.submit(print, "a file \udce9")]))
""")
    assert (trouble, code) == ("a file \\udce9\n", 0)


def test_where_the_system_keeps_no_account_of_children_nothing_hangs() -> None:
    said, _, code = output("""
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
with interrupts.of_command():
    try:
        with pool(1, prepare=prepare) as workers:
            workers.finished([workers.submit(kill_self, 9)])
            workers.finished([workers.submit(abs, -1)])
    except Exception as error:
        print(error)
""")
    assert "worker process 1 (pid " in said
    assert "ended" in said
    assert code == 0


def test_what_cannot_be_prepared_is_left_to_who_needs_it() -> None:
    said, _, code = output("""
def broken():
    raise ImportError("a library is broken")
with interrupts.of_command():
    with pool(2, prepare=broken) as workers:
        print(list(in_order(workers, [workers.submit(abs, -1)])))
""")
    assert (said, code) == ("[1]\nthe parent's own end\n", 0)


@pytest.mark.parametrize("most", [40, 64, 100])
def test_forks_leave_descriptors_to_the_command(most) -> None:
    said, _, code = output(f"""
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, ({most}, {most}))
with interrupts.of_command():
    with pool(60, prepare=prepare) as workers:
        print(list(in_order(workers, [workers.submit(abs, -n) for n in range(9 if {most} > 40 else 1)])))
        files = [open(os.devnull) for _ in range(20)]
""")
    assert (said, code) == (f"{[*range(9 if most > 40 else 1)]}\nthe parent's own end\n", 0)


def test_forks_under_nohup_stay_deaf_to_the_terminals_end() -> None:
    process = start(
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        + HEAD
        + """
with interrupts.of_command():
    with pool(1, prepare=prepare) as workers:
        (pid,) = in_order(workers, [workers.submit(wait_here, 0.0)])
        os.kill(pid, signal.SIGHUP)
        print(list(in_order(workers, [workers.submit(wait_here, 0.2)])) == [pid])
"""
    )
    said, _ = process.communicate(timeout=60)
    assert said == "True\nthe parent's own end\n"


def test_a_command_has_a_single_thread_when_it_has_imported_all() -> None:
    program = """
from sim.foundation import interrupts, memory, processes
memory.set_up_process()
from sim.workflows.helpers import _import
_import()
with interrupts.of_command():
    print(processes.may_fork())
"""
    process = start(program)
    said, trouble = process.communicate(timeout=60)
    assert said == "True\n", trouble


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_forks_do_not_outlive_a_command_that_is_ended(number) -> None:
    process = start(
        HEAD
        + """
with interrupts.of_command():
    with pool(2, prepare=prepare) as workers:"""
        + BUSY
    )
    pids = [int(word) for word in process.stdout.readline().split()]
    assert len(pids) == 2
    process.send_signal(number)
    process.wait(20)
    assert all(is_gone(pid) for pid in pids)
    process.communicate()


IMPORTED = """
import gc
from sim.foundation import memory
memory.set_up_process()
with memory.importing():
    print(gc.isenabled(), end=" ")
    import json
print(gc.isenabled(), gc.get_freeze_count() > 1000)
"""


def test_what_is_imported_is_never_looked_through_again() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    assert done.stdout == "False True True\n"


THREADS = """
import os
from sim.foundation import memory
memory.set_up_process()
import numpy
print(len(os.listdir("/proc/self/task")))
"""


def test_libraries_of_a_command_start_no_threads() -> None:
    env = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=True, env=env)
    assert done.stdout == "1\n"
