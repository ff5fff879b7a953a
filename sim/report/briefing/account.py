"""What a reader has to know of a run beside its numbers: when it was played, who claims it, what its levers are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.foundation.format import format_count, format_date, format_in_100, format_two_digits
from sim.report.briefing.material import Assumption, Material, Part, Study
from sim.report.briefing.sections import MONEY, format_amount

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
    if not material.cited:
        return "Source of the claim: the scenario names none."
    more = len(material.cited) - 1
    others = f", and for single numbers {format_count(more, 'further source')} (see Assumptions)" if more else ""
    return f"Source of the claim: the scenario names no author; its levers cite {material.cited[0]}{others}."


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
            "It is no single lever here: the claim asks whether the levers need it, so the scenario gives it a role of its own and "
            f"it is not among those called best{_alone_beside(result, halts)}."
        )
    return said


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
    return f", where {_quoted(result, most)}, the single lever that brings most, has {_aid(money[most])}"


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
    """Return what every arm sets, for a list; empty where the scenario cannot be read."""
    labels = material.result.names.labels
    return [
        Settings(labels[arm], [(one.path, f"{one.name}, {one.after} instead of {one.before}") for one in parts])
        for arm, parts in material.parts.items()
        if arm in labels
    ]


def the_whole_twice(result: Result, study: Study | None) -> str:
    """Say why all levers together have another number in a factorial than in the headline; nothing where they share wars."""
    verdict = result.verdict()
    if (
        study is None
        or verdict.halt is None
        or study.origin == "this result"
        or "p_halt" not in study.account["outcomes"]
    ):
        return ""
    account = study.account
    low, value, high = account["outcomes"]["p_halt"]["joint"]
    whole = format_two_digits(Estimate(value, low, high), "in 100", signed=True, scale=100, decimals=1)
    gain = verdict.halt.gain
    apart = "the intervals overlap" if low <= gain.high and gain.low <= high else "the intervals do not overlap"
    here, there = (format_count(count, "war") for count in (int(account["replicates"]), result.table().replicates))
    return (
        f"Two answers to one question: all together add {whole} in the {here} per arm of this study, and "
        f"{format_in_100(gain, signed=True)} in the {there} of the headline. A halt is defined alike; the wars, and so the "
        f"estimates, are not the same; {apart}."
    )


def casualties_note(material: Material) -> str:
    """Say what the numbers of people rest on, and how well the inputs that name lives are known."""
    graded = Counter(one.grade for one in material.assumptions if _of_lives(one))
    if not graded:
        return "Killed and wounded are computed by the model, not counted; what they rest on takes the stored scenario."
    told = ", ".join(f"{grade} {count}" for grade, count in sorted(graded.items()))
    numbers = format_count(sum(graded.values()), "number")
    return (
        f"Killed and wounded are computed by the model, not counted. Of the {numbers} of the scenario that speak of losses, killed "
        f"or wounded, by grade: {told}; each has its source under Assumptions."
    )


def _of_lives(one: Assumption) -> bool:
    text = one.name.lower()
    return any(word in text for word in LIVES)
