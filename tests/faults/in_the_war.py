"""Faults in the rules and the day: signs, units, flows, lags, luck, lanes."""

from tests.faults.fault import Fault

RULES, WORLD = "sim/rules", "sim/models/campaign"
FLOWS = "tests/laws/test_flows.py"
SETTLING = "tests/models/campaign/test_settling.py"
CHOOSING = "tests/models/campaign/test_choosing.py"

SIGNS = (
    Fault(
        "the line moves the wrong way", "sign", "What Russia gains is booked as Ukraine's ground.",
        f"{WORLD}/phases/fighting.py", "t.shift + (forward - back)", "t.shift + (back - forward)",
        (f"{FLOWS}::test_the_line_moves_the_way_of_him_who_attacks[1]",),
    ),
    Fault(
        "works speed the attacker", "sign", "Speed is multiplied by the defence instead of divided.",
        f"{WORLD}/phases/fighting.py", "means / defence", "means * defence",
        ("tests/models/campaign/test_theory.py::test_works_in_front_of_the_attacker_slow_him",),
    ),
    Fault(
        "ceding ground costs lives", "sign", "Who trades ground loses more men for it, not fewer.",
        f"{RULES}/combat.py", "(1.0 - relief)", "(1.0 + relief)",
        ("tests/rules/test_combat.py::test_cover_and_ceding_spare_the_defender_and_only_him",),
    ),
    Fault(
        "sure aid makes the Kremlin fight on", "sign", "Belief in lasting aid enters the hazard with its sign turned.",
        f"{WORLD}/phases/settling.py", "p.belief * (beliefs.belief(state) - state.p.beliefs.start)",
        "p.belief * (state.p.beliefs.start - beliefs.belief(state))",
        (f"{SETTLING}::test_each_cause_moves_the_hazard_by_its_own_coefficient_and_sign[belief]",),
    ),
    Fault(
        "donors who are paid to agree", "sign", "A donor counts what others gain against its giving, not for it.",
        f"{RULES}/donors.py", "return own + theta * (1.0 - own)", "return own - theta * (1.0 - own) * own",
        ("tests/rules/test_donors.py::test_the_planner_maximises_the_sum_of_utilities",),
    ),
    Fault(
        "a planner who cannot see", "sign", "Under the plan kinds go by what was worth most on no day: all look alike.",
        f"{RULES}/donors.py", "pull = (regarded[:, None] * price - self.anchor) * scale[:, None]",
        "pull = (regarded[:, None] * (0.0 * price + 1.0) - 1.0) * scale[:, None]",
        ("tests/models/campaign/test_theory.py::test_kinds_go_where_they_are_worth_most",
         "tests/rules/test_donors.py::test_the_planner_maximises_the_sum_of_utilities"),
    ),
    Fault(
        "donors flee from success", "sign", "The response of giving to the front is turned round.",
        f"{WORLD}/bargain.py", "np.exp(state.p.donors.front_response", "np.exp(-state.p.donors.front_response",
        ("tests/models/campaign/test_deciding.py::test_donors_vote_by_their_means_their_will_and_the_front",),
    ),
)  # fmt: skip

