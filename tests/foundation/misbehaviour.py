"""Work for worker processes that ends badly, and programs around it, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

BUSY = """
        first = [workers.submit(wait_here, 0.3) for _ in "ab"]
        for task in first:
            workers.finished([task])
        rest = [workers.submit(wait_here, 60) for _ in "ab"]
        print(*{task.result() for task in first}, flush=True)
        workers.finished(rest)
"""
"""What a program does with a pool of two `workers`: it prints their numbers and waits for them."""


def kill_self(number: int) -> None:
    """End this process by a signal."""
    os.kill(os.getpid(), number)
    time.sleep(60)


def leave(code: int) -> None:
    """End this process without a word to anybody."""
    print("the last word", file=sys.stderr, flush=True)
    os._exit(code)


def wait_here(seconds: float) -> int:
    """Work as long as asked and return the number of this process."""
    time.sleep(seconds)
    return os.getpid()


def start(program: str, *args: str, **options: Any) -> subprocess.Popen[str]:
    """Start a Python program given as text, from the checkout, in a process group of its own that hears Ctrl-C."""
    return start_command([sys.executable, "-c", textwrap.dedent(program), *args], **options)


def start_command(command: Sequence[str], **options: Any) -> subprocess.Popen[str]:
    """Start a command with output kept; signals that this process ignores (in the background, under nohup) are not."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | options.pop("env", {})
    settings: dict[str, Any] = {"cwd": ROOT, "stdin": subprocess.DEVNULL} | options
    # what is handled and not ignored is reset by the exec
    before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGHUP)}
    try:
        return subprocess.Popen(
            command,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            env=env,
            **settings,
        )
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def group_is_gone(leader: int, within: float = 10.0) -> bool:
    """Return whether no process of a group is left, after a short while at most."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def is_gone(pid: int, within: float = 10.0) -> bool:
    """Return whether a process has ended, after a short while at most; a zombie has."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


def parent_and_what_it_prepared() -> tuple[int, int | None]:
    """Return the number of this process's parent, and what a parent has left in `os` that forked it."""
    return os.getppid(), getattr(os, "prepared", None)


def raise_it(error: Exception) -> None:
    """Raise the error given."""
    raise error


def raise_what_cannot_travel() -> None:
    """Raise an error that cannot be pickled."""

    class UnportableError(Exception):
        pass

    raise UnportableError("of a class that nobody can import")
