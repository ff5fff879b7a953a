"""What is held against observations, on the terminal: tables observed, checks, scores, hindcasts, screening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.analysis.scores.scores import Score
from sim.analysis.scores.verification import Verification
from sim.foundation.format import format_count, format_interval, format_list, format_number, format_percent, is_known
from sim.report.screen import Screen, Table

Account = dict[str, Any]
SHOWN = 40
"""Rows shown of a screening."""


def observed(account: Account) -> Screen:
    """Return what a table of observations holds."""
    periods, kind = account["periods"], account["kind"]
    sums = account["totals_by_axis"] or account["totals"] or {}
    gaps = "; ".join(f"{first} to {last}" for first, last in account["gaps"])
    rows = {"values": account["column"], "unit": account["unit"]}
    rows |= {key: text for key, text in account["header"].items() if key != "unit"}
    rows |= {
        "parts": ", ".join(account["axes"] or ()),
        "gaps": f"{gaps or 'none'}; missing values: {account['missing']}",
        "sums": ", ".join(f"{name} {format_number(x, 1)}" for name, x in sums.items()),
        "pace": "; ".join(
            f"{name} recent_gain {one['recent_gain']:g}, usual_gain {one['usual_gain']:g}"
            for name, one in account.get("pace_km2_per_day", {}).items()
        ),
        "not read": ", ".join(account["ignored_columns"]),
    }
    sentence = (
        f"{account['file']}: valid - {kind}, {periods} {'weeks' if kind.startswith('front') else 'dates'} "
        f"to {account['last']}, the first {account['first']}"
    )
    return Screen(details=[sentence, *(f"  {key:<8} {text}" for key, text in rows.items() if text)])


def checked(account: Account) -> Screen:
    """Return the comparisons with what is known, misses first, and how far the books close."""
    order = {"outside": 0, "touches": 1, "inside": 2}
    found = sorted(account["checks"], key=lambda row: order[row["verdict"]])
    count = {verdict: sum(row["verdict"] == verdict for row in found) for verdict in order}
    books = [book for some in account["books"].values() for book in some]
    worst = max((book["share"] for book in books), default=0.0)
    rows = [
        (row["verdict"], f"{row['check']} ({row['of']})", f"{row['from']} to {row['to']}", row["unit"],
         format_interval(row["model"], digits=None),
         f"{format_number(row['known'][0], None)} to {format_number(row['known'][1], None)}")
        for row in found
    ]  # fmt: skip
    sentence = (
        f"{count['inside']} of {len(found)} comparisons inside, {count['touches']} reached by the interval only, "
        f"{count['outside']} outside; {len(books)} books close within {worst:.0e} of what passed through them"
    )
    head = ("verdict", "quantity", "span", "unit", "model, median (90 % of wars)", "known")
    return Screen(sentence, [Table(head, rows, text_columns=4)])


def scored(found: Verification, title: str, conditions: Sequence[Account]) -> Screen:
    """Return the scores of a forecast, in total and by axis, beside baseline forecasts."""
    total = found.total.score
    gains = [
        (f"{weeks} weeks", format_number(gain["observed"]),
         format_interval([gain["low"], gain["median"], gain["high"]]))
        for weeks, gain in total.cumulative.items()
    ]  # fmt: skip
    naive = [
        (name, format_number(value, 1)) for name, value in sorted(total.baseline_crps.items(), key=lambda item: item[1])
    ]
    axes = sorted(found.by_axis.items(), key=lambda item: -item[1].score.crps_4wk)
    held = [
        (
            one["condition"],
            format_percent(one["ceasefire"]),
            f"{format_number(one['crps_4wk'], 1)} ± {format_number(one['crps_monte_carlo_se'], 1)}",
            f"{one['skill']:+.2f} ± {one['skill_se']:.2f}",
            format_percent(one["coverage_90"]),
        )
        for one in conditions
    ]
    tables = [
        Table(("condition", "over by the end", "CRPS, km2 ± Monte-Carlo error", "skill", "90 % covers"), held),
        Table(("gain in", "observed, km2", "forecast, km2, median (90 % of wars)"), gains),
        Table(("baseline forecast", "CRPS of 4-week sums, km2"), naive),
    ]
    details = [f"  {axis:<32} {_score(one.score)}" for axis, one in axes]
    return Screen(f"{title}, from {found.origin}: {_score(total)}", tables, details=details)


def _score(one: Score) -> str:
    best, covers = one.best_baseline, one.coverage_90
    against = f", skill {one.skill:+.2f} ± {one.skill_se:.2f} against {best}" if best else ""
    if best and not is_known(one.skill):  # the baseline forecast makes no error
        against = f", no skill to speak of: {best} errs by 0 km2"
    return (
        f"CRPS of 4-week sums {format_number(one.crps_4wk, 1)} km2{against}; the 90 % interval holds "
        f"{format_percent(covers)} of {format_count(one.n_windows, 'window')}"
    )


def calibrated(account: Account, draws: int, leaves: int, path: Any, seconds: float) -> Screen:
    """Return how well a calibration fits."""
    misfit = ", ".join(format_number(x, 2) for x in account["misfit"])
    return Screen(
        f"{draws} draws of {leaves} numbers in {seconds:.0f} s",
        notes=[f"Misfit of the mean, step by step: {misfit} (1 is a good fit)."],
        places={"Posterior": path},
    )


def ranked(account: Account, path: Any) -> Screen:
    """Return where true parameters fall among the draws of their posteriors."""
    rows = [
        (row["parameter"], format_percent(row["variance_left"]), format_number(row["bias"], 2, signed=True),
         format_number(row["dispersion"], 2), format_number(row["p_holm"], 2))
        for row in account["parameters"]
    ]  # fmt: skip
    uneven = format_list(account["uneven"]) or "none"
    return Screen(
        f"{account['tests']} data sets made with known parameters: of {account['moved']} that the data move, the ranks of "
        f"{len(account['uneven'])} are not even.",
        [Table(("parameter", "of the prior's\nvariance", "bias", "dispersion", "p (Holm)"), rows)],
        [
            "Bias: mean of the ranks' normal scores, 0 where the method is right; above, the truth lies higher than it says.",
            "Dispersion: their root mean square, 1 where it is right, above it intervals are too narrow; all: "
            f"{account['dispersion']:.2f}.",
            f"Not even at 5 %: {uneven}.",
        ],
        places={"Ranks": path},
    )


def hindcasted(account: Account, folder: Any) -> Screen:
    """Return the scores of hindcasts, the origins that went worst first."""
    columns = {name: scores for name, scores in account.items() if name != "run"}
    head = ("what", "inputs", "CRPS of\n4-week sums", "best baseline forecast", "its CRPS", "skill (se)", "50 % covers",
            "90 % covers")  # fmt: skip
    rows, origins, details = [], [], []
    for name, scores in columns.items():
        for what, key in (
            ("gain, total, km2", "total"),
            ("gain, by axis, km2", "axes"),
            ("losses claimed, persons", "losses"),
        ):
            one = scores[key]
            skill = f"{format_percent(one['skill'], signed=True)} ({format_percent(one['skill_se'])})"
            best = one["best_naive"]  # none where nothing was observed to score against
            rows.append((what, name, format_number(one["crps_4wk"], None), best or "-",
                         format_number(one["naive"].get(best), None), skill, format_percent(one["coverage_50"]),
                         format_percent(one["coverage_90"])))  # fmt: skip
        halts = scores["halts"]
        details.append(
            f"Inputs {name}: {format_number(halts['expected'], 1)} halts without a lever expected, {halts['seen']} seen "
            f"from {format_count(halts['origins'], 'origin')}; Brier score {format_number(halts['brier'], 2)}, that of "
            f"always saying their share {format_number(halts['brier_share'], 2)}."
        )
        ranked = sorted(scores["origins"].items(), key=lambda item: item[1]["total"]["skill"] or 0.0)
        origins += [
            (name, origin, format_percent(one["total"]["skill"], signed=True), str(weeks), format_number(s["observed"]),
             format_interval([s["low"], s["median"], s["high"]]))
            for origin, one in ranked for weeks, s in one["cumulative"].items()
        ]  # fmt: skip
    tables = [
        Table(head, rows, "Scores over all origins", text_columns=2),
        Table(
            ("inputs", "origin", "skill", "weeks", "observed, km2", "forecast, km2 (90 % of wars)"),
            origins,
            text_columns=2,
        ),
    ]
    first = next(iter(columns.values()))["total"]
    sentence = (
        f"Skill in total {format_percent(first['skill'], signed=True)} (standard error {format_percent(first['skill_se'])}) "
        f"against {first['best_naive']}; the 90 % interval covers {format_percent(first['coverage_90'])}."
    )
    places = {"Scores": folder / "hindcast.json", "Ensembles": folder / "hindcast.npz"}
    return Screen(sentence, tables, details=details, places=places)


def screened(account: Account, path: Any) -> Screen:
    """Return the numbers that move the past most, and where the calibration's list differs."""
    rows = account["leaves"]
    moving = sum(row["matters"] for row in rows)
    shown = [
        (row["leaf"], format_number(row["effect"], 2), format_number(row["error"], 2), row["on"],
         "yes" if row["listed"] else "-")
        for row in rows[:SHOWN]
    ]  # fmt: skip
    details = [
        f"{len(account[key])} {what}: {', '.join(account[key])}"
        for key, what in (
            ("effect_without_listing", "matter, but are not in the calibration file's list"),
            ("listed_without_effect", "are in the list, but matter little by this measure"),
            ("unknown_in_list", "are in the list, but are no uncertain number of the scenario"),
        )
        if account[key]
    ]
    sentence = (
        f"{moving} of {len(rows)} uncertain numbers move some group of features by more than {account['cut']:g} errors "
        f"({account['paths']} paths, {account['seconds']} s)"
    )
    places = {f"All {len(rows)} numbers": path}
    return Screen(
        sentence, [Table(("number", "effect", "error", "on", "listed"), shown)], details=details, places=places
    )
