"""The synthetic factory, as a fixture: test modules cannot import each other under importlib mode."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def made() -> ModuleType:
    """Return the module `synthetic` beside this file."""
    path = Path(__file__).parent / "synthetic.py"
    spec = importlib.util.spec_from_file_location("plotting_synthetic", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plotting_synthetic"] = module
    spec.loader.exec_module(module)
    return module
