"""The page of a war that is watched: run, pause, step, watch another war, change a lever and see the fan part."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import solara

from sim.foundation.errors import UserError
from sim.foundation.format import format_date, format_number
from sim.live.figures import fan_figure, map_figure
from sim.workflows.watching import WatchedWar

PAUSE = 0.4  # s between two weeks while it runs

opened: dict[str, Callable[[], WatchedWar]] = {}
"""What a browser that comes gets: a war of its own, on its first morning (``war``)."""


@solara.component
def Page() -> None:
    """Show one war; each browser has its own."""
    war = solara.use_memo(lambda: opened["war"](), [])
    lock = solara.use_memo(threading.Lock, [])
    running = solara.use_reactive(False)
    tick = solara.use_reactive(0)
    trouble = solara.use_reactive("")

    def act(what: Callable[[], Any]) -> None:
        with lock:
            try:
                what()
                trouble.set("")
            except UserError as error:
                trouble.set(str(error))
        tick.set(tick.value + 1)

    def go_on() -> Callable[[], None]:
        stopped = threading.Event()

        def weeks() -> None:
            while not stopped.is_set() and not war.over:
                act(war.step)
                time.sleep(PAUSE)
            if not stopped.is_set():
                running.set(False)

        if running.value:
            threading.Thread(target=weeks, daemon=True).start()
        return stopped.set

    solara.use_effect(go_on, [running.value])
    solara.Title(f"{war.scenario.title} - In Concert")
    with solara.Column(style={"max-width": "1280px", "margin": "0 auto", "padding": "12px"}):
        _html(f"<h2>{escape(war.scenario.title)}</h2><p>{format_date(war.date)}, week {war.week} of {war.weeks}</p>")
        _buttons(war, act, running)
        if trouble.value:
            solara.Error(trouble.value)
        _Levers(war, act, running.value, tick.value)
        _figures(war, tick.value)
        _Agents(war, tick.value)
        _html(
            f"<p>Bands hold 90 % of {war.replicates} wars, dashes are their middle, the solid line is the war that is "
            "watched. Simulated under the scenario's assumptions; not a forecast.</p>"
        )


def _buttons(war: WatchedWar, act: Callable[[Callable[[], Any]], None], running: solara.Reactive[bool]) -> None:
    """Run, pause, step, begin anew, and choose the war that is watched."""
    with solara.Row(style={"flex-wrap": "wrap", "row-gap": "8px"}):
        solara.Button("Pause" if running.value else "Run", on_click=lambda: running.set(not running.value),
                      disabled=war.over, color="primary")  # fmt: skip
        solara.Button("Step a week", on_click=lambda: act(war.step), disabled=war.over or running.value)
        solara.Button("From the start", on_click=lambda: act(war.restart), disabled=running.value)
        with solara.Div(style={"width": "140px"}):
            solara.InputInt("Watched war", value=war.watched, on_value=lambda number: act(lambda: war.watch(number)))


def _figures(war: WatchedWar, tick: int) -> None:
    """Show the fan, the map where there is one, and the stocks; a new `tick` draws them anew."""
    with solara.ColumnsResponsive(12, large=[7, 5]):
        _figure(fan_figure(war.fans(), war.weeks, f"net gain of {war.sides[1]}, km²"), tick)
        drawn = map_figure(war)
        if drawn is not None:
            _figure(drawn, tick)
        else:
            _Stocks(war, tick)
    if drawn is not None:
        _Stocks(war, tick)


def _html(text: str) -> None:
    """Show markup of our own: `solara.Markdown` would ask for the styles of formulas, which its assets lack."""
    solara.HTML(unsafe_innerHTML=text)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = False) -> None:
    """Show a table; the columns after the first stand at the right if they hold `numbers`."""
    aligned = [f"text-align:{'right' if numbers and place else 'left'};padding:4px 8px" for place in range(len(head))]
    lines = [
        "<tr>" + "".join(f'<{cell} style="{style}">{escape(text)}</{cell}>' for style, text in zip(aligned, row, strict=True))
        + "</tr>"
        for cell, some in (("th", [head]), ("td", rows))
        for row in some
    ]  # fmt: skip
    _html(f"<table>{''.join(lines)}</table>")


def _figure(figure: Any, tick: int) -> None:
    solara.FigureMatplotlib(figure, dependencies=[tick])


@solara.component
def _Levers(war: WatchedWar, act: Callable[[Callable[[], Any]], None], running: bool, tick: int) -> None:
    """Choose a lever and what it is from this morning on; a new `tick` draws it anew, here as below."""
    levers = war.levers
    labels = war.lever_labels
    chosen = solara.use_reactive(next(iter(levers), ""))
    value = solara.use_reactive(1.0)
    if not levers:
        return
    with solara.Row(style={"flex-wrap": "wrap", "align-items": "center"}):
        with solara.Div(style={"min-width": "min(420px, 90vw)"}):
            solara.Select(
                "Lever",
                value=labels.get(chosen.value, ""),
                values=list(labels.values()),
                on_value=lambda label: chosen.set(next(key for key, one in labels.items() if one == label)),
            )
        solara.Text(f"now {levers.get(chosen.value, '')}")
        solara.InputFloat("from today", value=value)
        solara.Button(
            "Change it",
            disabled=running or war.over,
            on_click=lambda: act(lambda: war.turn({chosen.value: value.value})),
        )


@solara.component
def _Stocks(war: WatchedWar, tick: int) -> None:
    """Show what each side has in the war that is watched, in the latest future."""
    rows = war.stocks()
    sides = list(rows[0][1])
    with solara.Card("Stocks in the war that is watched", margin=0):
        _table(
            ["stock", *sides],
            [[good.replace("_", " "), *(format_number(had[side]) for side in sides)] for good, had in rows],
            numbers=True,
        )


@solara.component
def _Agents(war: WatchedWar, tick: int) -> None:
    """Show what each agent saw and decided last, and what else it weighed."""
    with solara.Details("What each agent saw and decided", expand=False), solara.Column():
        for agent in war.agents():
            with solara.Details(f"{agent.label} - decides every {agent.every} days"):
                _table(["it saw", "", "which is"], agent.saw)
                _table(["it decided", "greatest first, then what else it weighed", "which is"], agent.decided)
