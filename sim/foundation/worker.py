"""What a worker process runs, and what work may ask for inside one.

The parent writes to the worker's standard input: pieces of shared data, and tasks. The worker answers on its standard
output. Both are taken away from the work itself, whose prints go to standard error. A worker whose parent is gone finds
its input at an end, whatever ended the parent, and leaves.

This module is imported before any other of the program in every worker: it imports nothing heavy.
"""

from __future__ import annotations

import atexit
import os
import pickle
import queue
import signal
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, BinaryIO

from sim.foundation import memory

HELLO = b"\nworker of sim is ready\n"
"""Written by a worker that has started; begins with a line break, as others may have printed before."""

HEADER = struct.Struct("<cQ")  # kind and length of what follows
SHARED, TASK = b"s", b"t"  # to a worker
BEGUN, PROGRESS, RESULT, FAILED = b"b", b"p", b"r", b"f"  # from a worker
AMOUNT = struct.Struct("<d")

_LEAVING = 2.0  # s that work in progress gets when the parent is gone
_PAUSE = 0.1  # s between two reports of progress


def write_frame(stream: BinaryIO, kind: bytes, content: bytes) -> None:
    """Write one message."""
    stream.write(HEADER.pack(kind, len(content)))
    stream.write(content)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[bytes, bytes]:
    """Return kind and content of the next message.

    Raises
    ------
    EOFError
        If the other side is gone.
    """
    kind, length = HEADER.unpack(_exactly(stream, HEADER.size))
    return kind, _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


class _Line:
    """The way back to the parent; in a process that is no worker there is none."""

    def __init__(self, stream: BinaryIO | None = None) -> None:
        self.stream = stream
        self.listener: Callable[[float], object] | None = None
        self.unreported = 0.0
        self.reported_at = 0.0

    def report_progress(self) -> None:
        """Report what has not been reported."""
        if self.stream is not None and self.unreported:
            write_frame(self.stream, PROGRESS, AMOUNT.pack(self.unreported))
        if self.listener is not None and self.unreported:
            self.listener(self.unreported)
        self.unreported, self.reported_at = 0.0, time.monotonic()


_line = _Line()
_pickled: list[bytes] = []


def advance(amount: float) -> None:
    """Report that the task under way has come on by `amount`; outside a worker nothing happens."""
    _line.unreported += amount
    if time.monotonic() - _line.reported_at >= _PAUSE:
        _line.report_progress()


@contextmanager
def listening(listener: Callable[[float], object]) -> Iterator[None]:
    """Tell `listener`, in this process, what the work in the `with` block reports by `advance`."""
    before, _line.listener = _line.listener, listener
    try:
        yield
    finally:
        _line.report_progress()
        _line.listener = before


@cache
def shared(number: int) -> Any:
    """Return the shared value that the parent sent as the `number`-th."""
    return pickle.loads(_pickled[number])


def spawn_main() -> None:
    """Carry out the parent's tasks until there are no more; the name is the one multiprocessing uses for this."""
    memory.set_up_process()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    inward, outward = _take_standard_streams()
    _line.stream = outward
    outward.write(HELLO)
    outward.flush()
    tasks: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(inward, tasks), daemon=True).start()
    try:
        while (task := tasks.get()) is not None:
            _carry_out(task, outward)
    except BrokenPipeError:  # the parent is gone
        os._exit(1)
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # the parent waits, and to take all modules apart takes as long as half a figure


def _take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the streams from and to the parent; what the work prints goes to standard error, and it reads nothing."""
    sys.stdout.flush()
    inward, outward = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return inward, outward


def _receive(inward: BinaryIO, tasks: queue.SimpleQueue[bytes | None]) -> None:
    """Take in all that the parent sends, so that it never waits for the work; leave with it."""
    try:
        while True:
            kind, content = read_frame(inward)
            if kind == SHARED:
                _pickled.append(content)
            else:
                tasks.put(content)
    except (EOFError, OSError):
        tasks.put(None)
        time.sleep(_LEAVING)  # a worker without work ends now, in an orderly way
        os._exit(1)


def _carry_out(task: bytes, outward: BinaryIO) -> None:
    try:
        work, args = pickle.loads(task)
        write_frame(outward, BEGUN, b"")
        kind, answer = RESULT, pickle.dumps(work(*args), pickle.HIGHEST_PROTOCOL)
    except BrokenPipeError:
        raise
    except BaseException as error:
        kind, answer = FAILED, _pickle_error(error)
    _line.report_progress()
    write_frame(outward, kind, answer)


def _pickle_error(error: BaseException) -> bytes:
    """Return an error with its traceback as a note; one that cannot be pickled is described in words."""
    text = "".join(traceback.format_exception(error))
    try:
        error.add_note(f"in a worker process:\n{text}")
        pickled = pickle.dumps(error)
        pickle.loads(pickled)
    except Exception:
        return pickle.dumps(RuntimeError(f"{type(error).__name__} in a worker process:\n{text}"))
    return pickled
