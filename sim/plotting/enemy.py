"""One lever or all, without and with coordination, against each answer of the attacker."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analysis.verdicts.enemy import WORDS, EnemyAnswers
from sim.plotting.frame.dots import Dots, RowPanel, draw_rows, shifts
from sim.plotting.frame.page import interval, key
from sim.plotting.frame.palette import BLUE, GREEN, ORANGE, SOLID, Style
from sim.plotting.frame.statements import signed


@dataclass(frozen=True)
class EnemyStudy:
    """What arms do against each answer of the attacker, and the line that says of which run."""

    answers: EnemyAnswers
    source: str


STYLES = (Style(BLUE, SOLID, "o"), Style(ORANGE, SOLID, "s"), Style(GREEN, SOLID, "D"))


def two_by_two(study: EnemyStudy) -> Figure | None:
    """Draw the ground kept in the four cells, and what coordination adds to one lever and to all; None without such arms."""
    found = study.answers
    if not found.two_by_two:
        return None
    labels, tables = found.names.labels, list(found.two_by_two.items())
    first = tables[0][1]
    cells = [first.alone, first.alone_coordinated, first.together, first.together_coordinated]
    rows = [labels[cell.arm] for cell in cells]
    rows += ["Coordination adds to the one", "Coordination adds to all", "To all, beyond what to the one"]
    dots = [
        Dots(
            style,
            [one.alone.kept, one.alone_coordinated.kept, one.together.kept, one.together_coordinated.kept,
             one.adds_alone, one.adds_together, one.more],
            shift,
        )
        for (_, one), style, shift in zip(tables, STYLES, shifts(len(tables)), strict=False)
    ]  # fmt: skip
    head = "Coordination" if len(tables) == 1 else f"Attacker “{WORDS[tables[0][0]]}”: coordination"
    note = (
        f"Paired means beside the base of the same answer, {interval(first.more.level)} of the means. The one lever is that which "
        "keeps most. Right of zero in the last row, levers and coordination are each worth more with the other."
    )
    return draw_rows(
        [signed(first.more, f"{head} is worth clearly more to all levers than to one",
                f"{head} is worth clearly less to all levers than to one",
                f"{head} is not clearly worth more to all levers than to one"), head], note, f"Source: {study.source}", rows,
        [RowPanel("Ground kept", "km²", dots)], columns=1, wide=5.4, row=0.42,
        keys=[key(f"attacker: {WORDS[answer]}", style.colour, style.marker)
              for (answer, _), style in zip(tables, STYLES, strict=False)],
    )  # fmt: skip
