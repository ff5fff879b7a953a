"""Spans of time that the model steps by, in days."""

from __future__ import annotations

WEEK = 7
FOUR_WEEKS = 28
YEAR = 365.25
MONTH = YEAR / 12.0
"""The unit month of the file boundary."""
