"""The generated parts that tell the verdicts: the claim, its levers, and what a sceptic would ask of them.

Each sentence must be true whatever the numbers are: words that depend on them are chosen from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docs.blocks import Results, block, markdown_table, percent, signed, whole
from sim.analysis.verdicts.enemy import WORDS
from sim.foundation.format import Triple, format_chance, format_interval, format_points_interval

JOINT, BASE = "all_with_coordination", "base"


def amount(interval: Triple, unit: str) -> str:
    """Return a difference as ``+505 km2 (+423 to +588)``."""
    return format_interval(interval, unit, signed=True)


def side(interval: Sequence[float]) -> str:
    """Say where an interval lies."""
    low, _, high = interval
    return "above zero" if low > 0 else "below zero" if high < 0 else "not distinguishable from zero"


def halt_of(claim: dict[str, Any], arm: str) -> list[float]:
    """Return the chance of a halt in an arm with its interval, (3,)."""
    one = claim["arms"][arm]
    return [one["p_halt_interval"][0], one["p_halt"], one["p_halt_interval"][1]]


@block("claim-table")
def claim_table(results: Results) -> str:
    """Return the arms of the claim's experiment."""
    claim = results["claim"]
    dates = list(next(iter(claim["arms"].values()))["net_km2"])
    rows = []
    for arm, one in claim["arms"].items():
        cells = [one["label"] or arm]
        for date in dates:
            cells.append(format_interval(one["net_km2"][date]))
        rows.append([*cells, *(percent(one[f"p_{event}"]) for event in ("halt", "reversal", "ceasefire"))])
    return markdown_table(["arm", *(f"net km2 by {date}" for date in dates), "halt", "reversal", "cease-fire"], rows)


@block("claim-sentence")
def claim_sentence(results: Results) -> str:
    """Return the verdict in its own words, and of which run it is."""
    claim = results["claim"]
    return f"{claim['sentence']} ({claim['replicates']} replicates per arm, seed {claim['seed']}.)"


@block("factorial-sentence")
def factorial_sentence(results: Results) -> str:
    """Return whether the whole is more than its parts, and of which run that is."""
    factorial = results["factorial"]
    return f"{factorial['sentence']} (Every combination of the moves, {factorial['replicates']:,} replicates each.)"


@block("claim-more")
def claim_more(results: Results) -> str:
    """Return what else the claim's replicates say."""
    more: str = results["claim"]["more"]
    return more


@block("verdict-enemy")
def enemy(results: Results) -> str:
    """Say what the concert costs the attacker if it answers, and what its answer spares it."""
    account = results["claim"]["enemy_answers"]
    chosen, held = (account["answers"][answer][JOINT] for answer in ("best_reply", "fixed"))
    ground, men = (held[name][1] - chosen[name][1] for name in ("kept_km2", "attacker_casualties"))
    more = ""
    if ground < 0 < men:
        more = (
            f" With its best reply it spares men and lets ground go: {whole(men)} casualties fewer than with its orders fixed, and "
            f"{whole(-ground)} km2 more ground lost to it."
        )
    return account["sentence"] + more


@block("verdict-answers")
def answers(results: Results) -> str:
    """Return ground kept by every arm, and the attacker's casualties, against each answer of the attacker."""
    claim = results["claim"]
    account = claim["enemy_answers"]
    rows = []
    for arm in next(iter(account["answers"].values())):
        cells = []
        for answer in account["answers"].values():
            one = answer[arm]
            men = f"{one['attacker_casualties'][1] / 1000:+.1f}"
            cells.append(f"{format_interval(one['kept_km2'], signed=True)}; {men}")
        rows.append([claim["arms"][arm]["label"], *cells])
    head = ["arm", *(f"{WORDS[answer]}: km2 kept; casualties, thousand" for answer in account["answers"])]
    return f"{markdown_table(head, rows)}\n\nPaired means beside the base with 90 % intervals, {account['replicates']} replicates."


@block("verdict-rushed")
def rushed(results: Results) -> str:
    """Say what the American arms keep at the rate known on the day and at the one that the article asks for."""
    claim = results["claim"]
    half, year = next(iter(claim["arms"].values()))["difference_mean_km2"]
    said = []
    for arm in ("us_arms", "us_arms_as_claimed"):
        one = claim["arms"][arm]
        kept = [[-x for x in reversed(one["difference_mean_km2"][date])] for date in (half, year)]
        halt = format_chance(halt_of(claim, arm))
        said.append(f"{amount(kept[0], 'km2')} by {half}, {amount(kept[1], 'km2')} by {year}, and halt in {halt}")
    return f"At the rate known on the day they keep {said[0]} of wars; within 120 days, as the article asks, {said[1]}."


