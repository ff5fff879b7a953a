"""Why two results differ: what each block of keys brings to the change, beside what is left and the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from sim.analysis.statistics.decomposition import OutcomeChange
from sim.analysis.statistics.factorial import RunFacts
from sim.plotting.effects import axis_of, conditional, head_of, paired, scaled
from sim.plotting.frame.dots import Dots, RowPanel, draw_rows
from sim.plotting.frame.page import interval, key, patch_key
from sim.plotting.frame.palette import BLUE, FAINT, INK, SOLID, Style
from sim.plotting.frame.statements import Title, leader

SHOWN = ("net_km2", "p_halt", "p_ceasefire", "delivered")


@dataclass(frozen=True)
class ChangeStudy:
    """A change from one arm to another by blocks."""

    first: str
    second: str
    run: RunFacts
    blocks: Sequence[str]
    outcomes: Mapping[str, OutcomeChange]
    source: str


def why(study: ChangeStudy) -> Figure:
    """Draw what each block brings to the change of each outcome, what is left, and the whole."""
    shown = [study.outcomes[name] for name in SHOWN if name in study.outcomes]
    names = [*study.blocks, "left over", "the whole change"]
    panels = []
    for change in shown:
        rows = [*(change.blocks[block] for block in study.blocks), change.residual, change.total]
        estimates = [scaled(one, change.outcome) for one in rows]
        blocks, last = len(study.blocks), len(names) - 1
        bars = [
            Dots(Style(colour), [one if place in places else None for place, one in enumerate(estimates)])
            for colour, places in ((BLUE, range(blocks)), (FAINT, [blocks]), (INK, [last]))
        ]
        head = head_of(change.outcome)
        panels.append(
            RowPanel(head, axis_of(change.outcome, "change"), bars, bars=True, conditional=change.outcome.conditional)
        )
    return draw_rows(
        _most(study, shown),
        "The numbers of the world in which the two differ, block by block: the Shapley value of a block is what it brings in "
        "the mean over all orders in which the blocks could be changed; the values add up to the change of all blocks. "
        + paired(study.run) + conditional(change.outcome for change in shown),
        study.source, names, panels, columns=2, wide=3.2, gap=0.5,
        keys=[patch_key("a block", BLUE), patch_key("left over", FAINT), patch_key("the whole", INK),
              key(f"its {interval(study.run.interval)}", dash=SOLID, width=1.2)],
    )  # fmt: skip


def _most(study: ChangeStudy, shown: Sequence[OutcomeChange]) -> Title:
    """Return a title that names the block that brings most of the change of the first outcome, where one clearly does."""
    plain = f"Why {study.second} differs from {study.first}"
    if not shown or not shown[0].total.sign:
        return plain
    change, way = shown[0], shown[0].total.sign
    same_way = {block: change.blocks[block].times(way, change.blocks[block].unit) for block in study.blocks}
    top = leader(same_way)
    word = (
        f"most of the change of {change.outcome.label} comes with {top}"
        if top
        else "no block clearly brings most of the change"
    )
    return [f"{study.second} against {study.first}: {word}", plain]
