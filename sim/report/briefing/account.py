"""What a reader has to know of a run beside its numbers: when it was played, who claims it, what its levers are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.foundation.format import format_count, format_date, format_in_100, format_list
from sim.report.briefing.material import Assumption, Material, Part, Study
from sim.report.briefing.message import MONEY
from sim.report.briefing.sections import format_amount

LIVES = ("killed", "wounded", "casualties", "losses")
"""Words by which the meaning of a number says that it is of lives."""


STATE = re.compile(r"(?:^|, )(-?\d+) ([^,]+)")
"""A place of a knob and what it is called, in the knob's meaning."""


@dataclass(frozen=True)
class Settings:
    """What an arm sets: its label, and each thing with its key."""

    label: str
    parts: list[tuple[str, str]]


def run_line(material: Material) -> str:
    """Return program, scenario, seed and day of the run in one line: the source of every figure of this run."""
    about, data = material.provenance, material.result.data
    title = str(data.attrs.get("title", "")) or "a result"
    said = [
        about.program or "In Concert, version not recorded",
        f'scenario "{title}"',
        f"{format_count(int(data.sizes['replicate']), 'war')} per arm",
        f"seed {about.seed}" if about.seed else "",
        _played(about.created),
    ]
    return ", ".join(part for part in said if part)


def study_source(study: Study) -> str:
    """Return where a study comes from: its command, and how many wars with which seed where its account says."""
    account = study.account if isinstance(study.account, dict) else {}
    about = account.get("run", account)
    wars = about.get("replicates", about.get("members"))
    said = [
        f"{study.origin}, a study played by itself",
        f"{wars:,} wars per arm" if isinstance(wars, int) else "",
        f"seed {about['seed']}" if about.get("seed") is not None else "",
    ]
    return ", ".join(part for part in said if part)


def _played(created: str) -> str:
    try:
        return f"played {format_date(created)}" if created else "day of the run not recorded"
    except ValueError:
        return f"played {created}"


def claim_source(material: Material) -> str:
    """Return where the claim comes from, as far as the scenario says; nothing where no claim is judged."""
    if not material.result.names.claim:
        return ""
    said = str(material.result.data.attrs.get("claim_source", ""))
    if said:
        return f"Source of the claim: {said.rstrip('.')}."
    if not material.cited:
        return "Source of the claim: the scenario names none."
    more = len(material.cited) - 1
    others = f", and for single numbers {format_count(more, 'further source')} (see Assumptions)" if more else ""
    return f"Source of the claim: the scenario names no author; its levers cite {material.cited[0]}{others}."


def what_was_known(material: Material) -> str:
    """Return on what day's knowledge the wars were played, where the scenario's numbers are dated and none is of a later day."""
    start = str(material.result.data["time"].to_numpy()[0])[:10]
    dates = [one.as_of for one in material.assumptions if one.as_of[:4].isdigit()]
    if not dates or any(day > start[: len(day)] for day in dates):
        return ""
    return f"Played on what was known on {format_date(start)} (the scenario's start); nothing later is used or shown."


def coordination(material: Material) -> list[str]:
    """Return what the arm of coordination alone is: what it sets, what aid comes with it, and why it is no single lever."""
    result = material.result
    names, table = result.names, result.table()
    arm = names.coordination
    if arm is None:
        return []
    said = []
    parts = material.parts.get(arm, ())
    if parts:
        said.append(
            f"{_quoted(result, arm)} is {format_count(len(parts), 'thing')} at once: {'; '.join(map(_part, parts))}."
        )
    money = {name: one.differences[MONEY] for name, one in table.arms.items() if MONEY in one.differences}
    if arm in money and money[arm].known:
        said.append(
            f"It changes the aid that arrives too: {_aid(money[arm])} by the end, on the mean{_largest(result, money)}."
        )
    if names.claim and parts:
        halts = {name: one.chances["halt"] for name, one in table.arms.items()}
        said.append(
            "It is no single lever here, for the claim asks whether the levers need it, and not among those called best"
            f"{_alone_beside(result, halts)}."
        )
    return [*said, *_less_of_it(material, arm)]


def _less_of_it(material: Material, arm: str) -> list[str]:
    """Say what arms bring that set only some of the things that coordination sets: what the others of them add."""
    result, ground = material.result, "kept_km2"
    table, whole = result.table().arms, _settings(material, arm)
    said = []
    for other in material.parts:
        some = _settings(material, other)
        if other not in table or not some or not some < whole or not table[other].differences[ground].known:
            continue
        words = format_list([part.word for part in material.parts[arm] if (part.path, part.after) not in some])
        wars = result.outcomes()[ground]
        rest = Estimate.mean((wars.sel(arm=arm) - wars.sel(arm=other)).to_numpy(), result.thresholds.interval, "km2")
        aid = f" with {_aid(table[other].differences[MONEY])}" if MONEY in table[other].differences else ""
        kept, more = format_amount(table[other].differences[ground], unit=True), format_amount(rest, True, unit=True)
        said.append(
            f"{_quoted(result, other)}, which sets the same but {words}, keeps {kept}{aid}; {words} add {more}."
        )
    return said