UNITS = (
    Fault(
        "dollars by the thousand", "unit", "Prices in millions are read as billions of dollars: aid buys a thousandth.",
        f"{WORLD}/beginning.py", "p.kinds[name].price * 1e-3", "p.kinds[name].price",
        (f"{FLOWS}::test_aid_in_dollars_is_aid_in_goods",),
    ),
    Fault(
        "a vehicle counted for a day", "unit", "Donors count a vehicle for one day of the time that it is there.",
        f"{WORLD}/worth.py", "some, there = stock > 0.0, 0.5 * state.p.donors.outlook", "some, there = stock > 0.0, 1.0",
        ("tests/models/campaign/test_worth.py::test_a_gift_keeps_about_what_its_price_says[vehicle]",),
    ),
    Fault(
        "makers without a capacity", "flow", "Makers turn out any amount at the usual price: more money buys as much of anything.",
        f"{WORLD}/bargain.py", "(state.reference.given + state.reference.made) * grown",
        "(state.reference.given + state.reference.made) * grown * 1e6",
        (f"{FLOWS}::test_money_beyond_what_makers_turn_out_buys_less",),
    ),
    Fault(
        "defenders of a front, not a kilometre", "unit", "Local power is weighed against a front's defenders, however long it is.",
        f"{RULES}/response.py", "g * (against - np.log(length))", "g * against",
        ("tests/rules/test_response.py::test_the_index_adds_logarithms",),
    ),
    Fault(
        "ground without length", "unit", "A kilometre of shift counts as a square kilometre, however long the front.",
        f"{WORLD}/phases/fighting.py", "t.gain = (shift - t.shift) * fronts.length", "t.gain = shift - t.shift",
        ("tests/laws/test_books.py::test_ground_is_shift_times_length",),
    ),
    Fault(
        "a monthly hazard by the day", "unit", "The hazard a month is used as if it were one a day.",
        f"{RULES}/politics.py", "(days / 30.4375)", "(days / 1.0)",
        ("tests/rules/test_politics.py::test_the_chance_is_that_of_the_exponential_law",),
    ),
    Fault(
        "escalation by the day", "unit", "Russia's deep strikes grow each day by what they should in a month.",
        f"{WORLD}/agents/government.py", "(day / MONTH)", "day",
        ("tests/models/campaign/test_deciding.py::test_russian_deep_strikes_grow_by_their_share_a_month",),
    ),
    Fault(
        "units of belief", "unit", "The Kremlin weighs four weeks of aid as a month, against what is enough a month.",
        f"{WORLD}/phases/settling.py", "t.delivered_month * (MONTH / FOUR_WEEKS)", "t.delivered_month",
        (f"{SETTLING}::test_belief_goes_to_what_steady_deliveries_say",),
    ),
    Fault(
        "units turned round", "unit", "A unit is converted the wrong way round when a scenario is read.",
        "sim/scenario/syntax/quantity.py", "(1 * found).to(aim)", "(1 * aim).to(found)",
        ("tests/scenario/test_reading.py::test_units_convert",),
    ),
)  # fmt: skip

FLOW = (
    Fault(
        "leaked supply", "flow", "What is sent arrives a little more than whole: the books do not balance.",
        f"{WORLD}/ledger.py", "accounts[commodity, target] + (whole if taking.ndim == 1 else amount)",
        "accounts[commodity, target] + 1.01 * (whole if taking.ndim == 1 else amount)",
        ("tests/laws/test_books.py::test_books_balance_every_day_in_every_lane",),
    ),
    Fault(
        "stock fired twice", "flow", "Shells, drones and bombs count twice as fire and once as use; the books balance.",
        f"{WORLD}/phases/fighting.py", "force.fires = fire_index(state, side, used)",
        "force.fires = fire_index(state, side, {name: 2.0 * amount for name, amount in used.items()})",
        (f"{FLOWS}::test_what_is_fired_is_what_left_the_stock",),
    ),
    Fault(
        "stock launched and kept", "flow", "Drones and missiles strike but do not leave the stock.",
        f"{WORLD}/phases/striking.py", 'state.books.post(commodity, f"{ROLES[side]}:stock", f"{ROLES[side]}:used", amount)', "pass",
        (f"{FLOWS}::test_what_arrives_was_launched_once[defender-_of_defender]",),
    ),
    Fault(
        "aid bought twice", "flow", "Each dollar of aid buys two dollars' worth of goods.",
        f"{WORLD}/phases/shipping.py", 'ledger.post(name, "allies:given", target, value / state.facts.price[name])',
        'ledger.post(name, "allies:given", target, 2.0 * value / state.facts.price[name])',
        (f"{FLOWS}::test_aid_in_dollars_is_aid_in_goods",),
    ),
    Fault(
        "industry spends its money again", "flow", "What industry makes of allied money costs half of what is spent.",
        f"{WORLD}/phases/shipping.py", "made = spent * targets", "made = 2.0 * spent * targets",
        (f"{FLOWS}::test_industry_spends_its_money_once",),
    ),
    Fault(
        "casualties counted twice", "flow", "Killed and wounded are added to the toll two times.",
        f"{WORLD}/casualties.py", "side_state.casualties + add_up(lost)",
        "side_state.casualties + 2.0 * add_up(lost)",
        (f"{FLOWS}::test_casualties_are_what_left_the_line_for_good_or_for_hospital",),
    ),
    Fault(
        "the wounded are lost for good", "flow", "Those who will return from hospital count as permanent losses too.",
        f"{WORLD}/casualties.py", "add_up(killed) + add_up(invalided)", "add_up(lost)",
        (f"{FLOWS}::test_todays_permanent_losses_are_the_dead_and_the_invalided",),
    ),
)  # fmt: skip

