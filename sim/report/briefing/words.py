"""What the words of a page mean, and one sentence of it to quote."""

from __future__ import annotations

from sim.analysis.estimate import Estimate
from sim.analysis.result import Result
from sim.analysis.verdicts.claim_verdict import within
from sim.foundation.format import format_number
from sim.report.briefing.message import definition, of_100_wars
from sim.report.briefing.parts import reversal
from sim.report.briefing.views import NINETY


def words(result: Result) -> list[tuple[str, str]]:
    """Return the terms of a page with what they mean, those of a claim where one is judged."""
    names, rule = result.names, result.thresholds
    base = names.labels[names.base]
    claim = [
        ("Lever, dose", "one of the moves that the claim names, and how much of it is done"),
        ("Alone, in concert", "one lever and nothing else changed; all of them with coordination"),
        (
            "Share of the whole (Shapley)",
            "what a lever adds on the mean over all orders in which the levers can be added",
        ),
    ]
    return [
        ("War", "one simulated war; the same war in two arms has the same noise and the same drawn assumptions"),
        ("Arm, base", f"one way in which all wars are played; the first, the base, changes nothing (“{base}”)"),
        *(claim if names.claim else []),
        ("Halt", definition(rule)),
        ("Reversal", f"{reversal(rule)}: no turn of the war"),
        ("Cease-fire", "an end of the fighting that both sides accept; it is counted as no halt"),
        ("n in 100", "a share of simulated wars; in brackets the interval of an estimate"),
        ("90 of 100 wars between", "how far single wars lie apart, by luck and by what the assumptions may be"),
        (
            "Start of a forecast, inputs as expected",
            "a past day from which the model is played with what was known on it",
        ),
        (
            "Skill",
            "by how much a forecast errs less than a simple rival: 0 % no better, 100 % without error, below 0 % worse",
        ),
        (
            "Standard deviations out",
            f"how far an assumption is moved in its prior; {NINETY:.2g} is the end of its 90 % range",
        ),
    ]


def quotable(result: Result) -> str:
    """Return one plain sentence on a halt with intervals and both sides of the comparison; nothing where none is judged."""
    halt, rule, names = result.verdict().halt, result.thresholds, result.names
    pace = Estimate.mean(result.outcomes()["pace"].to_numpy()[0], rule.interval)
    if halt is None or halt.note:
        return ""
    was = f"; it was {format_number(pace.value)}" if pace.known else ""
    return (
        f"In {of_100_wars(halt.of_joint, ' of 100 simulated wars')} with “{names.labels[halt.joint]}” the "
        f"{names.attacker.demonym} advance stops within {within(rule)} (less than {rule.halt_rate:g} km² a day over "
        f"{rule.halt_days:g} days{was}); in “{names.labels[names.base]}” it stops in {of_100_wars(halt.of_base, '')}."
    )
