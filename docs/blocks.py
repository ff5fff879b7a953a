"""The generated parts of the pages: each takes stored results and gives Markdown.

A page holds ``<!-- gen:NAME -->`` ... ``<!-- /gen -->``; what stands between is what the function under `BLOCKS[NAME]` returns.
Results are the JSON files of ``docs/results``, by name. To add a block, write a function that takes `Results` and returns text,
and decorate it with its name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from csv import DictReader
from pathlib import Path
from typing import Any

from sim.foundation.format import format_interval, format_number, format_percent
from sim.report.screen import Markup, Table

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = ("as expected", "as turned out")


class Results:
    """Stored results, read when asked for."""

    def __init__(self, folder: Path = ROOT / "docs" / "results", tables: Path = ROOT / "scenarios" / "history") -> None:
        self.folder, self.tables = folder, tables
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            path = self.folder / f"{name}.json"
            try:
                self._read[name] = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise LookupError(f"{path}: cannot be read ({error}); `make results` makes it") from None
        return self._read[name]

    def csv(self, name: str) -> tuple[list[str], list[dict[str, str]]]:
        """Return the comment lines and the rows of a CSV file."""
        path = self.tables / name
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise LookupError(f"{path}: cannot be read ({error}); `make results` makes it") from None
        said = [line.lstrip("# ") for line in lines if line.startswith("#")]
        return said, list(DictReader(line for line in lines if not line.startswith("#")))


Block = Callable[[Results], str]
BLOCKS: dict[str, Block] = {}


def block(name: str) -> Callable[[Block], Block]:
    """Register a generated part."""

    def keep(made: Block) -> Block:
        BLOCKS[name] = made
        return made

    return keep


def percent(x: float | None) -> str:
    """Return a share as ``62 %``; a dash where there is none."""
    return "-" if x is None else format_percent(x)


def signed(x: float | None) -> str:
    """Return a share as ``+22 %``; a dash where there is none."""
    return "-" if x is None else format_percent(x, signed=True)


def whole(x: float | None) -> str:
    """Return a number as ``1,497``; a dash where there is none."""
    return "-" if x is None else format_number(x)


def three(x: float | None) -> str:
    """Return a number with three significant digits, or whole from a hundred on; a dash where there is none."""
    return "-" if x is None else format_number(x, None)


FORMATS: dict[str, Callable[[Any], str]] = {
    "percent": percent, "signed": signed, "whole": whole, "three": three, "text": str,
    "one": lambda x: format_number(x, 1), "two": lambda x: format_number(x, 2), "minutes": lambda x: format_number(x / 60),
}  # fmt: skip
"""How a single value may be written; see `docs.write`."""


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; cells may hold marks."""
    return Table(
        head, [[Markup(cell.replace("|", "/")) for cell in row] for row in rows], text_columns=len(head)
    ).for_markdown()


def plain(name: str | None) -> str:
    """Return the name of a naive forecast as a reader would write it."""
    text = str(name).replace("_", " ")
    return f"{text} weeks" if text[-1:].isdigit() else text


# --- hindcasts ------------------------------------------------------------------------------------------------


@block("hindcast-run")
def hindcast_run(results: Results) -> str:
    """Say of which run the scores are."""
    run, total = results["hindcast"]["run"], results["hindcast"][COLUMNS[0]]["total"]
    return (
        f"The figures are of the stored run: {run['members']} members, {run['steps']} steps, seed {run['seed']}, observations "
        f"to {run['until']}; {total['n_windows']} windows from {len(results['hindcast'][COLUMNS[0]]['origins'])} origins."
    )


