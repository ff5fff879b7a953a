"""The verdict on the claim, typed and in words: what is kept and what comes of a halt, and what else the replicates say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sim.analysis.estimate import Estimate
from sim.analysis.names import Names
from sim.analysis.outcomes.judging import Thresholds
from sim.analysis.outcomes.table import ArmOutcomes, OutcomeTable
from sim.foundation.format import format_chance, format_interval, format_number, format_percent, format_points_interval

SUPPORTED, CONTRADICTED, UNDECIDED = "supported", "contradicted", "undecided"
FEWEST = 30
"""Replicates below which nothing is decided."""

TOO_SHORT = "the wars played are too short to tell"

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class EventVerdict:
    """The verdict on one event (a halt, a reversal): does it take all levers in concert?

    Parameters
    ----------
    verdict : str
        ``supported``, ``contradicted``, ``undecided``.
    chances : mapping of str to Estimate
        By arm.
    best : str
        The single lever with the highest chance; the first of those that are alike.
    joint : str
        The arm with all levers in concert.
    gain : Estimate
        All in concert less the base, replicate by replicate.
    reason : str
        Why it is contradicted: ``cannot`` (not even together) or ``anyway`` (one lever, or none, is enough); else "".
    note : str
        Why it is undecided, where the numbers do not say it.
    """

    verdict: str
    chances: Mapping[str, Estimate]
    best: str
    joint: str
    gain: Estimate
    reason: str = ""
    note: str = ""

    @property
    def of_base(self) -> Estimate:
        """The chance as things stand."""
        return next(iter(self.chances.values()))

    @property
    def of_best(self) -> Estimate:
        """The chance with the best single lever."""
        return self.chances[self.best]

    @property
    def of_joint(self) -> Estimate:
        """The chance with all levers in concert."""
        return self.chances[self.joint]

    def sharing(self, singles: Sequence[str]) -> list[str]:
        """Return those of some single levers with which the chance is the best one; some may be left out here."""
        best = self.of_best.value
        return [name for name in singles if name in self.chances and self.chances[name].value == best]


@dataclass(frozen=True, repr=False)
class ClaimVerdict:
    """A verdict on the claim of a rapid halt, with all that the replicates say beside it.

    Parameters
    ----------
    halt : EventVerdict or None
        None if the result lacks the arms of the claim.
    names : Names
    thresholds : Thresholds
    table : OutcomeTable
    findings : mapping of str to Estimate
        Paired differences by name.
    """

    halt: EventVerdict | None
    names: Names
    thresholds: Thresholds
    table: OutcomeTable
    findings: Mapping[str, Estimate] = field(default_factory=dict)

    @property
    def verdict(self) -> str | None:
        """``supported``, ``contradicted``, ``undecided``; None without the arms of the claim."""
        return self.halt.verdict if self.halt else None

    @property
    def note(self) -> str:
        """Why it is undecided, where the numbers do not say it."""
        return self.halt.note if self.halt else ""

    @property
    def sentence(self) -> str:
        """What the levers in concert keep, the pace that is left, and the verdict on a rapid halt."""
        return _sentence(self)

    @property
    def more(self) -> str:
        """What else the replicates say: lives and money, slower halts, coordination, the sum of the parts, reversal, cease-fire."""
        return _more(self)

    def __str__(self) -> str:
        return f"{self.sentence} {self.more}".rstrip()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p><b>{self.sentence}</b></p><p>{self.more}</p>"


def _sentence(found: ClaimVerdict) -> str:
    """Return what is kept, the pace that is left and the verdict; without the arms of the claim, what the base does."""
    halt, rule = found.halt, found.thresholds
    if halt is None:
        return _of_the_base(found)
    if halt.note == TOO_SHORT:
        return f"Undecided: the wars played are too short to see whether the advance halts for {rule.halt_days:g} days."
    verdict = halt.verdict + (f", {halt.note}" if halt.note else "")
    return (
        f"{_ground_and_pace(found)} That they halt it within {within(rule)} is {verdict}: it halts in "
        f"{format_chance(halt.of_joint, level=halt.of_joint.level)} of wars with {_levers(found)} in concert, in "
        f"{_best(found, halt)}, and in {format_chance(halt.of_base)} anyway ({found.names.base})."
    )


def _ground_and_pace(found: ClaimVerdict) -> str:
    attacker, base, joint = found.names.attacker, found.table.arms[found.names.base], _in_concert(found)
    kept = joint.differences["kept_km2"]
    unclear = "" if kept.sign else ", which cannot be distinguished from zero,"
    return (
        f"In this model {_levers(found)} in concert keep {format_interval(kept, 'km2', level=kept.level)}{unclear} from "
        f"{attacker.name} in {found.table.horizon_days / 7:.0f} weeks, and the {attacker.demonym} advance in the last quarter is "
        f"{format_interval(joint.pace_left, 'km2 per day', 1)}, where it would be {format_interval(base.pace_left, digits=1)}."
    )


def _in_concert(found: ClaimVerdict) -> ArmOutcomes:
    return found.table.arms[str(found.names.joint)]


def _more(found: ClaimVerdict) -> str:
    """Return what else the replicates say, people first."""
    if found.halt is None or found.halt.note == TOO_SHORT:
        return ""
    parts = (_lives_and_money(found), _ladder(found), *_coordination(found), _what_follows(found))
    return " ".join(part for part in parts if part)


def _ladder(found: ClaimVerdict) -> str:
    """Say how often the advance is slower than each of several rates, as things stand and in concert."""
    rule = found.thresholds
    rows = [next(iter(arm.ladder.values()), {}) for arm in (found.table.arms[found.names.base], _in_concert(found))]
    if not rows[0]:
        return ""
    base, joint = (" / ".join(format_number(100 * share) for share in row.values()) for row in rows)
    return (
        f"Slower than {' / '.join(rows[0])} on the mean of {rule.halt_days:g} days, begun within {within(rule)}: "
        f"{base} % of wars as things stand, {joint} % in concert."
    )


def _levers(found: ClaimVerdict) -> str:
    count = len(found.names.singles)
    return f"all {_COUNTS[count] if count < len(_COUNTS) else count} levers"


def _best(found: ClaimVerdict, halt: EventVerdict) -> str:
    """Say how often a halt comes with the best single lever; several that share the best are not told apart."""
    best = halt.sharing(found.names.singles)
    named = best[0] if len(best) == 1 else f"{len(best)} share it"
    return f"{format_chance(halt.of_best)} with the best single lever ({named})"


def within(rule: Thresholds) -> str:
    """Return how soon a halt must begin: in months where that comes out even, else in days."""
    months = rule.halt_within_days / 30.4375
    return f"{months:.0f} months" if abs(months - round(months)) < 0.05 else f"{rule.halt_within_days:g} days"


def _coordination(found: ClaimVerdict) -> list[str]:
    words = []
    if added := found.findings.get("joint_minus_apart_p_halt"):
        unclear = "" if added.sign else " (not distinguishable from zero)"
        words.append(f"Coordination adds {format_points_interval(added, 0)} to the same levers uncoordinated{unclear}.")
    if beyond := found.findings.get("beyond_sum_p_halt"):
        side = ("cannot be distinguished from", "exceeds", "falls short of")[beyond.sign]
        words.append(f"The gain of the whole {side} the sum of its parts ({format_points_interval(beyond, 0)}).")
    return words


def _lives_and_money(found: ClaimVerdict) -> str:
    """Say what all in concert change in killed and wounded of both sides, and what a km2 kept costs."""
    arm = _in_concert(found)
    changes = [
        f"{format_interval(one, signed=True)} on the {side.demonym} side"
        for side in found.names.sides
        if (one := arm.differences.get(f"casualties_{side.id}"))
    ]
    words = [f"Beside the base, killed and wounded change by {' and '.join(changes)}."] if changes else []
    if arm.cost_per_km2_kept.known:
        low, value, high = (f"{1000 * x:,.0f}" for x in arm.cost_per_km2_kept.as_list())
        words.append(f"Each km2 kept takes {value} million US$ of aid ({low} to {high}).")
    elif "delivered" in arm.differences:
        words.append(_without_price(arm))
    return " ".join(words)


def _without_price(arm: ArmOutcomes) -> str:
    """Say why the ground that an arm keeps has no price in aid."""
    why = {
        -1: "ground is lost",
        0: "the ground kept cannot be distinguished from zero",
        1: "the change in aid is not clearly above zero",
    }
    return f"A km2 kept has no price in aid: {why[arm.differences['kept_km2'].sign]}."


def _what_follows(found: ClaimVerdict) -> str:
    reversal = "The record is too short to tell a reversal"
    if found.table.arms[found.names.base].chances["reversal"].known:
        reversal = f"A reversal {_comes_about(found, 'reversal')}"
    guess = f"conditional on guessed coefficients of {found.names.attacker.leadership}'s choice"
    return f"{reversal}. A cease-fire {_comes_about(found, 'ceasefire')}; {guess}."


def _comes_about(found: ClaimVerdict, event: str) -> str:
    """Say whether an event comes about in concert, and whether that is more than would have come anyway."""
    base, joint = found.table.arms[found.names.base], _in_concert(found)
    can, chance = found.thresholds.can, joint.chances[event]
    share = "half" if can == 0.5 else format_percent(can)
    if chance.low >= can:
        words = f"comes about in {share} of the wars or more"
    elif chance.high < can:
        words = f"comes about in fewer than {share} of the wars"
    else:
        words = f"may or may not come about in {share} of the wars"
    apart = joint.differences[f"p_{event}"]
    beside = ("not distinguishable from", "above", "below")[apart.sign]
    return (
        f"{words}: {format_chance(chance)}, {beside} the base's {format_chance(base.chances[event])}, "
        f"difference in the same wars {format_points_interval(apart, 0 if abs(apart.value) >= 0.01 else 1)}"
    )


def _of_the_base(found: ClaimVerdict) -> str:
    """Return what the base does, for results without the arms of the claim."""
    base, rule = found.table.arms[found.names.base], found.thresholds
    halt = base.chances["halt"]
    gains = ""
    for date, net in list(base.net_km2.items())[-1:]:
        gains = f" {found.names.attacker.name} gains {net.value:,.0f} km2 net by {date} in the median war"
    start = f"In the {base.arm} arm"
    if not halt.known:
        short = "the wars are too short to judge a halt"
        return f"{start}{gains} ({short})." if gains else f"{start} {short}."
    halts = f"the advance halts within {within(rule)} in {format_chance(halt, level=halt.level)} of wars."
    return f"{start}{gains}, and {halts}" if gains else f"{start} {halts}"