@block("verdict-ladder")
def ladder(results: Results) -> str:
    """Return the shares of the base's and the concert's replicates slower than each rung, beside those of the record."""
    arms = results["claim"]["arms"]
    record = results["hindcast"]["run"].get("record_slower_than", {})
    names = list(next(iter(arms[BASE]["ladder"].values())))
    rows = [
        [f"{arms[arm]['label']}, {when}", *(percent(shares[name]) for name in names)]
        for arm in (BASE, JOINT)
        for when, shares in arms[arm]["ladder"].items()
    ]
    for year, shares in record.items():
        rows.append([f"record, spans begun in {year}", *(percent(shares.get(name)) for name in names)])
    return markdown_table(["mean of 60 days below", *names], rows)


@block("verdict-anyway")
def anyway(results: Results) -> str:
    """Say what comes in the base, what the levers add, and how often the model saw halts in the past that did not come."""
    claim, past = results["claim"], results["hindcast"]["as expected"]["halts"]
    origins = results["hindcast"]["as expected"]["origins"].values()
    begun = sum(bool(one["halt"]["happened"]) and one["halt"]["day"] == 0 for one in origins)
    better = "better" if past["brier"] < past["brier_share"] else "worse"
    rule, past_rule = results["robustness"]["shipped"], results["hindcast"]["run"]["halt"]
    gain = claim["findings"]["joint_minus_base_p_halt"]
    difference = f"{format_points_interval(gain)}, {side(gain)}"
    return (
        f"A halt comes in {format_chance(halt_of(claim, BASE))} of the replicates with no lever at all, and in "
        f"{format_chance(halt_of(claim, JOINT))} of the same replicates with all coordinated: {difference}. "
        f"Halted is an advance of less than {rule['halt_rate']:g} km2 per day on the mean of {rule['halt_days']:g} days, as a map "
        "with its errors would show it.\n\n"
        "The hindcasts say how far a halt that comes by itself can be forecast, by the same rule: below "
        f"{past_rule['rate']:g} km2 per day on the mean of {past_rule['days']:g} days. "
        f"The model expected {past['expected']:.1f} halts from {past['origins']} origins of {_years(results)}, and "
        f"{past['seen']} came, {begun} of them under way already. The Brier score is {past['brier']:.2f}, {better} than the "
        f"{past['brier_share']:.2f} of always saying their share, with hindsight."
    )


def _years(results: Results) -> str:
    origins = sorted(results["hindcast"]["as expected"]["origins"])
    first, last = origins[0][:4], origins[-1][:4]
    return first if first == last else f"{first} to {last}"


@block("verdict-synergy")
def synergy(results: Results) -> str:
    """Say whether the whole exceeds the sum of its parts, in ground and in halts."""
    found = results["factorial"]
    lines = []
    for name, write in (("kept_km2", lambda x: amount(x, "km2")), ("p_halt", format_points_interval)):
        one = found["outcomes"][name]
        pairs = one["superadditivity"]
        lines.append(
            f"- {one['label']}: all together {write(one['joint'])}, the six alone added up {write(one['sum_of_parts'])}; the "
            f"difference is {write(one['joint_minus_sum'])}, {side(one['joint_minus_sum'])}. Of {pairs['pairs']} pairs of "
            f"sets that share no lever, {pairs['told_above']} do more together than apart, {pairs['told_below']} less, by an "
            "interval clear of zero."
            + (f" Beyond levers that each only multiply Russia's gain by a factor: {write(one['joint_minus_product'])}, "
               f"{side(one['joint_minus_product'])}." if "joint_minus_product" in one else "")
        )  # fmt: skip
    wars = found["while_fighting"]
    lines.append(
        f"- Only in the {wars['wars']} replicates of {found['replicates']:,} that no arm ends by a cease-fire: ground kept, "
        f"whole less sum of parts, {amount(wars['joint_minus_sum'], 'km2')}."
    )
    return "\n".join(lines)


