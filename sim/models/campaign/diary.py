"""The diary of one war: month by month, what each actor saw, decided, sent and lost.

It watches an ordinary run of one lane from outside; it changes nothing and decides nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.foundation.format import format_date
from sim.foundation.lanes import Array, Lanes
from sim.foundation.noise import Noise
from sim.foundation.roles import ATTACKER, DEFENDER, ROLES
from sim.foundation.tree import Tree
from sim.models.campaign import beliefs
from sim.models.campaign.accounts import seller
from sim.models.campaign.calendar import FOUR_WEEKS
from sim.models.campaign.goods import KINDS, NOT_ARMS
from sim.models.campaign.war import War

GOODS = {
    "shell": "shells", "vehicle": "armoured vehicles", "drone": "drones", "interceptor": "interceptors",
    "long_range_drone": "long-range drones", "missile": "long-range missiles",
}  # fmt: skip
MOSTLY = 0.5
"""Of the whole: what is carried out is a mean over options, so a little of each is always done; more than half is reported."""


def write_diary(
    parameters: Tree,
    lanes: Lanes,
    noise: Noise,
    start: dt.date,
    days: int,
    progress: Callable[[int], None] | None = None,
    labels: Mapping[str, str] | None = None,
    base: Tree | None = None,
    later: Sequence[tuple[int, Tree]] = (),
    forks: Mapping[int, str] | None = None,
) -> str:
    """Return the diary of a single lane in plain sentences.

    Parameters
    ----------
    parameters : Tree
        Drawn for one lane.
    lanes : Lanes
        Exactly one.
    noise : Noise
    start : datetime.date
    days : int
        Horizon, days; the diary has an entry every four weeks and a last one on the last day, or on that of a cease-fire.
    progress : callable, optional
        Called with the days played.
    labels : mapping of str to str, optional
        What to call fronts, sides, allies, partners and targets; those without a label go by their names. Of a side
        ``NAME.demonym`` and ``NAME.leadership`` too.
    base, later
        See `sim.models.campaign.play`.
    forks : mapping of int to str, optional
        What to call those that come into force `later`, by the same day.

    Raises
    ------
    ValueError
        If there is more than one lane: a diary is of one war.
    """
    if lanes.count != 1:
        raise ValueError(f"a diary is of one war, got {lanes.count} lanes")
    war = War(parameters, lanes, noise, start, base=base, later=later)
    war.keep_record(days)
    call = _Labels(labels or {})
    pages = [_opening(war, call)]
    before, state, events = _tally(war), _switches(war), list[str]()
    for day in range(1, days + 1):
        if war.state.day in (forks or {}):
            morning = format_date(start + dt.timedelta(days=war.state.day))
            events.append(f"On {morning} history forks: from here on “{(forks or {})[war.state.day]}”.")
        war.step()
        today = start + dt.timedelta(days=day)
        if progress is not None:
            progress(day)
        now = _switches(war)
        events += [f"On {format_date(today)} {event}." for event in _events(war, state, now, call)]
        state, over = now, not now["war"]
        if day % FOUR_WEEKS == 0 or day == days or over:
            total = _tally(war)
            pages.append(_entry(war, before, total, today, events, call))
            before, events = total, []
        if over:
            break
    pages.append(_ending(war, today, call))
    return "\n\n".join(pages) + "\n"


class _Labels(dict[str, str]):
    """Labels by name; a name without a label stands for itself, as words.

    Of a side ``NAME.demonym`` and ``NAME.leadership`` are further words; without one its name has to do.
    """

    def __missing__(self, name: str) -> str:
        return self[name.partition(".")[0]] if "." in name else name.replace("_", " ")

    def sides(self, war: War) -> tuple[str, str]:
        """Return what to call the defender and the attacker."""
        defender, attacker = war.state.facts.names
        return self[defender], self[attacker]

    def word(self, war: War, side: int, word: str) -> str:
        """Return a further word of a side, to begin a sentence or to stand within one."""
        return self[f"{war.state.facts.names[side]}.{word}"]


def _begin(words: str) -> str:
    """Return words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def _switches(war: War) -> dict[str, tuple[bool, ...] | bool]:
    """Return what is either so or not in one lane, to be compared a day later."""
    t = war.state.theatre
    return {
        "war": _one(t.war) > 0.5,
        "mobilised": _one(t.mobilised) > 0.5,
        "open": tuple(t.open[:, 0] > 0.5),
        "closed": tuple(t.closed[:, 0] > 0.5),
    }