@block("hindcast-chosen")
def hindcast_chosen(results: Results) -> str:
    """Say how forecasts stand against the rival that could have been chosen on the day."""
    head = ["inputs", "origins", "CRPS, km2", "its rival's", "skill (se)", "by axis (se), against the last 13 weeks"]
    rows = []
    for column in COLUMNS:
        stored = results["hindcast"][column].get("chosen", {})
        for name, words in (("all", "all"), ("since_2023_07", "from July 2023")):
            if name in stored:
                one, axes = stored[name], stored[f"{name}_axes"]
                skills = [f"{signed(x['skill'])} ({percent(x['skill_se'])})" for x in (one, axes)]
                rows.append([column, words, three(one["crps"]), three(one["rival_crps"]), *skills])
    return (
        markdown_table(head, rows)
        if rows
        else "The stored hindcast is of an earlier version: `make results` makes it anew."
    )


@block("amplitude")
def amplitude(results: Results) -> str:
    """Say how far the model swings beside the record."""
    stored = results["amplitude"]
    one, share = stored["one_go"], stored["explained"]["share"]
    low, first, median, third, high = (whole(x) for x in one["quantiles"])
    rows = [[row["from"], whole(row["seen"]), f"{whole(row['median'])} ({whole(row['low'])} .. {whole(row['high'])})",
             f"{row['median'] / row['seen']:.2f}"] for row in stored["price"]]  # fmt: skip
    near = sum(1 / 1.5 <= row["median"] / row["seen"] <= 1.5 for row in stored["price"])
    return "\n\n".join(
        (
            f"- **One go from January 2023**: seen {whole(one['observed'])} km2; median {median}, half of the replicates within "
            f"{first} to {third}, 90 % within {low} to {high}.\n"
            f"- **Mechanisms explain** {percent(share)} of the variance of log speed at half a year between replicates.\n"
            f"- **Price of ground**, casualties per gross km2 (claims times their central factor), within a factor 1.5 in "
            f"{near} of {len(rows)} quarters:",
            markdown_table(["quarter from", "seen", "model, median (50 %)", "ratio"], rows),
        )
    )


@block("agents")
def agents(results: Results) -> str:
    """Return what freezing each class of agents changes, and whether it is an agent or an input."""
    rows = []
    for one in results["agents"]:
        low, mean, high = one["ground_pct"]
        cells = [f"{m:+.1f} ({a:+.1f} to {b:+.1f})" for a, m, b in (one["casualties_pct"], one["delivered_pct"])]
        kind = "decides" if one["decides"] else "an input"
        rows.append([one["label"], f"{mean:+.1f} ({low:+.1f} to {high:+.1f})", *cells, kind])
    return markdown_table(["frozen", "ground, %", "casualties of its side, %", "delivered, %", ""], rows)


@block("agents-inputs")
def agents_inputs(results: Results) -> str:
    """Name the classes that decide in the shipped world, and those that are inputs."""
    by: dict[bool, list[str]] = {True: [], False: []}
    for one in results["agents"]:
        by[bool(one["decides"])].append(one["label"])
    decide, inputs = (", ".join(names) or "none" for names in (by[True], by[False]))
    return (
        f"In the shipped world these decide: {decide}. These are inputs, whose rules run but could be replaced by their own "
        f"average: {inputs}."
    )


@block("controls")
def controls(results: Results) -> str:
    """Give the answer to every positive control."""
    head = ["control", "effect, km2 (90 %)", "of the base", "expected", "halts", "holds"]
    rows = []
    for one in results["controls"]:
        low, mean, high = (format_number(x) for x in one["effect_km2"])
        share = one["range"]
        expected = one["expected"] + (f", {signed(share[0])} .. {signed(share[1])}" if share else "")
        rows.append([one["label"], f"{mean} ({low} .. {high})", signed(one["share_of_base"]), expected, percent(one["halt"]),
                     "yes" if one["holds"] else "**no**"])  # fmt: skip
    return markdown_table(head, rows)


@block("shortages")
def shortages(results: Results) -> str:
    """Say for each need of each side in how many replicates of the base, and for how many weeks, it binds."""
    stored = results["base"]["binding"]
    needs = list(next(iter(stored.values())))
    rows = [
        [need, *(f"{percent(side[need]['replicates'])}, {side[need]['weeks']:.0f} weeks" for side in stored.values())]
        for need in needs
    ]
    return markdown_table(["need", *stored], rows)


