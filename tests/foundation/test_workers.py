"""Ctrl-C reaches the owner of a pool where it is safe, and nowhere else."""

import os
import signal
import time

import pytest

from sim.foundation.workers import in_order, pool


def press_ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)  # long enough for Python to run its handler


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


def interrupted(moment: str) -> None:
    with pool(1) as workers:
        task = workers.submit(abs, -1)
        press_ctrl_c()
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


def test_another_handler_stands() -> None:
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with pool(1) as workers:
            press_ctrl_c()
            assert list(in_order(workers, [workers.submit(abs, -1)])) == [1]
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [1]