def _events(war: War, before: dict[str, Any], now: dict[str, Any], call: _Labels) -> list[str]:
    """Return what happened on a day that changes what follows."""
    names = war.state.p.fronts.names
    happened = []
    for row, name in enumerate(names):
        if now["open"][row] and not before["open"][row]:
            happened.append(f"fighting began at {call[name]}")
        if now["closed"][row] and not before["closed"][row]:
            happened.append(f"nothing was left of the salient at {call[name]}")
    if now["mobilised"] and not before["mobilised"]:
        happened.append(f"{call.sides(war)[ATTACKER]} called up by mobilisation")
    if before["war"] and not now["war"]:
        happened.append("a cease-fire was agreed")
    return happened


def _one(x: Array) -> float:
    return float(np.asarray(x).reshape(-1)[0])


def _count(x: float) -> str:
    """Return a count with three figures that matter: 18,300."""
    if abs(x) < 1.0:
        return "0"
    digits = max(0, int(np.floor(np.log10(abs(x)))) - 2)
    return f"{round(x / 10**digits) * 10**digits:,.0f}"


def _tally(war: War) -> dict[str, float]:
    """Return running totals of one lane, to be subtracted a month later."""
    ledger, found = war.state.books, {"net": _one((war.state.theatre.net * war.state.facts.inside).sum(axis=0))}
    for side, name in enumerate(war.state.facts.names):
        found[f"{name} lost"] = _one(war.state.theatre.sides[side].casualties)
        found[f"{name} killed"] = _one(ledger.balance("person", f"{ROLES[side]}:killed"))
        found[f"{name} intake"] = -_one(ledger.balance("person", f"{ROLES[side]}:outside"))
        for good in ("shell", "drone", "long_range_drone", "missile", "glide_bomb"):
            found[f"{name} {good}"] = _one(ledger.balance(good, f"{ROLES[side]}:used"))
    delivered = ledger.balance("aid", "defender:delivered")
    pledged = -ledger.balance("aid", "allies:budget")
    for row, ally in enumerate(war.state.p.allies.names):
        found[f"{ally} delivered"], found[f"{ally} pledged"] = (
            float(delivered[row, 0]),
            float(pledged[row, 0]),
        )
    found["rushed"] = float(ledger.balance("aid", "defender:rushed").sum())
    for partner in war.state.p.partners.names:
        found[f"{partner} shells"] = -_one(ledger.balance("shell", f"{seller(partner)}:sold"))
        found[f"{partner} troops"] = -_one(ledger.balance("person", f"{seller(partner)}:outside"))
    for row, front in enumerate(war.state.p.fronts.names):
        found[f"at {front}"] = float(war.state.theatre.net[row, 0])
    return found


def _opening(war: War, call: _Labels) -> str:
    lines, (defender, attacker) = [war.state.line(side) for side in (DEFENDER, ATTACKER)], call.sides(war)
    gain = f"{call.word(war, ATTACKER, 'demonym')} gain {_one(war.state.reference.gain):.1f} km2 a day"
    leadership = _begin(call.word(war, ATTACKER, "leadership"))
    return (
        f"{format_date(war.state.start)}. The war as it stands.\n"
        f"  On the line: {defender} {_count(_one(lines[DEFENDER].sum(axis=0)))} people, "
        f"{attacker} {_count(_one(lines[ATTACKER].sum(axis=0)))}. Recent {gain}.\n"
        f"  {leadership} gives another year of sufficient aid a chance of {_one(beliefs.belief(war.state)):.0%}; "
        f"its fiscal buffer is {_one(war.state.theatre.buffer):.0f} months."
    )


