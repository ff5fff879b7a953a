"""Law 7 by behaviour: no bonus for combination, whatever it is keyed to.

Names can be hidden from a reader of the source; what a bonus does cannot. Two worlds in which the levers' own mechanisms
cannot meet show whatever else joins them:

* *hollow* levers: every dose stands at full strength, permissions are given, money flows, orders go out, but nothing that
  they bring is worth anything. Then every one of the 2^6 sets of levers must play the base, bit for bit.
* the causes of speed as a *sum*: local power is one index, and speed a function of that index alone. Two causes that are no
  declared pair may not help each other into it, at any strength; what the response makes of the sum (an assault succeeds or
  fails) is the same whoever adds to it. Losses are *products* likewise.
"""

import itertools
from functools import lru_cache

import numpy as np
import pytest

from sim.foundation.lanes import Lanes
from sim.foundation.roles import ATTACKER, DEFENDER
from sim.models.campaign import beliefs
from sim.models.campaign.goods import KINDS
from sim.models.campaign.phases import fighting
from tests.models.campaign.wars import begin, claim, parameters, replaced

LEVERS = tuple(type(claim().world().levers).model_fields)
SETS = np.array(list(itertools.product((0.0, 1.0), repeat=len(LEVERS))))  # (set, lever); the first is the base
SINGLE = [int(np.flatnonzero((row == SETS).all(axis=1))[0]) for row in np.eye(len(LEVERS))]
DOSES = [
    f"{name}__{knob}"
    for name in LEVERS
    for knob in (("volume", "kinds", "timing", "haste", "message") if name == "coordination" else ("dose",))
]
REPLICATES, DAYS = 2, 70

# --- hollow levers -------------------------------------------------------------------------------------------

WORTHLESS = 1e30  # a price at which no money buys anything
HOLLOW = {
    "settling__base": 0.0,  # the Kremlin's belief may move; it decides nothing
    "partners__resolve_response": 0.0,
    "strike__targets__missile_damage": 0.0,
    "strike__targets__troops": 0.0,
    "strike__missile_restraint": 1.0,
    "escalation__answer": 0.0,
    "escalation__partner_answer": 0.0,
    "levers__atacms__resupply": 0.0,
    "fronts__salient": 0.0,  # no salient to leave
    "levers__training_deployment__skill": 1.0,
    "levers__training_deployment__lengthening": 1.0,
    "levers__training_deployment__veteran_share": 0.0,
    "levers__training_deployment__added_intake": 0.0,
    "donors__theta": 1.0,  # one planner already: nobody gives more, or otherwise, for a plan
    "levers__coordination__front_load": 0.0,
    "levers__coordination__lag_ratio": 1.0,
    **{f"kinds__{kind}__price": WORTHLESS for kind in KINDS},
}
TALK = ("belief", "hazard")  # what is believed may differ; nothing else may
MONEY = ("pledged", "delivered")  # what is paid adds up, lever by lever


def sets_on(p):
    """Return parameters with lane (set, replicate) playing that set of levers from the first day on."""
    for column, lever in enumerate(LEVERS):
        doses = np.repeat(SETS[:, column], REPLICATES)
        for path in DOSES:
            if path.startswith(lever):
                p = p.replace(f"levers.{path.replace('__', '.')}", doses)
        p = replaced(p, **{f"levers__{lever}__start": 0.0})
    return p


def lanes_of_sets():
    replicate = np.tile(np.arange(REPLICATES), len(SETS))
    return Lanes(np.zeros_like(replicate), replicate)


@lru_cache(maxsize=1)
def hollow():
    """Return the record and the last state of the hollow world under every set of levers."""
    lanes = lanes_of_sets()
    none = replaced(parameters(lanes), **HOLLOW, **{f"levers__{path}": 0.0 for path in DOSES})
    war = begin(lanes, none)
    war.state.p = sets_on(
        none
    )  # after the pace was fixed: what is keyed to a dose from the first day on would hide in it
    war.decide()  # else the first day's orders would be those of no lever
    war.keep_record(DAYS)
    for _ in range(DAYS):
        war.step()
    return war.recorder.record(), war


def by_set(array):
    """Return an array (..., lane) as (..., set, replicate)."""
    return array.reshape(*array.shape[:-1], len(SETS), REPLICATES)


def test_hollow_levers_are_on():
    """Else the tests below show nothing: each lever's own sign is there, and moves nothing."""
    record, war = hollow()
    on = SETS[:, LEVERS.index("us_arms")] > 0
    assert (by_set(war.state.theatre.permitted)[SETS[:, LEVERS.index("atacms")] > 0] > 0.9).all()
    assert (by_set(war.state.theatre.rushed).sum(axis=0)[on] > 0.5).all()
    assert (
        by_set(war.state.theatre.industry_money).sum(axis=0)[SETS[:, LEVERS.index("nordic_production")] > 0] > 0.1
    ).all()
    assert (by_set(war.state.theatre.withdrawn).max(axis=0)[SETS[:, LEVERS.index("kursk_exit")] > 0] > 0.8).all()
    assert (by_set(beliefs.discipline(war.state))[SETS[:, LEVERS.index("coordination")] > 0] > 0).all()
    assert (by_set(record.arrays["net_km2"][-1])[0] != 0).all(), "there is a war"


