"""What is made, given, sold and used: the commodities of the books and what fires."""

from __future__ import annotations

KINDS = ("shell", "vehicle", "drone", "interceptor", "long_range_drone", "missile", "money", "other")
"""Kinds of aid, in the order of every axis of kinds."""

NOT_ARMS = ("money", "other")
"""Kinds that no stock of arms holds, so that they cannot be hurried from one."""

WEAPONS = ("shell", "drone", "glide_bomb", "arms")
"""What causes losses, in the order of the fire index; `arms` is direct fire."""

RECORDED = ("shell", "vehicle", "drone", "interceptor", "long_range_drone", "missile", "glide_bomb", "money")
"""Commodities of the record."""

OUTPUT = {
    "shell": "shell_output",
    "drone": "drone_output",
    "vehicle": "vehicle_output",
    "interceptor": "interceptor_output",
    "long_range_drone": "long_range_drone_output",
    "missile": "missile_output",
}
"""Field of a side that says how much it makes a day, by commodity."""
