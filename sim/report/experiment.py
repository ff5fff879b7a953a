"""Runs and comparisons on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sim.analysis.estimate import Estimate
from sim.analysis.outcomes.contrast import Contrast
from sim.analysis.outcomes.replicates import Outcome
from sim.analysis.outcomes.table import COST, ArmOutcomes, OutcomeTable
from sim.analysis.record import for_the_rest
from sim.analysis.result import Result
from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.enemy import WORDS, EnemyAnswers
from sim.foundation.format import (
    format_chance,
    format_count,
    format_date,
    format_interval,
    format_list,
    format_percent,
    format_points_interval,
)
from sim.report import decomposition
from sim.report.claims import format_finding
from sim.report.scenarios import differences_table
from sim.report.screen import Screen, Table

SHOWN = ("kept_km2", "p_halt", "casualties", "delivered")
"""Beginnings of the names of the outcomes that a comparison shows; JSON has all."""

MOST_INPUTS = 12
"""How many differences of inputs a comparison shows."""

EVENTS = ("halt", "reversal", "ceasefire")
CONDITIONAL = "* conditional on guessed coefficients of the choice to settle"


def played(
    result: Result, answers: Sequence[Answer] = (), plots: Path | None = None, enemy: EnemyAnswers | None = None
) -> Screen:
    """Return the screen of one result: its arms, lives and money, its verdict, the answers to claims, where it lies.

    `enemy` adds what the arms do against each answer of the attacker, with its sentence.
    """
    table, verdict = result.table(), result.verdict()
    details = [verdict.more] if verdict.more else []
    details += [f"{one.id} {one.verdict}: {one.says} [{format_finding(one.decisive)}]" for one in answers]
    tables = [_ground(table), *([_lives_and_money(table)] if _base(table).means else [])]
    tables += [_against(enemy)] if enemy else []
    tables += [_two_by_two(enemy)] if enemy and enemy.two_by_two else []
    details += [text for text in (enemy.sentence, enemy.of_coordination) if text] if enemy else []
    tables += [_own(table)] if _base(table).own else []
    rest = for_the_rest(result.data)
    notes = [*_notes(table), *([f"Figures and tables of other things are left out: {rest}."] if rest else [])]
    return Screen(verdict.sentence, tables, notes, details, {"Results": result.folder, "Plots": plots})


def forked(result: Result, past: str, plots: Path | None = None) -> Screen:
    """Return the screen of a forked history: what the futures come to, and how far each departs from the past's own."""
    screen, names = played(result, plots=plots), result.names
    futures = [arm for arm in result.arms if names.follows.get(arm) == past]
    named = format_list([f"{names.labels[arm]} ({format_date(names.since[arm])})" for arm in futures])
    shared = f"Up to the fork the days are those of {names.labels[past]}, to the bit, in every replicate."
    return replace(screen, sentence=f"History forks into {named}. {screen.sentence}", details=[shared, *screen.details])


def compared(
    results: Mapping[str, Result],
    reference: str,
    contrasts: Mapping[str, Contrast],
    plots: Path | None = None,
    why: Mapping[str, Any] | None = None,
    until: date | None = None,
    inputs: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    inputs_unread: Sequence[str] = (),
) -> Screen:
    """Return the screen of a comparison: every arm against the reference in one table, and what differs in the inputs."""
    tables = {name: result.table() for name, result in results.items()}
    day = next((table.milestones[-1] for table in tables.values() if table.milestones), None)
    folded, rows, groups = [], [], []
    outcomes = {name: one for contrast in contrasts.values() for name, one in contrast.outcomes.items()}
    own = {name for table in tables.values() for name in table.own}
    shown = [name for name in outcomes if name.startswith(SHOWN) or name in own]
    for name, table in tables.items():
        contrast = contrasts[name]
        for arm, account in table.arms.items():
            against = contrast.arms.get(arm)
            if against is not None and against.identical:
                folded.append(f"{name}:{arm}")
                continue
            net = account.net_km2.get(str(day))
            row = [arm, _below(format_interval(net)) if net else "-", *_chances(account)]
            row += [_difference(outcomes[one], against.differences.get(one)) if against else "-" for one in shown]
            rows.append(row)
            groups.append(name if contrast.paired else f"{name} (unpaired)")
    by = f" by {format_date(day, short=True)}" if day else ""
    head = ["arm", f"net km2{by}\nmedian", "halt", "reversal", "cease-\nfire *"]
    head += [_heading(outcomes[one]) for one in shown]
    notes = [f"Differences: means, less {reference}, with the interval of the mean.", CONDITIONAL]
    if until:
        notes.append(
            f"All are shown up to {format_date(until)}, as far as the shortest reaches: what changes only after that day "
            "shows nothing here (with --horizon scenarios are played equally long)."
        )
    notes += [f"{name} is not paired with it: {one.reason}." for name, one in contrasts.items() if one.reason]
    notes += [f"As {reference} in every replicate, and left out: {format_list(folded)}."] if folded else []
    places = {f"Result {name}": result.folder for name, result in results.items()} | {"Plots": plots}
    sentence = f"{format_count(len(rows), 'arm')} of {format_count(len(results), 'result')}, against {reference}."
    differing, notes_on_inputs = _inputs(inputs or {}, reference.partition(":")[0])
    notes += notes_on_inputs
    if inputs_unread:
        notes.append(
            f"This version cannot read the scenario of {format_list(inputs_unread)}: inputs are not compared with it."
        )
    further = decomposition.tables(why) if why else []
    notes += decomposition.notes(why) if why else []
    return Screen(sentence, [Table(head, rows, groups=groups), *differing, *further], notes, places=places)


