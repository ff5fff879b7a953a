"""Faults in the levers and arms: hidden bonuses, dates, totals, dead knobs, arms that leak into the base."""

from tests.faults.fault import Fault

WORLD = "sim/models/campaign"
SYNERGY = "tests/laws/test_synergy.py"
HOLLOW = f"{SYNERGY}::test_hollow_levers_in_any_combination_play_the_base"
SPEED = f"{SYNERGY}::test_causes_of_speed_multiply_and_none_helps_another"
VEILED = "tests/laws/test_source.py::test_levers_are_reached_by_their_instruments_only"
TWO = "tests/laws/test_source.py::test_no_function_asks_for_two_instruments"
SPEED_AT = "more = through * movement.stretched(ahead, p.reach)"


def slowed(when: str) -> str:
    """Return the line that says what favours an attack, cut to a third under a condition on the war."""
    return f"{SPEED_AT}\n    from sim.models.campaign import levers\n    more = np.where({when}, 0.3 * more, more)"


BONUSES = (
    Fault(
        "a joint bonus by name", "bonus", "The phase of movement halts Russia where two levers stand, named as such.",
        f"{WORLD}/phases/fighting.py", SPEED_AT,
        slowed(
            "(levers.permitted(state.p, state.day, state.none()) > 0)"
            " & (levers.money_for_industry(state.p, state.day, state.none()) > 0)"
        ), (TWO, HOLLOW),
    ),
    Fault(
        "a joint bonus by a loop", "bonus", "The levers are counted without naming one; many together bring a halt.",
        f"{WORLD}/phases/fighting.py", SPEED_AT,
        slowed("sum(lever.get('dose', lever.get('kinds')) for lever in state.p.levers.values()) > 2.5"), (VEILED, HOLLOW),
    ),
    Fault(
        "a joint bonus by getattr", "bonus", "The same, with the tree of levers reached by a made-up word.",
        f"{WORLD}/phases/fighting.py", SPEED_AT,
        slowed("getattr(getattr(state.p, 'lev' + 'ers'), 'at' + 'acms').dose * state.theatre.rushed > 0.0"), (VEILED,),
    ),
    Fault(
        "a joint bonus by what levers leave behind", "bonus",
        "No lever is named: permission given and arms rushed, both plain state, slow Russia together.",
        f"{WORLD}/phases/fighting.py", SPEED_AT,
        slowed("(state.theatre.permitted > 0.5) & (state.theatre.rushed > 0.5)"), (HOLLOW, SPEED),
    ),
    Fault(
        "a joint bonus by effects", "bonus",
        "Depots burnt and shells plentiful, both honest consequences, halt Russia together beyond what each does.",
        f"{WORLD}/phases/fighting.py", SPEED_AT,
        slowed('(state.theatre.damage[state.p.strike.targets.names.index("ru_depots")] > 0.5) & '
               '(state.books.balance("shell", "defender:stock") > 4.0 * state.side_p[DEFENDER].shells)'),
        (SPEED,),
    ),
    Fault(
        "a joint bonus in an agent", "bonus", "Russia's command loses heart where missiles are permitted and one plan stands.",
        f"{WORLD}/agents/command.py", "effort = view.usual_effort * pace * weight",
        "effort = view.usual_effort * pace * weight\n"
        "        plan = self.model.state.p.levers.coordination.message\n"
        "        effort = effort * np.where(self.model.state.theatre.permitted * plan > 0.0, 0.5, 1.0)",
        (HOLLOW,),
    ),
    Fault(
        "a joint bonus in losses", "bonus", "Russia loses twice as many where both its foe's fires and his quality are high.",
        f"{WORLD}/phases/fighting.py", "lanchester = combat.losses(*strengths, foe.fires, exposed,",
        "lanchester = combat.losses(*strengths, foe.fires"
        " * np.where((foe.fires > 1.5) & (add_up(foe.quality) > 1.5 * len(foe.quality)), 2.0, 1.0), exposed,",
        (f"{SYNERGY}::test_causes_of_losses_multiply_too",),
    ),
    Fault(
        "a donor pays for company", "bonus", "A donor gives more than it pledged where Nordic money flows and arms are rushed.",
        f"{WORLD}/agents/allies.py", "pledge=view.release * purse / WEEK,",
        "pledge=view.release * purse / WEEK\n            * np.where("
        "(self.model.state.theatre.rushed.max(axis=0) > 0.1) & "
        "(self.model.state.theatre.industry_money.max(axis=0) > 0.05), 1.2, 1.0),",
        (f"{SYNERGY}::test_what_levers_cost_adds_up",),
    ),
)  # fmt: skip