LAGS = (
    Fault(
        "a pipeline without its length", "lag", "What enters a pipeline leaves it after two days, whatever its lag.",
        f"{WORLD}/ledger.py", 'f"{name}/1"], 0.5 * lag)', 'f"{name}/1"], 0.0 * lag)',
        (f"{FLOWS}::test_the_books_pipeline_delivers_all_at_its_mean_lag",),
    ),
    Fault(
        "donors deliver at once", "lag", "The lag from pledge to delivery is dropped.",
        f"{WORLD}/agents/allies.py", "lag=view.lag *", "lag=0.001 * view.lag *",
        ("tests/models/campaign/test_levers.py::test_a_donors_lag_is_a_donors_lag",),
    ),
    Fault(
        "rushed arms fly", "lag", "Arms rushed by the United States arrive on the next days.",
        f"{WORLD}/phases/shipping.py", "np.stack([lever.lag for lever in found])",
        "0.0 * np.stack([lever.lag for lever in found])",
        ("tests/models/campaign/test_levers.py::test_rushed_arms_arrive_at_their_mean_lag",),
    ),
    Fault(
        "recruits fight untrained", "lag", "Ukraine's training takes no time.",
        f"{WORLD}/agents/government.py", "training_length=view.training_length *",
        "training_length=0.001 * view.training_length *",
        (f"{FLOWS}::test_training_and_hospital_take_the_time_they_say",),
    ),
)  # fmt: skip

LUCK = (
    Fault(
        "every lane its own luck", "luck", "Luck depends on the place in the ensemble: arms do not share it.",
        "sim/foundation/noise.py", "self._position = replicate - self._first",
        "self._position = np.arange(replicate.size) % max(self._count, 1)",
        ("tests/foundation/test_noise.py::test_any_set_of_replicates_in_any_order",),
    ),
    Fault(
        "arms play other replicates", "luck", "Replicate k of each arm is another war: differences are not paired.",
        "sim/experiment/design.py", "np.tile(replicates, len(arms))",
        "replicates[0] + np.arange(len(arms) * len(replicates))",
        ("tests/experiment/test_run.py::test_the_result_has_every_lane_in_its_place",),
    ),
    Fault(
        "global luck by name", "luck", "A rule draws from the global generator.",
        f"{RULES}/perception.py", "return truth * np.exp(", "return truth * np.random.lognormal() * np.exp(",
        ("tests/architecture/test_house.py::test_luck_comes_from_the_foundation_only",
         "tests/laws/test_rules_know_no_lanes.py::test_a_lane_minds_only_itself"),
    ),
    Fault(
        "global luck by a back door", "luck", "Luck comes from the system's entropy, without the word random.",
        f"{WORLD}/phases/fighting.py", "back, forward = speeds(state, noise_of(state))",
        "back, forward = speeds(state, noise_of(state))\n"
        "    forward = forward * (0.9 + 0.2 * __import__('os').urandom(1)[0] / 255.0)",
        ("tests/laws/test_lanes.py::test_a_lane_alone_equals_itself_in_the_ensemble",),
    ),
)  # fmt: skip

SECOND = (
    Fault(
        "an anchor taken in the arm", "arm", "An arm that changes the first day redefines the levels that the war departs from.",
        f"{WORLD}/beginning.py", "state.reference = dealt(base.reference)", "state.reference = state.reference",
        ("tests/models/campaign/test_anchors.py::test_an_arm_reads_the_first_day_in_the_base_s_world",),
    ),
    Fault(
        "wants revealed in the arm", "arm", "What the attacker wants is read from his conduct in the arm and not in the base.",
        f"{WORLD}/war.py", "if self.shared is None:", "if True:",
        (f"{CHOOSING}::test_an_arm_keeps_the_worth_of_ground_that_the_base_revealed",),
    ),
    Fault(
        "an agent frozen", "knowing", "The attacker's command goes on at its tempo, whatever it would gain and lose.",
        f"{WORLD}/agents/command.py", "view.tempo * _change_of_tempo(view)", "view.tempo",
        (f"{CHOOSING}::test_more_men_and_armour_never_mean_a_slower_tempo_and_more_losses_never_a_faster",
         f"{CHOOSING}::test_a_frozen_class_keeps_its_order_and_no_other_class_does"),
    ),
    Fault(
        "an attacker who was to be fixed answers", "arm", "Orders that were to be held to the base's are those of the arm.",
        f"{WORLD}/answering.py", "np.where(fixed, by_lane(base[name]), value)", "np.where(fixed, value, value)",
        (f"{CHOOSING}::test_a_fixed_attacker_orders_what_he_orders_in_the_base",),
    ),
    Fault(
        "another war's base", "arm", "An attacker is held to what he orders in the base of another replicate.",
        f"{WORLD}/shared_base.py", "return x[..., self.war]", "return x[..., np.sort(self.war)]",
        ("tests/models/campaign/test_shared_base.py::test_what_is_dealt_out_is_that_of_the_lanes_own_replicate",
         "tests/models/campaign/test_shared_base.py::test_shared_or_not_the_war_is_the_same_to_the_bit"),
    ),
    Fault(
        "a median lost in noise", "luck", "The noise of all axes has mean one, so that its median slackens the war.",
        f"{RULES}/perception.py", "return np.exp(sd * state)\n", "return np.exp(sd * state - 0.5 * sd * sd)\n",
        ("tests/statistics/test_noise_in_rules.py::test_the_noise_of_all_axes_has_median_one",),
    ),
    Fault(
        "a stock that never binds", "flow", "Infantry is filled up to its establishment, whoever falls.",
        f"{WORLD}/phases/replenishing.py", "force.infantry + own.infantry_arrivals * arriving", "full",
        ("tests/models/campaign/test_infantry.py::test_infantry_runs_short_where_it_falls_faster_than_it_comes",),
    ),
)  # fmt: skip