@block("halt-ladder")
def halt_ladder(results: Results) -> str:
    """Give the share of the base's replicates slower than each rung, beside the share of the record's spans by year."""
    stored = results["base"]["ladder"]
    record = results["hindcast"]["run"].get("record_slower_than", {})
    names = list(next(iter(stored.values())))
    rows = [[f"base, {words}", *(percent(row[name]) for name in names)] for words, row in stored.items()]
    for year, row in record.items():
        rows.append([f"record, spans begun in {year}", *(percent(row[name]) if name in row else "-" for name in names)])
    return markdown_table(["mean of 60 days below", *names], rows)


@block("hindcast-shape")
def hindcast_shape(results: Results) -> str:
    """Say how wide, how level and how steep the forecasts are."""
    lines = []
    for column in COLUMNS:
        stored = results["hindcast"][column]
        if "held_90" not in stored:
            return "The stored hindcast is of an earlier version: `make results` makes it anew."
        held = ", ".join(
            f"{weeks} weeks {percent(x['share'])} of {x['origins']}" for weeks, x in stored["held_90"].items()
        )
        slope = stored["slope"]
        lines.append(
            f"- Inputs {column}: the 90 % interval held of gains since the origin at {held}. Windows by tenth of their forecasts "
            f"(even if right): {' '.join(map(str, stored['pit']))}. Slope of ln observed on ln forecast, eight-week gross gains: "
            f"{slope['slope']:.2f} ({slope['slope_se']:.2f}), R2 {slope['r2']:.2f}."
        )
    return "\n".join(lines)


@block("chain")
def chain(results: Results) -> str:
    """Give the elasticities of the front, stage by stage."""
    stages = ["to fires", "to power", "to speed", "to a year's ground"]
    rows = []
    for name, found in results["chain"]["rows"].items():
        cells = [found.get(stage) for stage in stages]
        written = [
            "-" if x is None else f"{x[1]:+.2f} ({x[0]:+.2f} .. {x[2]:+.2f})".replace("-0.00", "+0.00") for x in cells
        ]
        rows.append([name, *written])
    return markdown_table(["one per cent more of", *stages], rows)


@block("hindcast-scores")
def hindcast_scores(results: Results) -> str:
    """Return the table of scores."""
    head = ["what", "inputs", "CRPS", "best naive", "its CRPS", "skill (se)", "50 % covers", "90 % covers"]
    rows = []
    for what, key, unit in (
        ("gain, total", "total", "km2"),
        ("gain, by axis", "axes", "km2"),
        ("losses, as claimed", "losses", "persons"),
    ):
        for column in COLUMNS:
            one = results["hindcast"][column][key]
            best = one["naive"][one["best_naive"]]
            skill = f"{signed(one['skill'])} ({percent(one['skill_se']).rstrip(' %')})"
            cells = [
                what,
                column,
                f"{three(one['crps_4wk'])} {unit}",
                plain(one["best_naive"]),
                f"{three(best)} {unit}",
                skill,
            ]
            rows.append([*cells, percent(one["coverage_50"]), percent(one["coverage_90"])])
    return markdown_table(head, rows)


@block("hindcast-naive")
def hindcast_naive(results: Results) -> str:
    """Return the table of all naive forecasts."""
    names = list(results["hindcast"][COLUMNS[0]]["total"]["naive"])
    both = [("model, inputs " + column, column) for column in COLUMNS]
    rows = [
        [name, *(three(results["hindcast"][column][key]["crps_4wk"]) for key in ("total", "axes", "losses"))]
        for name, column in both
    ]
    for name in names:
        shared = [results["hindcast"][COLUMNS[0]][key]["naive"].get(name) for key in ("total", "axes", "losses")]
        rows.append([plain(name), *(three(x) for x in shared)])
    return markdown_table(["forecast", "total, km2", "by axis, km2", "losses, persons"], rows)