def _entry(
    war: War, before: dict[str, float], now: dict[str, float], date: dt.date, events: list[str], call: _Labels
) -> str:
    gone = {key: now[key] - before[key] for key in now}
    parts = [
        f"{format_date(date)}.",
        *events,
        *_front_lines(war, gone, call),
        *_sides_lines(war, gone, call),
        *_exchange_lines(war, gone, call),
    ]
    parts.append(_leadership_line(war, call))
    return "\n  ".join(parts)


def _front_lines(war: War, gone: dict[str, float], call: _Labels) -> list[str]:
    names = [name for row, name in enumerate(war.state.p.fronts.names) if war.state.facts.inside[row, 0] > 0.0]
    defender, attacker = call.sides(war)
    moved = sorted(((gone[f"at {name}"], name) for name in names), reverse=True)
    gains = ", ".join(f"{call[name]} {km2:+.0f}" for km2, name in moved[:3])
    back = [f"{call[name]} {km2:+.0f}" for km2, name in moved if km2 < -1.0]
    lines = [
        f"Front: {attacker} {gone['net']:+.0f} km2 ({gains}); the season leaves {_one(war.state.theatre.going):.0%} of speed."
    ]
    if back:
        lines.append(f"{defender} regains ground at " + ", ".join(back) + ".")
    for row, name in enumerate(war.state.p.fronts.names):
        if _is_salient(war, row):
            left = max(float(war.state.p.fronts.held[row, 0] - war.state.theatre.net[row, 0]), 0.0)
            lines.append(f"In {call[name]} {defender} holds {left:.0f} km2.")
    return lines


def _is_salient(war: War, row: int) -> bool:
    """Whether a front is a salient of which something is left."""
    outside = war.state.facts.inside[row, 0] == 0.0
    return bool(outside and war.state.theatre.open[row, 0] > 0.0 and war.state.theatre.closed[row, 0] == 0.0)


def _sides_lines(war: War, gone: dict[str, float], call: _Labels) -> list[str]:
    lines = []
    for side, name in enumerate(war.state.facts.names):
        order = war.state.orders.commands[side]
        main = _main_effort(war, side, call)
        wanted = (
            order.wanted[:, 0]
            - war.state.theatre.sides[side].start_line[:, 0] / war.state.theatre.sides[side].start_line[:, 0].sum()
        )
        lines.append(
            f"{call[name]}: lost {_count(gone[f'{name} lost'])} ({_count(gone[f'{name} killed'])} killed), "
            f"took in {_count(gone[f'{name} intake'])}; fired {_count(gone[f'{name} shell'])} shells, "
            f"{_count(gone[f'{name} drone'])} drones, {_count(gone[f'{name} long_range_drone'])} long-range drones, "
            f"{_count(gone[f'{name} missile'])} missiles"
            + (f", {_count(gone[f'{name} glide_bomb'])} glide bombs" if gone[f"{name} glide_bomb"] >= 1.0 else "")
            + f"; {main}, reserves towards {call[war.state.p.fronts.names[int(np.argmax(wanted))]]}"
            + (f", tempo {_one(order.tempo):.2f}." if side == ATTACKER else ".")
        )
    salients = [row for row in range(len(war.state.p.fronts.names)) if _is_salient(war, row)]
    leaving = any(war.state.orders.defender.leave[row, 0] > 0.0 for row in salients)
    leadership = _begin(call.word(war, DEFENDER, "leadership"))
    seen, ordered = war.cast.governments[DEFENDER].view, war.state.orders.defender
    lines.append(
        f"{leadership} saw its line at {1.0 / (1.0 + _one(seen.missing_fill)):.0%} of the start's and ordered an intake of "
        f"{_count(_one(ordered.intake) * 30.4)} a month" + (", and is leaving the salient." if leaving else ".")
    )
    traded = war.state.theatre.ceding[:, 0] > MOSTLY * _one(war.state.p.command.cede_share)
    ceded = [call[name] for row, name in enumerate(war.state.p.fronts.names) if traded[row]]
    if ceded:
        lines.append(f"The {call.word(war, DEFENDER, 'demonym')} command trades ground at " + ", ".join(ceded) + ".")
    return lines