def test_hollow_levers_in_any_combination_play_the_base():
    record, _ = hollow()
    money = record.coords["commodity"].index("money")
    unlike = []
    for name, array in record.arrays.items():
        if name in TALK + MONEY:
            continue
        if name in ("used", "received"):  # money is what flows here; what it buys is less than a millionth of a shell
            array = np.round(np.delete(array, money, axis=2), 6)
        whole = by_set(array)
        if not np.array_equal(whole, np.broadcast_to(whole[..., :1, :], whole.shape), equal_nan=True):
            unlike.append(name)
    assert unlike == [], "something is keyed to levers being on, not to what they bring"


@pytest.mark.parametrize("name", MONEY)
def test_what_levers_cost_adds_up(name):
    """The aid of a set is the base's and what each of its levers adds alone; no set is paid a bonus."""
    paid = by_set(hollow()[0].arrays[name].astype(float))
    parts = np.stack([paid[..., one, :] - paid[..., 0, :] for one in SINGLE])  # (lever, ..., replicate)
    summed = paid[..., :1, :] + np.moveaxis(np.tensordot(SETS, parts, axes=(1, 0)), 0, -2)
    np.testing.assert_allclose(paid, summed, rtol=1e-5, atol=1e-6 * paid.max())


def test_coordination_costs_nothing():
    """With nothing loaded to the front, a plan changes when and what and with which voice, and not how much."""
    pledged = by_set(hollow()[0].arrays["pledged"])
    np.testing.assert_array_equal(pledged[..., SINGLE[LEVERS.index("coordination")], :], pledged[..., 0, :])


# --- the index of power is a sum, losses are products ----------------------------------------------------------------------------


def knobs(war):
    """Return {cause: function that changes it strongly in a war} for Russia's speed; each is one lever's reach or more."""
    t, ledger = war.state.theatre, war.state.books
    ru, ua = t.sides[ATTACKER], t.sides[DEFENDER]

    def stock(account, factor, commodity="vehicle"):
        key = (commodity, account)
        return lambda: ledger._accounts.__setitem__(key, ledger._accounts[key] * factor)

    def damage(target, value):
        def change():
            t.damage = t.damage.copy()
            t.damage[war.state.p.strike.targets.names.index(target)] = value

        return change

    def more_men():
        stock("defender:line", 2.0, "person")()
        ua.infantry = ua.infantry * 2.0

    return {
        "russian fires": lambda: setattr(ru, "fires", ru.fires * 0.3),
        "ukrainian fires": lambda: setattr(ua, "fires", ua.fires * 4.0),
        "russian vehicles": stock("attacker:stock", 0.2),
        "strain": lambda: setattr(ru, "strain", ru.strain * 4.0),
        "effort": lambda: setattr(ru, "effort", ru.effort * 0.3),
        "assembly areas": damage("ru_assembly", 0.9),
        "oil": damage("ru_oil", 0.9),
        "depots": damage("ru_depots", 0.9),
        "airfields": damage("ru_airfields", 0.9),
        "supply head": lambda: setattr(t, "head", t.head - 20.0),
        "ceding": lambda: setattr(t, "ceding", t.ceding + 0.5),
        "season": lambda: setattr(t, "going", war.state.theatre.going * 0.4),
        "ukrainian quality": lambda: setattr(ua, "quality", ua.quality * 2.0),
        "ukrainian line": more_men,
        "russian reserve": stock("attacker:reserve", 3.0, "person"),
        "bombs": lambda: ru.use.__setitem__("glide_bomb", ru.use["glide_bomb"] * 0.2),
        "works": lambda: war.state.theatre.works.__setitem__(DEFENDER, war.state.theatre.works[DEFENDER] * 3.0),
        "permission": lambda: setattr(t, "permitted", war.state.theatre.permitted + 1.0),
        "rushed arms": lambda: setattr(t, "rushed", war.state.theatre.rushed + 5.0),
        "industry's money": lambda: setattr(t, "industry_money", war.state.theatre.industry_money + 1.0),
        "ukrainian shells": stock("defender:stock", 10.0, "shell"),
        "ukrainian drones": stock("defender:stock", 10.0, "drone"),
        "ukrainian missiles": stock("defender:stock", 30.0, "missile"),
        "incoherence": lambda: setattr(t, "incoherence", t.incoherence * 0.1),
        "belief": lambda: setattr(t, "belief_mean", t.belief_mean + 2.0),
        "withdrawal": lambda: setattr(t, "withdrawn", war.state.theatre.withdrawn + 1.0),
    }


CAUSES = tuple(knobs(begin(Lanes.grid(1, range(1)))))
#: pairs that the model joins on purpose, and where that is written
DECLARED = {
    frozenset(pair): why
    for why, pairs in {
        "the gap is one function of men times worth a kilometre": [("ukrainian line", "ukrainian quality")],
        "breakthrough wants gap and reserve together": [
            ("russian reserve", "ukrainian line"),
            ("russian reserve", "ukrainian quality"),
        ],
        "bombs breach works, and there is more to breach in strong ones": [("bombs", "works")],
    }.items()
    for pair in pairs
}


