"""Which kind of source would narrow a number: from what it describes and how well it is known now."""

from __future__ import annotations

from sim.scenario.priors.uncertain import Uncertain

SUBJECT = {
    "fronts": "the history of the line by axis (maps of control, registers of units and works)",
    "sides": "returns of strength, losses and stocks, of either side or by third parties who count",
    "movement": "the weekly history of the line, more years and wars of it, in the calibration",
    "combat": "records of losses by cause, and data sets of past battles",
    "season": "the weekly history of the line over more autumns and springs, with weather",
    "defender": "the state's own figures of mobilisation, training and production",
    "attacker": "recruitment and budget figures, regional sign-up bonuses, registers of vacancies",
    "strike": "counts of strikes and of damage from satellite images, and times of repair",
    "allies": "ministries' registers of pledges and deliveries, by date and kind",
    "donors": "the same registers, read for how donors answered each other",
    "kinds": "budget lines and prices of contracts",
    "partners": "customs and shipping data, and reports of sanctions monitors",
    "command": "studies of how staffs moved reserves and effort in this war",
    "beliefs": "an elicitation of specialists; nothing published measures it",
    "settling": "data sets of how wars ended, and an elicitation of specialists",
    "mediators": "a dated record of calls and plans",
    "escalation": "a dated record of long-range strikes before and after permissions",
    "levers": "contracts, orders and delivery plans of those who would pull the lever",
}
"""First part of the path to the kind of source."""

STATE = {
    "guess": "nobody has published it: any count at all would help",
    "estimated": "it is derived: the figure behind the derivation, or a second one, would help",
    "recalled": "it is from memory: the publication itself would settle it",
    "measured": "it is measured: more of the same, or newer, would narrow it",
}
"""Grade to what is missing."""


def to_improve(one: Uncertain) -> str:
    """Return in words what would narrow an input."""
    subject = SUBJECT.get(one.name.split(".")[0], "a published count")
    return f"{subject}; {STATE.get(one.grade, 'say first where it comes from')}"