def _inputs(inputs: Mapping[str, Sequence[Mapping[str, Any]]], first: str) -> tuple[list[Table], list[str]]:
    """Return a table of what differs in the inputs for each result beside the first, and notes on what it leaves out.

    Arms that only one has are left out: the table of outcomes shows whose each arm is.
    """
    tables, notes = [], []
    for name, found in inputs.items():
        shared = [
            one for one in found if not (one["key"].startswith("arms.") and None in (one["first"], one["second"]))
        ]
        if shared:
            title = f"Inputs: {first} (first) and {name} (second)"
            tables.append(differences_table(shared[:MOST_INPUTS], title))
        else:
            notes.append(f"The inputs of {name} are those of {first}" + (", but for its arms." if found else "."))
        if len(shared) > MOST_INPUTS:
            more = format_count(len(shared) - MOST_INPUTS, "more difference")
            notes.append(f"{more} of inputs between {first} and {name}: `sim diff` lists all.")
    return tables, notes


def _notes(table: OutcomeTable) -> list[str]:
    notes = [CONDITIONAL]
    notes += [
        f"Arm {arm} differs from the base in no replicate: check its dose and its dates." for arm in table.unchanged
    ]
    if not table.complete:
        notes.append("This run was stopped: only its finished replicates are shown.")
    notes += [
        f"Metric {name} has no finite number in some replicate, and is left out."
        for name in table.own
        if any(name not in arm.own for arm in table.arms.values())
    ]
    return notes + ([f"{table.excluded_why}."] if table.excluded else [])


def _base(table: OutcomeTable) -> ArmOutcomes:
    return next(iter(table.arms.values()))


def _title(table: OutcomeTable) -> str:
    return f"{table.title} - {table.replicates:,} replicates per arm, seed {table.seed}"


def _ground(table: OutcomeTable) -> Table:
    """Return ground by milestone, chances of events, and the difference to the base, of every arm."""
    level, dates = format_percent(table.level), table.milestones
    head = ["arm", *(f"net km2 by {format_date(date, short=True)}\nmedian ({level} of wars)" for date in dates)]
    head += ["halt", "reversal", "cease-\nfire *"]
    head += [f"to base, by {format_date(date, short=True)}\nmedian ({level} of pairs)" for date in dates[-1:]]
    rows = []
    for index, (arm, account) in enumerate(table.arms.items()):
        row = [arm, *(format_interval(account.net_km2[date]) for date in dates), *_chances(account)]
        row += [format_interval(account.difference_km2[date], signed=True) if index else "-" for date in dates[-1:]]
        rows.append(row)
    return Table(head, rows, _title(table))


