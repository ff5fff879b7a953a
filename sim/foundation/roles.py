"""The two sides by role: the only way in which code tells them apart; their names are data of a scenario."""

from __future__ import annotations

DEFENDER, ATTACKER = 0, 1
"""Rows of every array with a side axis; the attacker holds the strategic offensive on the first day."""

ROLES = ("defender", "attacker")
"""Names of the roles in the order of their rows."""
