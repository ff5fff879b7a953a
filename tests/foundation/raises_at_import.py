"""A module that cannot be imported in a worker process."""

import sys

if "spawn_main" in " ".join(sys.orig_argv):
    raise ImportError("a library of this module is missing")


def work() -> None:
    """Do nothing."""
