"""Faults in what is made of wars: the past, the posterior, forecasts, thresholds, intervals, the verdict."""

from tests.faults.fault import Fault

PEEKING = "tests/calibration/test_no_peeking.py"
PAST_TESTS = "tests/calibration/test_past.py"

PAST = (
    Fault(
        "an input peeks past the origin", "past", "Forecasts 'as expected' play the inputs as they turned out.",
        "sim/calibration/past.py", "known = origins[0] if as_expected else until", "known = until",
        (f"{PAST_TESTS}::test_inputs_dated_after_the_origin_enter_only_where_they_are_let_in[True]",),
    ),
    Fault(
        "an input leans on its next point", "past", "What is known on a day is the path to a point that is stated later.",
        "sim/foundation/series.py", "np.where(known, self.table, self.stated.value[row])",
        "np.where(np.arange(len(self.table))[:, None] <= row, self.table, self.table[row])",
        (f"{PAST_TESTS}::test_the_next_point_of_an_input_is_not_known_before_its_day[45]",),
    ),
    Fault(
        "the anchor peeks past the origin", "past", "The pace of an axis is read from weeks after the origin as well.",
        "sim/calibration/past.py", "known = self.gain[self.ends <= np.datetime64(day)]\n        return known[-weeks:]",
        "known = self.gain[self.ends <= np.datetime64(day) + 28]\n        return known[-weeks:]",
        (f"{PAST_TESTS}::test_what_happened_later_does_not_matter",),
    ),
    Fault(
        "a hindcast calibrated on its own future", "past",
        "Every origin is forecast with parameters fitted to all that was observed.",
        "sim/calibration/hindcast.py", "known[day] = calibrate(study, day, jobs, on_progress, pieces).draws",
        "known[day] = calibrate(study, study.setting.until, jobs, on_progress, pieces).draws",
        (f"{PEEKING}::test_every_forecast_is_calibrated_on_nothing_after_its_origin",),
    ),
    Fault(
        "a calibration that knows later claims", "past", "Losses and forces stated after the day are fitted too.",
        "sim/calibration/calibrate.py",
        "claims, scale = study.known(until), study.setting.scale()",
        "claims, scale = study.claims, study.setting.scale()",
        (f"{PEEKING}::test_a_calibration_is_the_same_whatever_came_later[True]",),
    ),
    Fault(
        "a naive forecast peeks", "past", "The rivals of a hindcast learn from the weeks that they are to foretell.",
        "sim/calibration/hindcast.py", "before = study.observed.gain[study.observed.ends <= np.datetime64(origin)]",
        "before = study.observed.gain[study.observed.ends <= np.datetime64(origin) + 91]",
        (f"{PEEKING}::test_naive_forecasts_of_a_hindcast_do_not_see_its_future",),
    ),
    Fault(
        "a naive forecast peeks in a score", "past", "`sim score` gives its rivals the whole table, the future included.",
        "sim/analysis/observations/matching.py", "known = observed.until(origin)", "known = observed",
        ("tests/analysis/test_scores.py::test_naive_forecasts_never_see_what_came_after",),
    ),
    Fault(
        "a forecast held against other weeks", "past", "The observed windows begin a week after the forecast ones.",
        "sim/calibration/hindcast.py", "study.observed.between(origin, study.setting.until)[:weeks]",
        "study.observed.between(origin, study.setting.until)[1 : weeks + 1]",
        (f"{PEEKING}::test_a_forecast_is_held_against_the_weeks_it_speaks_of",),
    ),
    Fault(
        "the posterior ignored", "past", "Scenarios are drawn from their priors, whatever posterior they name.",
        "sim/scenario/priors/draw.py", "known = posterior or scenario.posterior", "known = posterior",
        ("tests/calibration/test_posterior.py::test_a_scenario_is_drawn_from_the_posterior_it_names",),
    ),
    Fault(
        "the posterior dealt out by block", "past", "A replicate's row depends on where its block begins.",
        "sim/scenario/priors/posterior.py", "self.table[replicate % len(self.table),",
        "self.table[(replicate - replicate.min()) % len(self.table),",
        ("tests/calibration/test_posterior.py::test_draws_move_only_the_leaves_they_name_and_do_not_depend_on_the_block",),
    ),
    Fault(
        "data counted once a step", "past", "The inversion does not inflate the error over its steps: too sure a posterior.",
        "sim/calibration/inversion.py", "gain = _gain(latents, mean, steps * error, noise, cut)",
        "gain = _gain(latents, mean, error, noise, cut)",
        ("tests/calibration/test_inversion.py::test_agrees_with_the_kalman_formula",),
    ),
    Fault(
        "quantiles of a prior swapped", "past", "The low and the high end of a prior are exchanged.",
        "sim/scenario/priors/distributions.py", "np.where(z < 0, (central - low) / Z95, (high - central) / Z95)",
        "np.where(z > 0, (central - low) / Z95, (high - central) / Z95)",
        ("tests/scenario/test_laws.py::test_low_central_high_are_the_5_50_95_percent_quantiles",),
    ),
    Fault(
        "a series read a week ahead", "past", "Dated inputs act seven days before their date.",
        "sim/foundation/series.py", "row = min(max(int(day), 0), len(self.table) - 1)\n        value",
        "row = min(max(int(day) + 7, 0), len(self.table) - 1)\n        value",
        ("tests/foundation/test_small_things.py::test_a_series_is_known_per_arm_scaled_per_lane_and_held_at_its_ends",
         "tests/scenario/test_draw.py::test_a_series_holds_its_ends_and_fills_between"),
    ),
)  # fmt: skip

