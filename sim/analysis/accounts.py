"""Which study wrote an account: each is known by keys that it alone has."""

from __future__ import annotations

from typing import Any

KEYS: dict[str, tuple[str, ...]] = {
    "factorial": ("factors", "outcomes"),
    "doses": ("curves", "outcomes"),
    "robustness": ("variants", "thresholds"),
    "sensitivity": ("joint_halt", "inputs"),
    "hindcast": ("run", "as expected"),
    "calibration": ("draws_sha256", "misfit"),
    "rank_test": ("tests", "parameters", "dispersion"),
    "donors": ("game", "parts", "cells"),
    "optimise": ("budget_gusd", "packages"),
}
"""By kind of study, keys of its account."""

KEYS_OF_ROWS: dict[str, tuple[str, ...]] = {
    "controls": ("name", "expected", "effect_km2", "holds"),
    "agents": ("agent", "label", "ground_pct", "decides"),
    "claims": ("id", "verdict", "estimate", "threshold"),
}
"""By kind of study whose account is a list, keys of each of its rows."""


def kind_of(account: Any) -> str | None:
    """Return the kind of study whose account this is, as ``--json`` prints it; None for anything else."""
    if isinstance(account, list):
        rows = account if account and all(isinstance(one, dict) for one in account) else []
        found = (kind for kind, keys in KEYS_OF_ROWS.items() if rows and all(set(keys) <= one.keys() for one in rows))
        return next(found, None)
    if not isinstance(account, dict):
        return None
    return next((kind for kind, keys in KEYS.items() if set(keys) <= account.keys()), None)