@block("verdict-levers")
def levers(results: Results) -> str:
    """Return what each lever adds to the ground kept."""
    found = results["factorial"]
    one = found["outcomes"]["kept_km2"]["levers"]
    rows = [
        [found["factors"][name], amount(x["alone"], "km2"), amount(x["last"], "km2"), amount(x["shapley"], "km2"),
         percent(x["shapley_share"][1]) if x["shapley_share"] else "-"]
        for name, x in sorted(one.items(), key=lambda item: -item[1]["shapley"][1])
    ]  # fmt: skip
    table = markdown_table(["lever", "alone", "added to all others", "Shapley value", "share"], rows)
    run = f"{found['replicates']:,} replicates per arm, seed {found['seed']}"
    return f"{table}\n\n{run}; ground kept after {found['weeks']:g} weeks."


@block("verdict-dose")
def dose(results: Results) -> str:
    """Say what coordination does by its parts."""
    return results["dose"]["sentence"]


@block("verdict-two-by-two")
def two_by_two(results: Results) -> str:
    """Return ground kept by one lever and by all, without and with coordination, against each answer of the enemy."""
    account = results["two-by-two"]
    tables = account["two_by_two"]
    lever = account["labels"][next(iter(tables.values()))["alone"]["arm"]]
    rows = []
    for answer, one in tables.items():
        cells = (one[name]["kept_km2"] for name in ("alone", "alone_coordinated", "together", "together_coordinated"))
        added = (
            one[f"{name}_km2"] for name in ("coordination_adds_alone", "coordination_adds_together", "more_together")
        )
        rows.append([WORDS[answer], *(format_interval(three, signed=True) for three in (*cells, *added))])
    head = ["the attacker", f"{lever}, alone", "the same, coordinated", "all, uncoordinated", "all, coordinated"]
    head += ["coordination adds to the one", "to all", "to all beyond the one"]
    return (
        f"{account['of_coordination']}\n\n{markdown_table(head, rows)}\n\n"
        f"Ground kept beside the base after the whole run, km2; paired means of {account['replicates']:,} replicates with 90 % "
        f"intervals. The one lever is the one that keeps most."
    )


@block("verdict-thresholds")
def thresholds(results: Results) -> str:
    """Return where each threshold turns the verdict, and how slack a halt would have to be."""
    found = results["robustness"]
    rows = []
    for one in found["thresholds"]:
        at = f"{one['shipped']:g} {one['unit']}".rstrip()
        turns = (
            "; ".join(f"{flip['verdict']} from {flip['from']:g}" for flip in one["flips"])
            or "nowhere in the range tried"
        )
        rows.append([one["question"], f"`{one['name']}`", at, turns])
    needed = {
        arm: format_interval(interval, digits=1) for arm, interval in found["variants"][0]["halt_rate_needed"].items()
    }
    return (
        f"{markdown_table(['question', 'threshold', 'as shipped', 'another verdict, going up'], rows)}\n\n"
        f"To be reached in {percent(found['shipped']['can'])} of the replicates, a halt would have to allow "
        f"{needed['joint']} km2 per day with all coordinated, and {needed['base']} with no lever."
    )


def _variants(results: Results, groups: Sequence[str]) -> str:
    shown = [one for one in results["robustness"]["variants"] if one["group"] in ("as shipped", *groups)]
    rows = [
        [one["label"], format_chance(one["halt"]["base"]), format_chance(one["halt"]["joint"]),
         format_points_interval(one["halt"]["joint_minus_base"]),
         amount(one["kept_km2"], "km2"), one["halt"]["verdict"]]
        for one in shown
    ]  # fmt: skip
    return markdown_table(["variant", "base halts", "all coordinated", "difference", "ground kept", "verdict"], rows)


@block("verdict-structures")
def structures(results: Results) -> str:
    """Return the verdict under other laws."""
    return _variants(results, ["law of combat", "law of movement", "allies to each other", "answer to pressure"])


@block("verdict-voices")
def voices(results: Results) -> str:
    """Return the verdict with other parties' figures, and with priors alone."""
    return _variants(results, ["whose numbers", "prior or posterior"])


@block("verdict-turned")
def turned(results: Results) -> str:
    """Count the variants that turn the verdict."""
    variants = [one for one in results["robustness"]["variants"] if one["group"] != "as shipped"]
    names = [one["label"] for one in variants if not one["same_verdict"]["halt"]]
    said = f"turned by {len(names)}: {', '.join(names)}" if names else "turned by none of them"
    return f"Of {len(variants)} variants of structure and of figures the verdict on a halt is {said}."