def _settings(material: Material, arm: str | None) -> frozenset[tuple[str, str]]:
    return frozenset((part.path, part.after) for part in material.parts.get(arm or "", ()))


def _part(part: Part) -> str:
    """Return a part in words: of a knob with named places what its place is called, as "volume (amounts: as one planner)"."""
    short, _, rest = part.meaning.partition(": ")
    places = dict(STATE.findall(rest))
    if part.after in places and part.before in places:
        return f"{part.word} ({short}: {places[part.after]} instead of {places[part.before]})"
    return f"{part.word} ({part.meaning})"


def _aid(one: Estimate) -> str:
    return format_amount(one, signed=True, unit=True)


def _quoted(result: Result, arm: str) -> str:
    return f'"{result.names.labels[arm]}"'


def _largest(result: Result, money: dict[str, Estimate]) -> str:
    """Return the single lever that brings most aid, to compare with."""
    singles = [arm for arm in result.names.singles if arm in money and money[arm].known]
    if not singles:
        return ""
    most = max(singles, key=lambda arm: money[arm].value)
    return f", where {_quoted(result, most)}, the single lever that brings most aid, has {_aid(money[most])}"


def _alone_beside(result: Result, halts: dict[str, Estimate]) -> str:
    names = result.names
    arm, known = names.coordination, [name for name in names.singles if halts[name].known]
    if arm is None or not known or not halts[arm].known:
        return ""
    best = max(known, key=lambda name: halts[name].value)
    return (
        f" (alone it halts the advance in {format_in_100(halts[arm]).replace(' (', ', interval ').rstrip(')')}; "
        f"the best single lever in {format_in_100(halts[best]).replace(' (', ', interval ').rstrip(')')})"
    )


def levers_called(material: Material) -> dict[str, str]:
    """Return what to call a lever, by its name: as the arm that pulls it alone."""
    names, found = material.result.names, {}
    for arm in (*names.singles, *([names.coordination] if names.coordination else [])):
        pulled = {part.path.split(".")[1] for part in material.parts.get(arm, ()) if part.path.startswith("levers.")}
        if len(pulled) == 1:
            found[pulled.pop()] = names.labels[arm]
    return found


def settings(material: Material) -> list[Settings]:
    """Return what every arm sets, in words; empty where the scenario cannot be read.

    An arm that sets all that others do alone is described by their names.
    """
    names = material.result.names
    alone = {
        arm: _settings(material, arm) for arm in (*names.singles, names.coordination or "") if arm in material.parts
    }
    found = []
    for arm, parts in material.parts.items():
        if arm not in names.labels:
            continue
        inside = [one for one, some in alone.items() if one != arm and some and some < _settings(material, arm)]
        covered = frozenset[tuple[str, str]]().union(*(alone[one] for one in inside))
        said = [("", f"as {format_list([_quoted(material.result, one) for one in inside])}")] if inside else []
        said += [(part.path, _set(part)) for part in parts if (part.path, part.after) not in covered]
        found.append(Settings(names.labels[arm], said))
    return found


def _set(part: Part) -> str:
    """Return what an arm sets as a clause: a place of a knob by its name, the full dose of a lever, other numbers as they are."""
    thing, _, rest = part.name.partition(": ")
    places = dict(STATE.findall(part.meaning.partition(": ")[2] or part.meaning))
    if part.before in places and part.after in places:
        return f"{thing}{f', {rest}' if ': ' in part.meaning else ''}: {places[part.after]} instead of {places[part.before]}"
    if (part.before, part.after) == ("0", "1"):
        return f"{thing}, in full: {part.meaning.removeprefix('1 is ')}"
    return f"{part.name}, {part.after} instead of {part.before}"


def casualties_note(material: Material) -> str:
    """Say what the numbers of people rest on, and how well the inputs that name lives are known."""
    graded = Counter(one.grade for one in material.assumptions if _of_lives(one))
    if not graded:
        return "Killed and wounded are computed by the model, not counted; what they rest on takes the stored scenario."
    grades = ", ".join(f"{grade} {count}" for grade, count in sorted(graded.items()))
    numbers = format_count(sum(graded.values()), "number")
    return (
        f"Killed and wounded are computed by the model, not counted. Of the {numbers} of the scenario that speak of losses, killed "
        f"or wounded, by grade: {grades}; each has its source under Assumptions."
    )


def _of_lives(one: Assumption) -> bool:
    text = one.name.lower()
    return any(word in text for word in LIVES)