@block("hindcast-origins")
def hindcast_origins(results: Results) -> str:
    """Return what was said and what came, origin by origin, the worst first."""
    rows = []
    for column in COLUMNS:
        origins = results["hindcast"][column]["origins"]
        for origin, one in sorted(origins.items(), key=lambda item: item[1]["total"]["skill"] or 0.0):
            for weeks, s in one["cumulative"].items():
                out = "" if s["low"] <= s["observed"] <= s["high"] else " **outside**"
                said = format_interval([s["low"], s["median"], s["high"]])
                best = f"{signed(one['total']['skill'])} against {plain(one['total']['best_naive'])}"
                rows.append([column, origin, best, weeks, whole(s["observed"]) + out, said])
    return markdown_table(["inputs", "origin", "skill", "weeks", "observed, km2", "said, km2 (90 %)"], rows)


@block("hindcast-halts")
def hindcast_halts(results: Results) -> str:
    """Return the chance of a halt that no lever brought, and whether one came."""
    run = results["hindcast"]["run"]["halt"]
    rows = []
    for origin, first in results["hindcast"][COLUMNS[0]]["origins"].items():
        second = results["hindcast"][COLUMNS[1]]["origins"][origin]
        one = first["halt"]
        came = (
            "too few weeks"
            if one["happened"] is None
            else f"yes, from day {one['day']:.0f}"
            if one["happened"]
            else "no"
        )
        rows.append(
            [
                origin,
                percent(one["chance"]),
                percent(second["halt"]["chance"]),
                came,
                "-" if one["least"] is None else f"{one['least']:.1f}",
            ]
        )
    table = markdown_table(["origin", *COLUMNS, "came", "slowest seen, km2/day"], rows)
    sums = [results["hindcast"][column]["halts"] for column in COLUMNS]
    return (
        f"A halt: net gain below {run['rate']:g} km2 per day on the mean of {run['days']:g} days, beginning within "
        f"{run['within']:g} days. No lever in any replicate.\n\n{table}\n\n"
        + " ".join(
            f"Inputs {column}: {s['expected']:.1f} halts expected, {s['seen']} seen; Brier score {s['brier']:.2f}, where always "
            f"saying their share, with hindsight, gives {s['brier_share']:.2f}."
            for column, s in zip(COLUMNS, sums, strict=True)
        )
    )


# --- the posterior --------------------------------------------------------------------------------------------


@block("posterior-run")
def posterior_run(results: Results) -> str:
    """Say how the posterior was made."""
    one = results["posterior"]
    misfit = ", ".join(f"{x:.2f}" for x in one["misfit"])
    silent = sum(row["divergence"] < 0.02 for row in one["contraction"])
    return (
        f"{one['members']} members, {one['steps']} steps, seed {one['seed']}, {one['seconds'] / 60:.0f} minutes. Misfit of the "
        f"mean over its expected size, before each step and after the last: {misfit} (1 is a good fit). Of "
        f"{len(one['contraction'])} parameters {silent} keep their prior in effect (divergence below 0.02 nats)."
    )


@block("posterior-learned")
def posterior_learned(results: Results) -> str:
    """Return the contraction of the parameters that learned most."""
    rows = [
        [row["parameter"], f"{row['shift']:+.2f}", f"{row['contraction']:.2f}", f"{row['divergence']:.3f}",
         format_interval([row["low"], row["median"], row["high"]], digits=2)]
        for row in results["posterior"]["contraction"][:12]
    ]  # fmt: skip
    return markdown_table(
        ["parameter", "shift, prior sd", "contraction", "divergence, nats", "quantile of the prior (90 %)"], rows
    )


