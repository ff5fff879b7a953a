"""What a scenario means: units, evidence, patches, overrides, the canonical text."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.foundation.units import USUAL, parse_unit
from sim.scenario.reader import read
from sim.scenario.schema.fields import number
from sim.scenario.schema.leaves import Number, Section
from sim.scenario.schema.read_number import Reading, Source
from sim.scenario.syntax.nodes import as_node
from sim.scenario.syntax.quantity import read_quantity, unit_factor

from .conftest import BASE, ReadText, World


def arm(text: str) -> str:
    """Return the base scenario whose second arm has this patch."""
    assert "{levers.help.dose: 1}" in BASE
    return BASE.replace("{levers.help.dose: 1}", text)


def test_values_stand_in_the_schemas_unit(read_text: ReadText) -> None:
    world = read_text().world()
    rate, south = world.combat.rate, world.fronts["south"]
    assert (rate.value, rate.low, rate.high) == pytest.approx((0.1, 0.05, 0.2))
    assert (south.length.value, south.length.low, south.length.high) == (30.0, 20.0, 50.0)
    assert world.recruits.points[0][1] == pytest.approx(30000 / (365.25 / 12))
    assert world.fronts["north"].share.value == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("unit", "wanted", "factor"),
    [
        ("month", "day", 365.25 / 12),
        ("Musd", "usd", 1e6),
        ("Gusd/year", "Musd/month", 1000 / 12),
        ("%", "", 0.01),
        ("km2/day", "km2/week", 7.0),
        ("person/(km day)", "person/km/day", 1.0),
        ("1/week", "1/day", 1 / 7),
    ],
)
def test_units_convert(unit: str, wanted: str, factor: float) -> None:
    assert unit_factor(unit, wanted) == pytest.approx(factor)


def test_evidence_comes_from_the_source_and_the_leafs_own_words_win(read_text: ReadText) -> None:
    table = {row.path: row for row in read_text().numbers()}
    share, length = table["fronts.north.share"], table["fronts.south.length"]
    assert (share.source, share.source_id, share.grade, share.as_of, share.law) == (
        "a report", "A07", "estimated", "2024-11", "beta",
    )  # fmt: skip
    assert (length.source, length.source_id, length.grade) == ("own count", "", "guess")
    assert table["combat.law"].value == "gap 0.7, ratio 0.3"
    assert table["recruits"].law == "series"
    assert table["recruits.factor"].high == 1.3


def test_default_laws(read_text: ReadText) -> None:
    world = read_text(BASE.replace("5 (2 .. 9) km", "5 (0 .. 9) km")).world()
    assert world.combat.rate.law == "lognormal"
    assert world.fronts["north"].belts[0].depth.law == "normal"
    assert world.fronts["north"].belts[1].depth.law == "fixed"


def test_every_leaf_knows_its_place(read_text: ReadText) -> None:
    place = read_text().world().combat.rate.place
    line = BASE.splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith('"0.7 (0.35')


def test_run_and_verdict(read_text: ReadText) -> None:
    made = read_text(BASE + "verdict: {halt_rate: 2, milestones: [2025-01-01]}\n", set={"run.seed": "9"})
    assert (made.run.horizon_days, made.run.replicates, made.run.seed) == (28, 10, 9)
    assert (made.verdict.halt_rate, made.verdict.halt_days) == (2.0, 60)
    assert [str(day) for day in made.verdict.milestones] == ["2025-01-01"]


def test_without_arms_there_is_the_base(read_text: ReadText) -> None:
    assert list(read_text(BASE[: BASE.index("arms:")]).arms) == ["base"]


def test_an_empty_patch_is_the_base_itself(read_text: ReadText) -> None:
    made = read_text(arm("{}"))
    assert made.world("help") is made.world("base")


def test_an_arm_shares_every_leaf_it_does_not_touch(read_text: ReadText) -> None:
    made = read_text()
    base, other = made.world("base"), made.world("help")
    assert other.levers["help"].dose.value == 1.0
    assert other.combat.rate is base.combat.rate
    assert other.fronts == base.fronts


class TestPatches:
    """What a patch makes of a leaf."""

    def north(self, read_text: ReadText, change: str) -> Number:
        made = read_text(arm(f"{{fronts.north.length: {change}}}"))
        found: Number = made.world("help").fronts["north"].length
        return found

    def test_a_bare_number_keeps_unit_and_source_and_drops_the_doubt(self, read_text: ReadText) -> None:
        length = self.north(read_text, "70")
        assert (length.value, length.low, length.law, length.source) == (70.0, None, "set", "A07")

    def test_a_bare_number_is_in_the_unit_of_the_file(self, read_text: ReadText) -> None:
        made = read_text(arm("{fronts.south.length: 40000, combat.rate: 1.4}"))
        assert made.world("help").fronts["south"].length.value == 40.0
        assert made.world("help").combat.rate.value == pytest.approx(0.2)

    def test_a_quantity_is_converted(self, read_text: ReadText) -> None:
        assert self.north(read_text, "70000 m").value == 70.0

    def test_a_range_without_source_keeps_the_evidence(self, read_text: ReadText) -> None:
        length = self.north(read_text, "70 (60 .. 90) km")
        assert (length.low, length.high, length.law, length.source) == (60.0, 90.0, "lognormal", "A07")

    def test_a_scaling_scales_the_prior(self, read_text: ReadText) -> None:
        length = self.north(read_text, "x 1.5")
        assert (length.value, length.low, length.high, length.law) == (90.0, 75.0, 120.0, "lognormal")

    def test_a_shorthand_replaces_the_leaf(self, read_text: ReadText) -> None:
        length = self.north(read_text, '"50 km; another word; recalled; 2023"')
        assert (length.value, length.source, length.grade) == (50.0, "another word", "recalled")

    def test_a_mapping_merges_into_the_leaf(self, read_text: ReadText) -> None:
        length = self.north(read_text, "{high: 100, note: wider}")
        assert (length.value, length.low, length.high, length.note) == (60.0, 50.0, 100.0, "wider")

    def test_a_mapping_merges_into_a_section(self, read_text: ReadText) -> None:
        made = read_text(arm("{fronts.north: {length: x 2, share: 0}, fronts.south.belts.0.depth: x 2}"))
        north = made.world("help").fronts["north"]
        assert (north.length.value, north.share.value, len(north.belts)) == (120.0, 0.0, 2)
        assert made.world("help").fronts["south"].belts[0].depth.value == 6.0

    def test_a_series_is_scaled_or_made_constant(self, read_text: ReadText) -> None:
        base = read_text().world().recruits
        scaled = read_text(arm("{recruits: x 2}")).world("help").recruits
        constant = read_text(arm("{recruits: 36525}")).world("help").recruits
        assert [value for _, value in scaled.points] == [2 * value for _, value in base.points]
        assert scaled.factor == base.factor
        assert constant.constant.value == pytest.approx(1200.0)

    def test_knobs_choices_days(self, read_text: ReadText) -> None:
        made = read_text(arm("{levers.help: {ramp: 2 week, start: 2025-01-01}, combat.law: ratio}"))
        lever, law = made.world("help").levers["help"], made.world("help").combat.law
        assert (lever.ramp.value, str(lever.start.date), law.weights) == (14.0, "2025-01-01", (0.0, 1.0))

    def test_an_override_lies_below_the_arms(self, read_text: ReadText) -> None:
        made = read_text(arm("{fronts.north.length: x 2}"), set={"fronts.north.length": "40"})
        assert made.world().fronts["north"].length.value == 40.0
        assert made.world("help").fronts["north"].length.value == 80.0

    def test_an_override_reaches_into_an_arm(self, read_text: ReadText) -> None:
        made = read_text(set={"arms.help.levers.help.dose": 0.5, "world.mix.drone": "0.7"})
        assert made.world("help").levers["help"].dose.value == 0.5
        assert made.world().mix["drone"].value == 0.7


class TestText:
    """The canonical text."""

    PATCHED = arm("{levers.help.dose: 1, fronts.north.length: x 1.5, recruits: 36525, combat.law: ratio}")

    def test_it_reads_back_to_the_same_worlds(self, read_text: ReadText, folder: Path) -> None:
        made = read_text(self.PATCHED, set={"combat.rate": "1.4"})
        (folder / "again.yaml").write_text(made.text, encoding="utf-8")
        again = read(folder / "again.yaml", world=World)
        assert again.text == made.text
        assert again.hash == made.hash
        assert [again.world(name) for name in again.arms] == [made.world(name) for name in made.arms]

    def test_notation_does_not_change_the_hash_but_content_does(self, read_text: ReadText) -> None:
        made = read_text().hash
        spelled = "{value: 12, unit: km, source: A07}"
        assert read_text("# a comment\n" + BASE.replace('"12 km; A07"', spelled)).hash == made
        assert read_text(BASE.replace("12 km", "12.1 km")).hash != made
        assert read_text(set={"run.seed": 8}).hash != made

    @given(title=st.text(min_size=1), note=st.text(min_size=1))
    @settings(
        max_examples=50,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    def test_any_words_survive(self, read_text: ReadText, folder: Path, title: str, note: str) -> None:
        from sim.foundation.text import for_terminal
        from sim.scenario.canonical_text import emit
        from sim.scenario.syntax.nodes import plain
        from sim.scenario.syntax.yaml_text import parse_text

        printable = "".join(c for c in title if c.isprintable() or c in "\u2028\u0085\ufeff\n\t")
        data = {
            "title": printable,
            "list": [printable, 1.5, -2],
            printable or "x": {"value": note.encode().hex()},
        }
        shown = for_terminal(printable)  # control characters are text from the moment they are read
        read = {"title": shown, "list": [shown, 1.5, -2], shown or "x": data[printable or "x"]}
        assert plain(parse_text(emit(data), "x")) == read


@given(
    value=st.floats(-1e6, 1e6),
    spread=st.floats(0, 1e6),
    unit=st.sampled_from(["", "km", "person/day", "1/week", "%"]),
)
def test_quantities_read_as_written(value: float, spread: float, unit: str) -> None:
    claim = read_quantity(f"{value!r} ({value - spread!r} .. {value + spread!r}) {unit}")
    assert (claim.value, claim.low, claim.high, claim.unit or "") == (
        value,
        value - spread,
        value + spread,
        unit,
    )


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("1_000 km", 1000.0, "km"), ("+5%", 5.0, "%"), ("-.5", -0.5, None),
     ("2e3 shell/day", 2000.0, "shell/day"), ("3.", 3.0, None)],
)  # fmt: skip
def test_forms_of_numbers(text: str, value: float, unit: str | None) -> None:
    claim = read_quantity(text)
    assert (claim.value, claim.unit) == (value, unit)


def test_a_field_without_its_maker_is_refused() -> None:
    with pytest.raises(TypeError, match="needs its maker"):

        class Wrong(Section):
            rate: Number


def test_two_thousand_lines_and_twenty_arms_read_in_a_moment(folder: Path) -> None:
    """Two seconds of the processor's own time at most, in the best of three: a busy machine is not ours to time."""
    leaf = number("week", ge=0, doc="any")
    fields = {f"k{i}": leaf for i in range(19)}
    part = type("Part", (Section,), {"__annotations__": dict.fromkeys(fields, Number), "__doc__": "p", **fields})
    whole = type("Whole", (Section,), {"__annotations__": {"parts": dict[str, part]}, "__doc__": "w"})  # type: ignore[valid-type]
    lines = "".join(
        f"    s{i}:\n" + "".join(f'      k{j}: "3 (1 .. 8) week; A07"\n' for j in range(19)) for i in range(100)
    )
    head = BASE[: BASE.index("world:")] + "world:\n  parts:\n"
    arms = "arms:\n  base: {}\n" + "".join(f"  a{i}: {{patch: {{parts.s{i}.k3: x 2}}}}\n" for i in range(20))
    (folder / "big.yaml").write_text(head + lines + arms)
    read_once = unit_factor("km", "m")  # pint's own start is not ours to time
    spent = []
    for _ in range(3):
        begun = time.process_time()
        made = read(folder / "big.yaml", world=whole)
        spent.append(time.process_time() - begun)
        if spent[-1] < 2.0:
            break
    assert made.world("a7").parts["s7"].k3.value == 6.0  # type: ignore[attr-defined]
    assert read_once == 1000.0
    assert min(spent) < 2.0


@pytest.mark.parametrize(("unit", "wanted"), sorted(USUAL))
def test_usual_conversions_are_pints(unit: str, wanted: str) -> None:
    # the last bits of some differ between versions of pint, and with what it converted before; a scenario's numbers do not
    assert USUAL[unit, wanted] == pytest.approx(
        (1 * parse_unit(unit)).to(parse_unit(wanted)).magnitude, rel=1e-15, abs=0
    )


def test_a_shipped_scenario_is_read_without_pint() -> None:
    code = "import sys; from sim.scenario.reader import read; read('shipped:claim'); assert 'pint' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_the_room_is_light() -> None:
    code = "import sys, sim.scenario; assert not {'pint', 'pydantic', 'numpy', 'ruamel'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_leaves_read_plain_python_too() -> None:
    class Small(Section):
        rate: Number = number("1/day", doc="any")

    reading = Reading({"A": Source("a report", "2024", "measured")})
    assert Small.model_validate(as_node({"rate": "7 1/week; A"}), context=reading).rate.value == pytest.approx(1.0)