def war_at(days):
    lanes = Lanes.grid(1, range(3))
    war = begin(lanes, replaced(parameters(lanes), command__cede_share=0.2))
    for _ in range(days):
        war.step()
    return war


def changed(war, causes, read):
    """Return what `read(war)` gives with some causes changed; the war is as it was afterwards."""
    t = war.state.theatre
    kept = {id(thing): (thing, dict(vars(thing))) for thing in (t, *t.sides)}
    accounts, use, works = dict(war.state.books._accounts), dict(t.sides[ATTACKER].use), list(war.state.theatre.works)
    try:
        for cause in causes:
            knobs(war)[cause]()
        return read(war)
    finally:
        for thing, attributes in kept.values():
            vars(thing).update(attributes)
        war.state.books._accounts.update(accounts)
        t.sides[ATTACKER].use.update(use)
        war.state.theatre.works[:] = works


def log_speed(war):
    """Return all that Russia's speed is made of, in logarithms: the index of power, what favours success, and the season."""
    index, favour = fighting.power_index(war.state, ATTACKER), fighting.favour(war.state, ATTACKER)
    going = np.broadcast_to(np.log(war.state.theatre.going), index.shape)
    open_now = war.state.theatre.open > 0.0
    return np.where(open_now, np.stack([index, np.log(favour), going]), 0.0)


def interplay(war, read):
    """Return {pair: largest mixed difference of `read`} of every pair of causes that is not declared."""
    alone = {(): changed(war, (), read)} | {(one,): changed(war, (one,), read) for one in CAUSES}
    found = {}
    for pair in itertools.combinations(CAUSES, 2):
        both = changed(war, pair, read)
        mixed = both - alone[pair[:1]] - alone[pair[1:]] + alone[()]
        found[pair] = float(np.abs(mixed).max())
    return found


def test_causes_of_speed_multiply_and_none_helps_another():
    """Whatever the strength of two causes, together they add to Russia's local power the sum of what each adds."""
    war = war_at(35)
    joined = {pair: size for pair, size in interplay(war, log_speed).items() if size > 1e-9}
    assert set(map(frozenset, joined)) <= set(DECLARED), {
        p: s for p, s in joined.items() if frozenset(p) not in DECLARED
    }


def test_most_causes_do_something_to_speed():
    """A knob that turned nothing would make the test above blind."""
    war = war_at(35)
    before = log_speed(war)
    inert = [one for one in CAUSES if np.array_equal(changed(war, (one,), log_speed), before)]
    own = set(CAUSES[: CAUSES.index("permission")]) - {"depots", "airfields"}
    assert not own & set(inert), "each cause of speed can be seen"
    assert set(inert) == set(CAUSES) - own, "and what is no cause of speed is none: neither permission nor money"
    np.testing.assert_array_equal(log_speed(war), before, err_msg="changes are taken back")


def log_losses(war):
    """Return the logarithm of a day's Russian and Ukrainian losses by front, as `fight` books them."""
    before = [side.casualties for side in war.state.theatre.sides]
    permanent = [side.permanent_today for side in war.state.theatre.sides]
    fighting.fight(war.state)
    lost = np.stack([side.casualties - b for side, b in zip(war.state.theatre.sides, before, strict=True)])
    for side, today in zip(war.state.theatre.sides, permanent, strict=True):
        side.permanent_today = today
    return np.log(np.maximum(lost, 1e-300))


#: Losses add up attack, defence and the daily toll: what changes one of these does not multiply with what changes another.
ADDS = ("effort", "ceding", "works", "ukrainian line")
LOUD = tuple(one for one in CAUSES if one not in ADDS)


def test_causes_of_losses_multiply_too():
    war = war_at(35)
    alone = {one: changed(war, (one,), log_losses) for one in LOUD}
    none = changed(war, (), log_losses)
    joined = []
    for one, two in itertools.combinations(LOUD, 2):
        mixed = changed(war, (one, two), log_losses) - alone[one] - alone[two] + none
        if np.abs(mixed).max() > 1e-9:
            joined.append((one, two))
    assert joined == []
    assert sum(not np.array_equal(alone[one], none) for one in LOUD) >= 2, "fires of both sides, at least"


def test_the_declared_pair_is_there():
    """Breakthrough is the one place of the rules in which two causes grow together, and the tests above see it."""
    war = war_at(1)
    few = replaced(
        war.state.p, movement__breakthrough_gap=0.05, movement__breakthrough_reserve=0.05, movement__breakthrough=10.0
    )
    war.state.p = few
    pair = ("russian reserve", "ukrainian line")
    read = {one: changed(war, one, log_speed) for one in ((), pair[:1], pair[1:], pair)}
    assert np.abs(read[pair] - read[pair[:1]] - read[pair[1:]] + read[()]).max() > 1e-3
