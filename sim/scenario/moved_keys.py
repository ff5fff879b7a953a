"""Where keys of format 1 went in format 2; the one table of it, from which the reference is generated.

Format 1 knew one war: keys had the names of its sides, of a front and of donors in them. A star stands for one name.
"""

from __future__ import annotations

from functools import lru_cache

MOVED: tuple[tuple[str, str], ...] = (
    ("fronts.*.incursion", "fronts.*.salient"),
    ("fronts.*.russian_weight", "fronts.*.attacker_weight"),
    ("fronts.*.ukrainian_weight", "fronts.*.defender_weight"),
    ("fronts.*.ukrainian_effort", "fronts.*.planned_effort"),
    ("fronts.*.russian_defence", "fronts.*.attacker_defence"),
    ("command.kursk_release", "command.salient_release"),
    ("command.border_screen", "command.attacker_screen"),
    ("command.screen_ukraine", "command.defender_screen"),
    ("allies.*.nordic", "allies.*.industry_share"),
    ("strike.russian_drone_pace", "strike.attacker_drone_pace"),
    ("strike.russian_missile_pace", "strike.attacker_missile_pace"),
    ("strike.depot_effect", "strike.targets.ru_depots.effect"),
    ("strike.airfield_effect", "strike.targets.ru_airfields.effect"),
    ("strike.assembly_effect", "strike.targets.ru_assembly.effect"),
    ("strike.assembly_loss", "strike.targets.ru_assembly.troops"),
    ("strike.oil_effect", "strike.targets.ru_oil.effect"),
    ("strike.energy_effect", "strike.targets.ua_energy.effect"),
    ("strike.industry_effect", "strike.targets.ua_industry.effect"),
    ("russia.oil_cost", "strike.targets.ru_oil.revenue"),
    ("russia", "attacker"),
    ("ukraine", "defender"),
)
"""Old key and new key, both below `world`; a section's entry moves everything in it, a longer entry goes first."""


def new_key(old: str) -> str | None:
    """Return where a dotted key of format 1 is now, or None where it stayed."""
    return next((found for before, after in MOVED if (found := _rewritten(old, before, after))), None)


@lru_cache(maxsize=4096)
def first_key(new: str) -> str:
    """Return the key by which a leaf was known first.

    It keys the leaf's noise, so that a file draws the same numbers after it is migrated.
    """
    return next((found for before, after in MOVED if (found := _rewritten(new, after, before))), new)


def matches(key: str, pattern: str) -> bool:
    """Return whether a dotted key is, or begins with, a pattern."""
    return _rewritten(key, pattern, pattern) is not None


def _rewritten(key: str, pattern: str, target: str) -> str | None:
    """Return a key that begins as `pattern` rewritten to begin as `target`; None for other keys."""
    parts, wanted = key.split("."), pattern.split(".")
    if len(parts) < len(wanted) or any(w not in ("*", part) for part, w in zip(parts, wanted, strict=False)):
        return None
    stars = iter(part for part, w in zip(parts, wanted, strict=False) if w == "*")
    return ".".join([next(stars) if word == "*" else word for word in target.split(".")] + parts[len(wanted) :])