@block("screening")
def screening(results: Results) -> str:
    """Return the leaves that move the past most, and where the calibration's list differs."""
    said, rows = results.csv("screening.csv")
    head = ["leaf", "effect, errors", "se", "most on", "in the list"]
    shown = [[r["leaf"], r["effect"], r["error"], r["on"], "yes" if r["listed"] == "True" else "no"] for r in rows[:20]]
    missing = [r["leaf"] for r in rows if r["matters"] == "True" and r["listed"] != "True"]
    weak = [r["leaf"] for r in rows if r["matters"] != "True" and r["listed"] == "True"]
    return (
        f"{' '.join(line.rstrip('.') + '.' for line in said)}\n\n{markdown_table(head, shown)}\n\n"
        f"Matter, but are not in the list ({len(missing)}): {', '.join(missing) or 'none'}.\n\n"
        f"In the list, though they matter little by this measure ({len(weak)}): {', '.join(weak) or 'none'}."
    )


# --- arithmetic -----------------------------------------------------------------------------------------------


@block("checks")
def checks(results: Results) -> str:
    """Return all comparisons, misses first."""
    order = {"outside": 0, "touches": 1, "inside": 2}
    rows = sorted(results["arithmetic"]["checks"], key=lambda row: order[row["verdict"]])
    word = {"outside": "**outside**", "touches": "interval only", "inside": "inside"}
    table = [
        [word[r["verdict"]], f"{r['check']} ({r['of']})", f"{r['from']} to {r['to']}",
         format_interval(r["model"], digits=None),
         f"{three(r['known'][0])} to {three(r['known'][1])}", r["unit"], r["source"], r["note"]]
        for r in rows
    ]  # fmt: skip
    return markdown_table(
        ["verdict", "quantity", "days", "model, median (90 %)", "known", "unit", "source", "note"], table
    )


@block("checks-count")
def checks_count(results: Results) -> str:
    """Count the comparisons by verdict."""
    rows = results["arithmetic"]["checks"]
    count = {v: sum(r["verdict"] == v for r in rows) for v in ("inside", "touches", "outside")}
    return (
        f"Of {len(rows)} comparisons the median of {results['arithmetic']['replicates']} replicates lies inside the known range in "
        f"{count['inside']}, only the 90 % interval reaches it in {count['touches']}, and neither does in {count['outside']}."
    )


@block("books")
def books(results: Results) -> str:
    """Return how far each book is from closing."""
    rows = [
        [book["book"], Path(name).stem, f"{three(book['gap'])} {book['unit']}", f"{book['share']:.0e}"]
        for name, found in results["arithmetic"]["books"].items()
        for book in found
    ]
    return markdown_table(["book", "world", "largest gap", "share of what passed"], rows)


# --- the base world ---------------------------------------------------------------------------------------------


@block("numbers-by-grade")
def numbers_by_grade(results: Results) -> str:
    """Count the numbers of the claim's scenario by grade."""
    one = results["numbers"]["valid"][0]
    guessed = one["grades"].get("guess", 0)
    share = guessed / one["numbers"]
    return f"Of {one['numbers']} numbers, definitions aside, {guessed} ({percent(share)}) bear the grade *guess*."


@block("base-slackens")
def base_slackens(results: Results) -> str:
    """Say how the base's four-week gain falls with no lever at all."""
    base = results["base"]
    low = min(base["months"], key=lambda row: row["median"])
    first = base["months"][0]

    def gain(month: dict[str, Any]) -> str:
        return format_interval([month["low"], month["median"], month["high"]], "km2")

    return (
        f"The median four-week gain of the base world is {gain(first)} in the first four weeks and falls to {gain(low)} "
        f"in those that end {low['end']}, with no lever at all ({base['replicates']} replicates, seed {base['seed']})."
    )


@block("autumn-2022")
def autumn(results: Results) -> str:
    """Say what the autumn of 2022 gives."""
    one = results["autumn"]
    return (
        f"The defender is ahead after eight weeks in {percent(one['ahead_8'])} of the replicates, and in "
        f"{percent(one['week_1000'])} one week brings it more than 1,000 km2. At twelve weeks the net gain of the attacker is "
        f"{format_interval(one['weeks_12'], 'km2')}, median and 90 % interval ({one['replicates']} replicates, seed "
        f"{one['seed']}; priors alone)."
    )