def _main_effort(war: War, side: int, call: _Labels) -> str:
    """Return where a side attacks hardest, or that it only holds."""
    effort = war.state.orders.commands[side].effort[:, 0]
    row = int(np.argmax(effort))
    usual = _one(war.state.side_p[side].effort) * _one(war.state.orders.commands[side].tempo)
    planned = np.broadcast_to(war.cast.commands[side].view.planned_effort, war.state.theatre.ceding.shape)[row, 0]
    mostly = usual + MOSTLY * _one(war.state.p.command.counter_effort)
    if side == DEFENDER and planned <= 0.0 and effort[row] <= mostly:
        return "holds"
    verb = "counter-attacks at" if side == DEFENDER else "main effort"
    return f"{verb} {call[war.state.p.fronts.names[row]]}"


def _exchange_lines(war: War, gone: dict[str, float], call: _Labels) -> list[str]:
    allies = list(war.state.p.allies.names)
    delivered = sum(gone[f"{ally} delivered"] for ally in allies) + gone["rushed"]
    pledged = sum(gone[f"{ally} pledged"] for ally in allies)
    first = sorted(allies, key=lambda ally: -gone[f"{ally} delivered"])[:3]
    useful = [kind for kind in KINDS if kind not in NOT_ARMS]
    scarcity = [
        _one(war.state.reference.stock[kind]) / max(_one(war.state.books.balance(kind, "defender:stock")), 1.0)
        for kind in useful
    ]
    scarce = useful[int(np.argmax(scarcity))]
    lines = [
        f"Allies pledged {pledged:.2f} and delivered {delivered:.2f} bn dollars (most: "
        + ", ".join(f"{call[ally]} {gone[f'{ally} delivered']:.2f}" for ally in first)
        + f"); what {call.sides(war)[DEFENDER]} lacks most against the start: {GOODS[scarce]}."
    ]
    sent = [
        f"{call[partner]} {_count(gone[f'{partner} shells'])} shells"
        + (f" and {_count(gone[f'{partner} troops'])} troops" if gone[f"{partner} troops"] >= 1.0 else "")
        for partner in war.state.p.partners.names
        if gone[f"{partner} shells"] >= 1.0 or gone[f"{partner} troops"] >= 1.0
    ]
    if sent:
        lines.append(f"Partners of {call.sides(war)[ATTACKER]} sent: " + "; ".join(sent) + ".")
    return lines


def _leadership_line(war: War, call: _Labels) -> str:
    t, belief = war.state.theatre, _one(beliefs.belief(war.state))
    leadership = _begin(call.word(war, ATTACKER, "leadership"))
    lost = ", ".join(
        f"{call[name]} {float(t.damage[row, 0]):.0%}"
        for row, name in enumerate(war.state.p.strike.targets.names)
        if war.state.facts.owner[row] == ATTACKER
    )
    called = " A mobilisation is on." if _one(t.mobilisation_left) > 0.0 else ""
    return (
        f"{leadership}: belief in another year of aid {belief:.0%}, sign-up bonus {_one(t.bonus):.2f} of the start's, "
        f"buffer {_one(t.buffer):.0f} months, capacity lost to strikes ({lost}); "
        f"hazard of accepting {_one(t.hazard):.1%} a month.{called}"
    )


def _ending(war: War, end: dt.date, call: _Labels) -> str:
    net = _one((war.state.theatre.net * war.state.facts.inside).sum(axis=0))
    gained = f"Net {call.word(war, ATTACKER, 'demonym')} gain since the start: {net:+.0f} km2."
    if _one(war.state.theatre.war) > 0.5:
        return f"On {format_date(end)} the war goes on. {gained}"
    return (
        f"On {format_date(end)} the guns fell silent. {gained} "
        f"Chance that the terms last: {_one(war.state.theatre.durable):.0%} (conditional on guessed coefficients)."
    )