@block("verdict-numbers")
def numbers(results: Results) -> str:
    """Say which numbers the joint effect depends on, and what would be worth finding out."""
    found = results["sensitivity"]
    first = found["sensitivity"]["joint_kept_km2"]
    strong = [
        f"`{row['called']}` ({row['grade']})"
        for row in first["indices"]
        if row["error"] is not None and row["value"] - 2.0 * row["error"] > first["line"]
    ]
    worth = [
        f"`{row['called']}` ({row['grade']})"
        for row in found["information"]["worths"]
        if row["share_error"] is not None and row["share"] - 2.0 * row["share_error"] > found["information"]["line"]
    ]
    turning = found["information"]["turning"]
    ground = (
        f"the ground kept by all coordinated depends most on {', '.join(strong)}"
        if strong
        else ("no single number moves the ground kept by all coordinated more than chance would")
    )
    uncertainty = (
        f"the uncertainty of a halt would shrink most if {', '.join(worth)} were known"
        if worth
        else ("no single number, if known, would shrink the uncertainty of a halt by more than chance would")
    )
    return (
        f"Named is only what lies two standard errors above what inert inputs reach. Of {found['inputs']} uncertain inputs, "
        f"{ground}; {uncertainty}. Numbers whose true value, within their range, would turn the "
        f"verdict by itself: {', '.join(f'`{name}`' for name in turning) or 'none'}."
    )


@block("verdict-2024")
def year(results: Results) -> str:
    """Say how the model fared on the past, and on the year that quickened."""
    found = results["hindcast"]["as expected"]
    total = found["total"]
    rows = []
    for origin, one in found["origins"].items():
        weeks, s = list(one["cumulative"].items())[-1]
        out = "" if s["low"] <= s["observed"] <= s["high"] else " **outside**"
        rows.append([origin, weeks, format_interval([s["low"], s["median"], s["high"]]), whole(s["observed"]) + out,
                     signed(one["total"]["skill"])])  # fmt: skip
    table = markdown_table(["origin", "weeks", "said, km2 (90 %)", "came, km2", "skill"], rows)
    return (
        f"{table}\n\nOver all windows the score is {percent(abs(total['skill']))} "
        f"{'better' if total['skill'] > 0 else 'worse'} than that of the best naive forecast (standard error "
        f"{percent(total['skill_se'])}), and the 90 % interval held {percent(total['coverage_90'])} of them."
    )


@block("verdict-pushed")
def pushed(results: Results) -> str:
    """Return what becomes of the chances far beyond the priors."""
    rows = [
        [one["words"], format_chance(one["base"]), format_chance(one["joint"]), format_points_interval(one["joint_minus_base"]),
         amount(one["kept_km2"], "km2"), one["verdict"]]
        for one in results["pushed"].values()
    ]  # fmt: skip
    return markdown_table(["assumed", "base halts", "all coordinated", "difference", "ground kept", "verdict"], rows)


@block("verdict-ceasefire")
def ceasefire(results: Results) -> str:
    """Say what the model holds of a cease-fire."""
    claim = results["claim"]
    one, base = (claim["arms"][arm] for arm in (JOINT, BASE))
    asked = {row["id"]: row for row in results["claims"] if row["id"] in ("C32", "C34")}
    found = ", ".join(f"[{name}](claims.md#{name.lower()}) {row['verdict']}" for name, row in asked.items())
    answers = results["claims"]
    guessed = next((row["guess_share"].get("settling") for row in answers if row["id"] == "C32"), None)
    return (
        f"It comes in {percent(base['p_ceasefire'])} of the replicates of the base and {percent(one['p_ceasefire'])} coordinated; "
        f"of the numbers behind the Kremlin's choice {percent(guessed)} are guesses. The claims that speak of it: {found}."
    )


@block("claims-count")
def claims_count(results: Results) -> str:
    """Count the verdicts on the sentences of the article."""
    found = [row["verdict"] for row in results["claims"]]
    order = ("supported", "undecided", "contradicted", "outside the model")
    counted = ", ".join(f"{found.count(verdict)} {verdict}" for verdict in order if verdict in found)
    own = [row["verdict"] for row in results["claims"] if not row["hangs_on"] and not row.get("decided_by")]
    rest = ", ".join(f"{own.count(verdict)} {verdict}" for verdict in order if verdict in own)
    return (
        f"Of {len(found)} sentences of the article: {counted}. Only {len(own)} of the answers are findings of their own "
        f"({rest}); the others hang on an input, on one assumption, or on the number of another claim."
    )
