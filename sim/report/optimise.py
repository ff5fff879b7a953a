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
    notes = [
        "Levers without a price are left as in the base; money that a lever cannot spend by the end is not counted on.",
        "Kinds are chosen for deliveries alone; without a choice they are the donor's own.",
    ]
    places = {"Results": found["result"], "Plots": found["plots"]}
    return Screen(found["sentence"], [Table(head, rows, title, text_columns=1)], notes, places=places)