LANES = (
    Fault(
        "a rule asks all lanes", "lanes", "One open front in any war opens the way in all.",
        f"{RULES}/movement.py", "open_share = _share(opening, half_opening)",
        "open_share = _share(opening, half_opening) * (2.0 if np.any(opening > 0.9) else 1.0)",
        ("tests/laws/test_rules_know_no_lanes.py::test_cutting_and_permuting_lanes_commutes",),
    ),
    Fault(
        "a phase asks all lanes", "lanes", "The war goes on a little faster wherever it goes on in all lanes.",
        f"{WORLD}/phases/fighting.py", "np.clip(t.shift + (forward - back),",
        "np.clip(t.shift + (forward - back) * (1.0 if np.any(t.sides[ATTACKER].axis_noise[0] > 0.5) else 0.99),",
        ("tests/laws/test_lanes.py::test_a_lane_alone_equals_itself_in_the_ensemble",),
    ),
    Fault(
        "sums in numpy's order", "lanes", "Fronts are added up pairwise, so that the last bit depends on the company.",
        f"{WORLD}/phases/settling.py", "gain = add_up(t.gain * state.facts.inside)",
        "gain = (t.gain * state.facts.inside).sum(axis=0)",
        ("tests/architecture/test_house.py::test_lanes_are_added_up_in_a_fixed_order",),
    ),
)  # fmt: skip

KNOWING = (
    Fault(
        "no fog", "knowing", "Commands see the enemy's line as it is.",
        f"{WORLD}/perceiving.py", "fogged(state.line(1 - side), error, state.side_p[side].fog)",
        "fogged(state.line(1 - side), error, 0.0 * state.side_p[side].fog)",
        ("tests/models/campaign/test_deciding.py::test_commands_see_the_enemy_through_fog[1]",),
    ),
    Fault(
        "a command looks past its view", "knowing", "Ukraine's command reads the enemy's true line from the books.",
        f"{WORLD}/agents/command.py", "threat = view.enemy_line /",
        'threat = self.model.state.books.balance("person", "attacker:line") /',
        ("tests/models/campaign/test_deciding.py::test_an_order_follows_from_the_view_and_not_from_what_is_hidden[command]",),
    ),
    Fault(
        "a government knows the future", "knowing", "The Kremlin recruits by what will be known in two months.",
        f"{WORLD}/perceiving.py", "expected_intake=own.intake.at(state.day),\n        choosing=state.p.choosing",
        "expected_intake=own.intake.at(state.day + 60),\n        choosing=state.p.choosing",
        ("tests/models/campaign/test_deciding.py::test_no_view_knows_the_future",),
    ),
    Fault(
        "talk counts as aid", "knowing", "A coherent message itself moves the Kremlin's estimate, without deliveries.",
        f"{WORLD}/phases/settling.py", "t.delivered_month = np.zeros(state.lanes)",
        "t.delivered_month = np.zeros(state.lanes)\n    t.belief_mean = t.belief_mean + 0.3 * beliefs.discipline(war.state)",
        ("tests/models/campaign/test_theory.py::test_talk_alone_does_not_raise_the_belief_in_lasting_aid",),
    ),
    Fault(
        "quarrel is no noise", "knowing", "Incoherent messages do not weaken deliveries as evidence.",
        f"{WORLD}/phases/settling.py", "noise = p.noise * (1.0 + t.incoherence)", "noise = p.noise + 0.0 * t.incoherence",
        (f"{SETTLING}::test_incoherence_makes_deliveries_weaker_evidence",),
    ),
)  # fmt: skip

IN_THE_WAR = (*SIGNS, *UNITS, *FLOW, *LAGS, *LUCK, *SECOND, *LANES, *KNOWING)
