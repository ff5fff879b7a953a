"""Optional libraries: what is missing, and how to install it."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from sim.foundation.errors import UserError

EXTRAS = {"SALib": "sensitivity", "ema_workbench": "sensitivity"}
"""Top package to the extra of ours that installs it."""


def optional(module: str) -> Any:
    """Return a module of an optional library.

    Raises
    ------
    UserError
        If it cannot be imported, with the command that installs the extra.
    """
    package = module.partition(".")[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a library says of its own optional parts is not the user's to read
            return import_module(module)
    except ImportError as error:
        extra = EXTRAS[package]
        message = f"this needs {package} ({error}) - install it with: python -m pip install 'in-concert[{extra}]'"
        raise UserError([message]) from None