JUDGING = (
    Fault(
        "a halt judged over the reversal's window", "judging", "How long a halt must last is taken from another threshold.",
        "sim/analysis/outcomes/judging.py", "_rates_that_count(net, war, days, rule) < rule.halt_rate",
        "_rates_that_count(net, war, days, replace(rule, halt_days=rule.reversal_days)) < rule.halt_rate",
        ("tests/analysis/test_outcomes.py::test_halts_agree_with_brute_force",),
    ),
    Fault(
        "a halt at any time", "judging", "A halt counts as rapid however late it begins.",
        "sim/analysis/outcomes/judging.py", "whole & (days[starts] <= rule.halt_within_days)", "whole & (days[starts] >= 0)",
        ("tests/analysis/test_outcomes.py::test_halts_agree_with_brute_force",),
    ),
    Fault(
        "peace passes for a halt", "judging", "A front that is still because of a cease-fire counts as a halted advance.",
        "sim/analysis/outcomes/judging.py", "whole & (days[starts] <= rule.halt_within_days)",
        "(days[starts] <= rule.halt_within_days)",
        ("tests/analysis/test_outcomes.py::test_a_cease_fire_is_no_halt_and_its_day_and_durability_are_told",
         "tests/analysis/test_outcomes.py::test_halts_agree_with_brute_force"),
    ),
    Fault(
        "a reversal is any gain", "judging", "A front counts as pushed back where Russia gained so much.",
        "sim/analysis/outcomes/judging.py", "depths >= rule.reversal_km2)", "depths <= -rule.reversal_km2)",
        ("tests/analysis/test_outcomes.py::test_reversals_agree_with_brute_force",),
    ),
    Fault(
        "Kursk is Ukraine", "judging", "Ground lost in Kursk counts as a reversal.",
        "sim/analysis/names.py", "if str(name) not in self.outside]", "if name]",
        ("tests/analysis/test_outcomes.py::test_ground_lost_in_kursk_is_no_reversal",),
    ),
    Fault(
        "quantiles swapped", "judging", "The low and the high end of a spread are exchanged.",
        "sim/analysis/estimate.py", "np.quantile(x, [tail, 0.5, 1 - tail])", "np.quantile(x, [1 - tail, 0.5, tail])",
        ("tests/analysis/test_intervals.py::test_spread_is_the_quantiles_and_hides_no_nan",
         "tests/analysis/test_verdict.py::test_the_summary_has_the_agreed_shape_and_is_json"),
    ),
    Fault(
        "quantiles swapped in figures", "judging", "Figures draw the outer interval upside down.",
        "sim/plotting/frame/bands.py", "(tail, 0.25, 0.5, 0.75, 1.0 - tail)", "(1.0 - tail, 0.25, 0.5, 0.75, tail)",
        ("tests/plotting/test_numbers.py::test_a_fan_stands_the_right_way_up",),
    ),
    Fault(
        "differences not paired", "judging", "Arms are compared sorted, not replicate by replicate: luck no longer cancels.",
        "sim/analysis/outcomes/table.py", "date: values[index] - values[0] for",
        "date: values[index] - values[0][::-1] for",
        ("tests/analysis/test_verdict.py::test_the_mean_difference_is_paired",),
    ),
    Fault(
        "supported without a gain", "judging", "The claim is supported though the paired gain cannot be distinguished from zero.",
        "sim/analysis/verdicts/claim.py", "none_alone and joint.low >= rule.can and gain.low > 0",
        "none_alone and joint.low >= rule.can",
        ("tests/analysis/test_verdict.py::test_without_a_paired_gain_nothing_is_supported",),
    ),
    Fault(
        "what comes anyway is credited", "judging", "The base may halt by itself and the claim is supported all the same.",
        "sim/analysis/verdicts/claim.py", "others = [base, *alone]", "others = alone[:1]",
        ("tests/analysis/test_verdict.py::test_the_verdict",
         "tests/analysis/test_verdict.py::test_a_base_that_halts_by_itself_contradicts"),
    ),
    Fault(
        "coordination left out of the parts", "judging", "Synergy is measured against the five levers without coordination.",
        "sim/analysis/verdicts/claim.py", "joint - parts - at[coordination]", "joint - parts",
        ("tests/analysis/test_verdict.py::test_a_sum_of_parts_is_not_called_synergy",),
    ),
    Fault(
        "an interval of half its width", "judging", "Error bars of chances are half as long as they should be.",
        "sim/analysis/estimate.py", "*_wilson(round(hits), trials, level)", "*_wilson(2 * round(hits), 2 * trials, level)",
        ("tests/analysis/test_intervals.py::test_wilson_agrees_with_scipy",),
    ),
    Fault(
        "lanes stored in another order", "judging", "The store takes lanes as replicate by arm: arms and replicates are mixed up.",
        "sim/experiment/blocks.py", "split = array.reshape(*array.shape[:-1], n_arms, -1)",
        "split = array.reshape(*array.shape[:-1], -1, n_arms).swapaxes(-1, -2)",
        ("tests/experiment/test_run.py::test_the_result_has_every_lane_in_its_place",),
    ),
)  # fmt: skip

IN_FORECASTS = (*PAST, *JUDGING)
