"""Optional libraries: what is missing, and how to install it."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from sim.foundation.errors import MachineError, UserError

EXTRAS = {
    "SALib": "sensitivity",
    "ema_workbench": "sensitivity",
    "pandas": "sensitivity",
    "pyarrow": "export",
    "h5netcdf": "export",
    "solara": "view",
    "uvicorn": "view",
    "distributed": "cluster",
}
"""Top package to the extra of ours that installs it."""


def optional(module: str) -> Any:
    """Return a module of an optional library.

    Raises
    ------
    UserError
        If it is not installed, with the command that installs the extra.
    MachineError
        If it is installed and cannot be imported.
    """
    package = module.partition(".")[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a library says of its own optional parts is not the user's to read
            return import_module(module)
    except Exception as error:
        missing = isinstance(error, ModuleNotFoundError) and str(error.name).partition(".")[0] == package
        if not missing:
            raise MachineError(f"{package} cannot be used ({type(error).__name__}: {error})") from error
        extra = EXTRAS[package]
        message = f"this needs {package} ({error}) - install it with: python -m pip install 'in-concert[{extra}]'"
        raise UserError([message]) from None
