"""The command that asks how firm a verdict is."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sim
from sim.cli.asked import Asked
from sim.cli.ending import STOPPED, Stop, command_line
from sim.cli.places import end_if, make_ready, save, trouble_in, writable
from sim.cli.progress import progress_bar
from sim.foundation.errors import UserError

if TYPE_CHECKING:
    from sim.experiment.variants import Study

NOTE = (
    "* how slack a halt must be for all coordinated to reach it in as many wars as `can` asks.\n"
    "Of the single levers the best is shown; picked after the fact, it flatters them."
)


def firm(file: Path | None, variants: Path | None, only: list[str], write: Path | None, asked: Asked) -> None:
    """Play every variant, judge all by every threshold, and print, draw and write what came of it."""
    from sim.analysis.verdicts.robustness_account import examine
    from sim.cli.work import claim_file

    shipped = claim_file()
    file, listed = file or shipped, variants or shipped.parent / "firmness" / "variants.yaml"
    study = _chosen(listed, only)
    make_ready(asked.plots_to)
    if write is not None:
        writable(write)
    folder, results = _play(study, file, asked)
    names = [(variant.name, variant.group, variant.label) for variant in study.variants]
    told = examine(results, names, study.thresholds, study.pairs)
    told |= {"file": str(file), "result": str(folder)}
    text = json.dumps(told, ensure_ascii=False, indent=1)
    save(folder / "summary.json", text + "\n")
    figures = asked.plots_to or folder / "plots"
    trouble = trouble_in(lambda: _draw(told, figures), figures) if asked.plots else None
    if write is not None:
        from sim.cli.firm_page import page

        save(write, page(told, _from(write, figures) if asked.plots else None))
    if asked.as_json:
        print(text)
    else:
        show(told, quiet=asked.quiet)
    end_if(trouble)


def _chosen(listed: Path, only: list[str]) -> Study:
    """Return the study with the variants asked for; the first, which changes nothing, always among them."""
    import dataclasses

    from sim.experiment.variants import read_variants
    from sim.scenario.schema.paths import unknown

    study = read_variants(listed)
    allowed = [variant.name for variant in study.variants]
    wrong = [name for name in only if name not in allowed]
    if wrong:
        raise UserError([f"--only {name}: {unknown('variant', name, allowed)}" for name in wrong])
    wanted = [v for place, v in enumerate(study.variants) if not only or place == 0 or v.name in only]
    return dataclasses.replace(study, variants=tuple(wanted))


def _play(study: Study, file: Path, asked: Asked) -> tuple[Path, dict[str, Any]]:
    """Play what is not yet played; return the folder and the results by variant."""
    from sim.analysis.verdicts.claim import JOINT, singles
    from sim.experiment.firm import check, play_variants
    from sim.experiment.run import Interrupted
    from sim.experiment.store import default_folder

    scenarios = check(study, file, asked.overrides())
    first = scenarios[study.variants[0].name]
    arms = list(first.arms)
    if JOINT not in arms or not singles(arms):
        raise UserError([f"{file}: has the arms {', '.join(arms)} - a base, single levers and {JOINT} are needed"])
    folder = asked.out or default_folder(f"firm-{file.stem}", first.hash, first.run.seed, first.run.replicates)
    with progress_bar(f"playing {len(study.variants)} variants of {file.stem}", hidden=asked.quiet) as progress:
        try:
            folders = play_variants(
                study, scenarios, folder, jobs=asked.jobs, command=command_line(), progress=progress
            )
        except Interrupted as stopped:
            raise Stop(str(stopped), STOPPED) from None
    return folder, {name: sim.load(place) for name, place in folders.items()}


def _from(page: Path, folder: Path) -> str:
    """Return the way from a page to a folder, as a link is written."""
    return Path(os.path.relpath(folder, page.parent)).as_posix()


def _draw(told: dict[str, Any], folder: Path) -> None:
    """Draw the figures into the folder."""
    from sim.plotting.firmness import draw_all

    draw_all(told, folder)


def show(told: dict[str, Any], *, quiet: bool) -> None:
    """Print the tables of variants and of thresholds, and the sentence; with `quiet` the sentence only."""
    from rich.console import Console

    from sim.cli.table import _PIPE_WIDTH

    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False, soft_wrap=False)
    if not quiet:
        console.print(_variants(told))
        console.print(_thresholds(told))
        console.print(NOTE, style="dim", markup=False)
    console.print(told["sentence"], style="bold", markup=False)
    if not quiet:
        console.print(f"Results: {told['result']}", markup=False)


def _variants(told: dict[str, Any]) -> Any:
    from rich.table import Table

    level = f"{100 * told['interval']:.0f} %"
    table = Table(title=f"{told['title']} - {told['replicates']} wars an arm and variant, chance of a halt ({level})")
    table.add_column("variant")
    for heading in ("base", "best single", "all\ncoordinated", "all - base,\npoints"):
        table.add_column(heading, justify="right")
    table.add_column("halts by\nkm2/day *", justify="right")
    for heading in ("verdict on\na halt", "verdict on\na reversal"):
        table.add_column(heading)
    group = None
    for row in told["variants"]:
        if row["group"] != group:
            table.add_section()
            group = row["group"]
        halt, same = row["halt"], row["same_verdict"]
        table.add_row(
            row["label"],
            percent(halt["base"]),
            f"{percent(halt['best_single'])}\n{halt['best_single_arm']}",
            percent(halt["joint"]),
            points(halt["joint_minus_base"]),
            plain(row["halt_rate_needed"]["joint"]),
            halt["verdict"] + ("" if same["halt"] else " (turned)"),
            row["reversal"]["verdict"] + ("" if same["reversal"] else " (turned)"),
        )
    return table


def _thresholds(told: dict[str, Any]) -> Any:
    from rich.table import Table

    table = Table(title="Thresholds moved one at a time, as shipped otherwise")
    for heading in ("threshold", "shipped", "looked at", "verdict turns"):
        table.add_column(heading)
    for scan in told["thresholds"]:
        values = [row["value"] for row in scan["at"]]
        table.add_row(
            f"{scan['name']} ({scan['question']})",
            f"{scan['shipped']:g} {scan['unit']}".strip(),
            f"{values[0]:g} to {values[-1]:g}",
            turns(scan),
        )
    return table


def turns(scan: dict[str, Any]) -> str:
    """Return where a scan's verdict changes, going up, in words."""
    first = scan["at"][0]["verdict"]
    steps = [f"{flip['verdict']} from {flip['from']:g}" for flip in scan["flips"]]
    return f"nowhere: {first}" if not steps else f"{first}; " + "; ".join(steps)


def percent(interval: list[float | None]) -> str:
    """Return a chance with its interval as ``4 % (2 to 7)``."""
    low, value, high = ("?" if x is None else f"{100 * x:.0f}" for x in interval)
    return f"{value} % ({low} to {high})"


def plain(interval: list[float | None]) -> str:
    """Return a quantity with its interval as ``8.1 (6.9 to 9.5)``; an end that is unknown is a question mark."""
    low, value, high = ("?" if x is None else f"{x:.1f}" for x in interval)
    return f"{value} ({low} to {high})"


def points(interval: list[float | None]) -> str:
    """Return a difference of chances in points, with its interval."""
    low, value, high = ("?" if x is None else f"{100 * x:+.0f}" for x in interval)
    return f"{value} ({low} to {high})"
