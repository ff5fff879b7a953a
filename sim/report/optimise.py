"""The best package under a budget, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.foundation.format import format_interval
from sim.report.screen import Screen, Table


def screen(found: Mapping[str, Any]) -> Screen:
    """Return the table of the ways to spend that were verified, best first."""
    gain = "kept, km2" if found["for"] == "ground" else "not killed,\npeople"
    head = ("way to spend", "bn $", gain, "delivered by the\nend, bn $", "what it is")
    rows = [
        (one["arm"], f"{one['spent_gusd']:.2f}", format_interval(one["gain"], signed=True).replace(" (", "\n("),
         format_interval(one["delivered_gusd"], digits=2, signed=True).replace(" (", "\n("), one["label"].replace("; ", ";\n"))
        for one in found["packages"]
    ]  # fmt: skip
    title = f"{found['title']}: paired with the base, {found['replicates']:,} replicates that the search did not see"
    free = f" ({', '.join(found['free'])})" if found["free"] else ""
    notes = [
        f"Levers that take no money of a budget{free} stay as in the base.",
        "Money that a lever cannot spend by the end of the run is not counted on.",
        "Kinds are chosen for deliveries alone; without a choice they are the donor's own.",
        "Ranked by the replicates that are shown: the first is flattered a little, the more the closer the others are.",
        *(_beyond(one) for one in found["packages"] if one["times_stated"]),
    ]
    places = {"Results": found["result"], "Plots": found["plots"]}
    return Screen(found["sentence"], [Table(head, rows, title, text_columns=1)], notes, places=places)


def _beyond(one: Mapping[str, Any]) -> str:
    """Say which levers a way turns further than the scenario states; whether so much could be spent is not in the model."""
    said = ", ".join(f"{name} {times:.1f} times" for name, times in one["times_stated"].items())
    return f"{one['arm']} goes beyond what the scenario states: {said}. Whether so much could be spent well, no source here says."