def _lives_and_money(table: OutcomeTable) -> Table:
    """Return people lost and money delivered: what the base comes to, and the paired difference of the other arms."""
    names = list(_base(table).means)
    level = format_percent(table.level)
    rows = []
    for index, (arm, account) in enumerate(table.arms.items()):
        source = account.differences if index else account.means
        cost = account.cost_per_km2_kept
        written = _amount(cost, signed=False) if index and cost.known else "-"
        rows.append([arm, *(_amount(source[name], signed=index > 0) for name in names), written])
    head = ["arm", *(_heading(table.outcomes[name]) for name in names), "aid per\nkm2 kept\nmillion US$"]
    title = f"Lives and money in {table.horizon_days / 7:.0f} weeks: mean of the base, paired differences to it ({level} interval)"
    return Table(head, rows, title)


def _own(table: OutcomeTable) -> Table:
    """Return the scenario's own metrics: what the base comes to, and the paired differences of the other arms."""
    shown = [table.outcomes[name] for name in _base(table).own]
    rows = [
        [arm, *((_difference if index else _level)(one, (account.differences if index else account.own)[one.name])
                for one in shown)]
        for index, (arm, account) in enumerate(table.arms.items())
    ]  # fmt: skip
    level = format_percent(table.level)
    title = f"Metrics of the scenario's own: mean of the base, paired differences to it ({level} interval)"
    return Table(["arm", *map(_heading, shown)], rows, title)


def _level(outcome: Outcome, estimate: Estimate) -> str:
    return _below(format_chance(estimate)) if outcome.chance else _amount(estimate, signed=False)


def _against(enemy: EnemyAnswers) -> Table:
    """Return ground kept by every arm, and the attacker's losses more than in the base, against each of its answers."""
    answers = list(enemy.effects)
    rows = []
    for arm in next(iter(enemy.effects.values())):
        found = [enemy.effects[answer][arm] for answer in answers]
        kept = [_below(format_interval(one.kept, signed=True)) for one in found]
        rows.append([arm, *kept, *(_amount(one.casualties, signed=True) for one in found)])
    head = ["arm", *(f"km2 kept,\n{WORDS[one]}" for one in answers)]
    head += [f"attacker's losses,\nthousands,\n{WORDS[one]}" for one in answers]
    return Table(head, rows, f"Against an attacker who answers: paired means, {enemy.replicates:,} replicates per arm")


def _two_by_two(enemy: EnemyAnswers) -> Table:
    """Return ground kept by one lever and by all, without and with coordination, against each answer of the attacker."""
    found = list(enemy.two_by_two.values())
    lever = enemy.names.labels[found[0].alone.arm]
    rows = [
        [f"{lever} (the most of one)", *(_signed(x.kept) for one in found for x in (one.alone, one.alone_coordinated))],
        ["All levers", *(_signed(x.kept) for one in found for x in (one.together, one.together_coordinated))],
    ]
    head = ["km2 kept"]
    head += [f"{WORDS[answer]},\n{how}" for answer in enemy.two_by_two for how in ("uncoordinated", "coordinated")]
    return Table(head, rows, "One lever or all, without and with coordination: paired means")


def _signed(estimate: Estimate) -> str:
    return _below(format_interval(estimate, signed=True))


def _heading(outcome: Outcome) -> str:
    unit = {"person": "thousands", "Gusd": "billion US$", "1": "points" if outcome.chance else ""}.get(
        outcome.unit, outcome.unit
    )
    words = outcome.label.split(" ")
    half = -(-len(words) // 2)
    return f"{' '.join(words[:half])}\n{' '.join(words[half:])}\n{unit}"


def _chances(account: ArmOutcomes) -> list[str]:
    return [format_percent(account.chances[event].value if account.chances[event].known else None) for event in EVENTS]


def _difference(outcome: Outcome, estimate: Estimate | None) -> str:
    if estimate is None or not estimate.known:
        return "-"
    if outcome.chance:
        return _below(format_points_interval(estimate).replace(" points", ""))
    return _amount(estimate, signed=True)


def _amount(estimate: Estimate, *, signed: bool) -> str:
    """Return an amount: people in thousands, aid per km2 in million US$, others in their unit."""
    digits, scale = {"person": (1, 1e-3), "km2": (0, 1), "Gusd": (1, 1), COST.unit: (0, 1e3)}.get(
        estimate.unit, (None, 1)
    )
    return _below(format_interval(estimate, digits=digits, signed=signed, scale=scale))


def _below(text: str) -> str:
    """Set the interval below the value: narrow columns break nowhere else."""
    return text.replace(" (", "\n(")
