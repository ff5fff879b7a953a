"""Answers to claims, on the terminal and as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sim.analysis.verdicts.answers import Answer
from sim.analysis.verdicts.assessment import VERDICTS, Finding
from sim.foundation.format import format_count, format_estimate, format_percent, format_value, is_known
from sim.report.page import render
from sim.report.screen import Markup, Screen, Table

STYLES = {"supported": "green", "contradicted": "red", "undecided": "yellow", "outside the model": "dim"}
NOTES = (
    "Estimate: with the 90 % interval of its error (or the uncertainty of an input). Anyway: the same in the arm that shows "
    "what would have happened without it.",
    "Holds in: share of the replicates (draws of noise and parameters together) in which the claim's inequalities hold.",
)


def screen(answers: Sequence[Answer]) -> Screen:
    """Return the screen of some answers."""
    head = (
        "id",
        "verdict",
        "claim, and what decides it",
        "estimate",
        "holds if",
        "anyway",
        "holds in",
        "conditional on",
    )
    rows = [
        (one.id, one.verdict, f"{one.says}\n({one.reason or one.decisive.meaning})", *_numbers(one),
         ", ".join(one.conditional_on))
        for one in answers
    ]  # fmt: skip
    table = Table(head, rows, "The claims, one by one", text_columns=3, styles=STYLES)
    commands = [f"  {one.id}  {one.command}" for one in answers]
    return Screen(count_verdicts(answers), [table], [*NOTES, *commands])


def checked(groups: Sequence[Any]) -> Screen:
    """Return which claims play which scenario, all of them valid."""
    lines = [
        f"{group.path or 'no scenario'}{f', {len(group.scenario.arms)} arms' if group.scenario else ''}: "
        f"{' '.join(claim.id for claim in group.claims)}"
        for group in groups
    ]
    count = sum(len(group.claims) for group in groups)
    return Screen(f"{format_count(count, 'claim')}, all valid", notes=lines)


def page(answers: Sequence[Answer]) -> str:
    """Return the page docs/claims.md."""
    head = ("", "claim", "verdict", "own finding", "estimate", "holds if", "anyway", "holds in", "conditional on")
    rows = [
        (Markup(f"[{one.id}](#{one.id.lower()})"), one.says, one.verdict, "yes" if one.own else "no", *_numbers(one),
         _conditions(one) or "-")
        for one in answers
    ]  # fmt: skip
    table = Table(head, rows, text_columns=4)
    return render("claims.md.j2", count=count_verdicts(answers), table=table, answers=answers, test_lines=_test_lines)


def count_verdicts(answers: Sequence[Answer]) -> str:
    """Return how many claims ended how."""
    counted = Counter(answer.verdict for answer in answers)
    own = Counter(answer.verdict for answer in answers if answer.own)
    text = f"{format_count(len(answers), 'claim')}: {_by_verdict(counted)}."
    if len(answers) == 1 or own.total() == len(answers):
        return text
    rest = "the others depend on an input, on one guess or on another claim."
    return f"{text} Of these {own.total()} are findings of their own ({_by_verdict(own) or 'none'}); {rest}"


def format_finding(finding: Finding) -> str:
    """Return a finding's estimate with its interval and unit."""
    return format_estimate(finding.estimate, finding.unit, chance=finding.is_chance)


def format_limit(finding: Finding) -> str:
    """Return the side of the threshold on which a test holds, as ``> 50 %``."""
    if finding.bound is None:
        return "-"
    return f"{'>' if finding.bound.above else '<'} {_in_unit(finding, finding.bound.threshold)}"


def _in_unit(finding: Finding, value: float) -> str:
    return format_value(value, finding.unit, chance=finding.is_chance)


def _by_verdict(counted: Counter[str]) -> str:
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in VERDICTS if counted[verdict])


def _numbers(answer: Answer) -> tuple[str, str, str, str]:
    """Return estimate, limit, the same anyway, and the share of replicates in which the claim holds."""
    finding = answer.decisive
    anyway = _in_unit(finding, finding.anyway)
    return format_finding(finding), format_limit(finding), anyway, _share(answer.holds_in)


def _share(value: float) -> str:
    return format_percent(value) if is_known(value) else "-"


def _conditions(answer: Answer) -> str:
    return ", ".join(
        f"{name} ({format_percent(guessed)} guesses)" if is_known(guessed) else name
        for name, guessed in answer.conditional_on.items()
    )


def _test_lines(answer: Answer) -> list[str]:
    """Return a line per test of a claim."""
    counts = answer.counts or (True,) * len(answer.kinds)
    lines = []
    for kind, finding, because, yes in zip(answer.kinds, answer.findings, answer.because, counts, strict=True):
        if finding.bound is None:
            lines.append(f"*{kind}*: {because or finding.reason}")
            continue
        held = _share(float(finding.held.mean()) if finding.held.size else float("nan"))
        reason = f"({finding.reason})" if finding.reason else ""
        line = (
            f"{'' if yes else 'Beside: '}*{kind}, {finding.verdict}*: {finding.meaning}: {format_finding(finding)}, claimed "
            f"{format_limit(finding)}; anyway {_in_unit(finding, finding.anyway)}; holds in {held}."
        )
        lines.append(" ".join(part for part in (line, because, reason) if part))
    return lines
