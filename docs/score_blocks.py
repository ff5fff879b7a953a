"""The generated parts that hold the hindcasts against what was written down before: the aims, other years, the first model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docs.blocks import COLUMNS, Results, block, markdown_table, percent, plain, signed, three, whole

SKILL, HELD, SLOPE, NEAR, QUARTERS, WIDEST = 0.10, (0.80, 0.97), (0.7, 1.4), 1.5, 5, 25_000
EXPLAINED, EXPLAINED_OF_RECORD = 0.4, 0.6
SPANS = (("from January 2023", "2023-01"), ("from July 2023", "2023-07"), ("from January 2024", "2024-01"))

Aim = tuple[bool, str]


@block("hindcast-aims")
def hindcast_aims(results: Results) -> str:
    """Say of each aim that was written down whether it was reached, misses first."""
    aims = [one for column in COLUMNS for one in _by_column(column, results["hindcast"][column])]
    aims += [*_amplitude(results["amplitude"]), *_beside_the_first(results["first-model"])]
    lines = [
        f"- {'Reached' if reached else '**Missed**'}, {text}" for reached, text in sorted(aims, key=lambda one: one[0])
    ]
    return "\n".join(lines)


def _by_column(column: str, account: dict[str, Any]) -> Iterator[Aim]:
    chosen, slope = account["chosen"], account["slope"]
    for name, words in (("all", "all origins"), ("since_2023_07", "origins from July 2023")):
        for key, what, aim in ((name, "in total", SKILL), (f"{name}_axes", "by axis", 0.0)):
            one = chosen[key]
            rival = "the rival chosen on earlier origins" if key == name else "the last 13 weeks"
            text = f"skill {what} {signed(one['skill'])} (standard error {percent(one['skill_se'])}) against {rival}, {words}"
            yield one["skill"] >= aim, f"inputs {column}: {text}; aim {signed(aim)} or more."
    low, high = HELD
    shares = (
        ("four-week sums in total", account["total"]["coverage_90"]),
        ("sums of 26 weeks", account["held_90"]["26"]["share"]),
        ("claimed losses", account["losses"]["coverage_90"]),
    )
    for what, share in shares:
        word = " - too narrow" if share < low else " - too wide" if share > high else ""
        bounds = f"aim {percent(low)} to {percent(high)}"
        yield low <= share <= high, f"inputs {column}: 90 % intervals held {percent(share)} of {what}{word}; {bounds}."
    flat, steep = SLOPE
    fits = slope["slope"] + slope["slope_se"] >= flat and slope["slope"] - slope["slope_se"] <= steep
    said = f"slope of ln observed on ln forecast {slope['slope']:.2f} (standard error {slope['slope_se']:.2f})"
    yield fits, f"inputs {column}: {said}; aim {flat:g} to {steep:g} within its error, which here says next to nothing."
    said = f"R2 on the record {slope['r2']:.2f}, eight-week gross gains"
    yield slope["r2"] >= EXPLAINED_OF_RECORD, f"inputs {column}: {said}; aim {EXPLAINED_OF_RECORD:g}."


def _amplitude(account: dict[str, Any]) -> Iterator[Aim]:
    near = sum(1 / NEAR <= row["median"] / row["seen"] <= NEAR for row in account["price"])
    aim = f"aim {QUARTERS} of {len(account['price'])}"
    yield (
        near >= QUARTERS,
        f"price of ground within a factor {NEAR:g} in {near} of {len(account['price'])} quarters; {aim}.",
    )
    one = account["one_go"]
    _, first, median, third, high = one["quantiles"]
    seen = one["observed"]
    held = first <= seen <= third and 1 / NEAR <= median / seen <= NEAR and high <= WIDEST
    yield (
        held,
        (
            f"one go from January 2023: {whole(seen)} km2 seen, half of the replicates within {whole(first)} to "
            f"{whole(third)}, median {whole(median)}, 95 % point {whole(high)}; aim: seen inside the half, median within a "
            f"factor {NEAR:g}, 95 % point under {whole(WIDEST)}."
        ),
    )
    share = account["explained"]["share"]
    yield (
        share >= EXPLAINED,
        f"mechanisms explain {percent(share)} of the variance of log speed; aim {percent(EXPLAINED)}.",
    )


def _beside_the_first(account: dict[str, Any]) -> Iterator[Aim]:
    for column in COLUMNS:
        first, second = (account[column][name] for name in ("first", "second"))
        (old, new), (old_axes, new_axes) = ([x[key]["crps_4wk"] for x in (first, second)] for key in ("total", "axes"))
        said = f"CRPS in total {three(new)} km2 (the first model {three(old)}), by axis {new_axes:.1f} ({old_axes:.1f})"
        where = f"on the {len(account['origins'])} origins of the first model"
        yield new < old and new_axes < old_axes, f"inputs {column}: {said}, {where}; aim: better than the first model."


@block("hindcast-by-span")
def hindcast_by_span(results: Results) -> str:
    """Give the scores of the model and of each naive forecast by when the forecasts began: hindsight may choose among them."""
    rows = []
    for column in COLUMNS:
        for words, since in SPANS:
            origins = [one["total"] for day, one in results["hindcast"][column]["origins"].items() if day >= since]
            windows = sum(one["n_windows"] for one in origins)
            always = set.intersection(*(set(one["naive"]) for one in origins))
            mean = {
                name: sum(one["n_windows"] * one["naive"][name] for one in origins) / windows for name in sorted(always)
            }
            best = min(mean, key=mean.__getitem__)
            ours = sum(one["n_windows"] * one["crps_4wk"] for one in origins) / windows
            rows.append(
                [
                    column,
                    words,
                    str(windows),
                    three(ours),
                    f"{three(mean[best])}, {plain(best)}",
                    signed(1 - ours / mean[best]),
                ]
            )
    head = ["inputs", "origins", "windows", "CRPS, km2", "the best naive in hindsight", "skill"]
    return markdown_table(head, rows)


@block("first-model-scores")
def first_model_scores(results: Results) -> str:
    """Give the scores of both models from the same origins."""
    account, rows = results["first-model"], []
    for column in COLUMNS:
        for name, words in (("first", "first"), ("second", "second")):
            one = account[column][name]
            cells = [
                three(one["total"]["crps_4wk"]),
                f"{one['axes']['crps_4wk']:.1f}",
                whole(one["losses"]["crps_4wk"]),
            ]
            held = [f"{percent(one['total'][f'coverage_{n}'])}" for n in (50, 90)]
            rows.append([column, words, *cells, *held])
    head = ["inputs", "model", "CRPS in total, km2", "by axis, km2", "losses, persons", "50 % covers", "90 % covers"]
    rivals = account[COLUMNS[0]]["rivals"]
    beside = ", ".join(f"{plain(name)} {three(value)}" for name, value in rivals.items())
    return f"{markdown_table(head, rows)}\n\nNaive forecasts of the total on the same windows: {beside} km2."