LEVERS = (
    Fault(
        "money by the day", "unit", "American arms come each day at the rate of a month.",
        f"{WORLD}/levers.py", "np.clip(lever.rate / MONTH, 0.0,", "np.clip(lever.rate, 0.0,",
        ("tests/models/campaign/test_levers.py::test_rushed_arms_come_at_their_rate_until_the_sum_is_spent",),
    ),
    Fault(
        "Nordic money by the day", "unit", "Money for industry flows each day as it should in a month.",
        f"{WORLD}/levers.py", "lever.dose * lever.flow / MONTH", "lever.dose * lever.flow",
        ("tests/models/campaign/test_levers.py::test_money_for_industry_is_its_flow_a_month",),
    ),
    Fault(
        "a sum that is passed", "flow", "The weekly order to rush arms goes on after the sum is spent.",
        f"{WORLD}/levers.py", "np.maximum(due, 0.0) / days)", "np.maximum(due, 0.0))",
        ("tests/models/campaign/test_levers.py::test_no_more_is_rushed_than_the_sum",),
    ),
    Fault(
        "a lever before its day", "lever", "American arms are rushed from the first day on, whatever their date.",
        f"{WORLD}/levers.py", "sent\n    begun = day >= lever.start", "sent\n    begun = np.ones_like(lever.start) > 0.0",
        ("tests/laws/test_arms.py::test_a_lever_changes_nothing_before_its_day[us_arms]",),
    ),
    Fault(
        "permission at once", "lag", "Missiles may strike on the day of the permission, without its lag.",
        f"{WORLD}/levers.py", "lever.dose * ramp(day, lever.start, lever.lag)", "lever.dose * (day >= lever.start)",
        ("tests/models/campaign/test_levers.py::test_permission_comes_after_its_lag_and_reaches_the_dose",),
    ),
    Fault(
        "a dead knob", "lever", "The missiles that come with the permission are drawn, documented and never sent.",
        f"{WORLD}/phases/shipping.py", "    _missiles(state)\n", "",
        ("tests/models/campaign/test_levers.py::test_every_knob_of_every_lever_turns_something[levers.atacms.resupply]",
         "tests/laws/test_numbers_are_read.py::test_every_number_of_the_world_is_read_when_a_war_is_played"),
    ),
    Fault(
        "a dead lever", "lever", "Leaving Kursk is ordered and nobody goes.",
        f"{WORLD}/perceiving.py", "withdrawal=levers.withdrawn(", "withdrawal=0.0 * levers.withdrawn(",
        ("tests/laws/test_arms.py::test_a_lever_changes_nothing_before_its_day[kursk_exit]",),
    ),
    Fault(
        "coordination gives more", "lever", "What is handed over early is not all taken back: sums are not equal.",
        "sim/rules/donors.py", "load * day * (1.0 - share)", "load * day * (1.0 - 0.7 * share)",
        ("tests/rules/test_donors.py::test_what_is_handed_over_early_is_taken_back_by_the_end",),
    ),
    Fault(
        "coordination opens purses", "lever", "Who brings deliveries forward gives more as well, which is no timing.",
        f"{WORLD}/bargain.py", "donors.theta_at(today, plan.volume * begun)",
        "donors.theta_at(today, np.maximum(plan.volume, 0.2 * plan.timing) * begun)",
        ("tests/models/campaign/test_theory.py::test_timing_leaves_the_sum_of_deliveries_as_it_was",),
    ),
)  # fmt: skip

ARMS = (
    Fault(
        "an arm patches the base", "arm", "A patch changes the tree it is put on, so the base has the lever as well.",
        "sim/scenario/syntax/nodes.py", "return Map({**self, key: node}, self.place, spots)",
        "self[key] = node\n        self.spots = spots\n        return self",
        ("tests/scenario/test_draw.py::test_leaves_draw_apart_and_arms_share",
         "tests/scenario/test_reading.py::TestPatches::test_an_override_lies_below_the_arms"),
    ),
    Fault(
        "arms draw other worlds", "arm", "A leaf's draw is keyed by its arm too: the arms differ by more than the lever.",
        "sim/scenario/priors/draw.py", "return values_of(leaves[0])[self.position]",
        "return values_of(leaves[0])[(self.position + self.lanes.arm) % len(self.replicates)]",
        ("tests/scenario/test_draw.py::test_an_empty_arm_equals_the_base",),
    ),
    Fault(
        "inputs drift apart by arm", "arm", "What comes of an input is drawn for each arm: the arms differ by more than the lever.",
        "sim/scenario/priors/draw.py", "ndtri(self.uniform(DRIFT + path))[self.position]",
        "ndtri(self.uniform(DRIFT + path))[(self.position + self.lanes.arm) % len(self.replicates)]",
        ("tests/models/test_drift.py::test_arms_share_what_comes_and_a_lane_alone_is_the_lane_in_company",),
    ),
    Fault(
        "the model asks for the arm", "arm", "Where the arm is not the base, the line moves less.",
        f"{WORLD}/phases/fighting.py", "np.clip(t.shift + (forward - back),",
        "np.clip(t.shift + (forward - back) * np.where(state.side_p[0].intake.arm > 0, 0.9, 1.0),",
        ("tests/laws/test_source.py::test_no_rule_asks_which_arm_it_plays",
         "tests/laws/test_arms.py::test_an_arm_with_an_empty_patch_is_the_base"),
    ),
)  # fmt: skip

IN_LEVERS = (*BONUSES, *LEVERS, *ARMS)
