"""Every figure: made, labelled, sourced, with its intervals, and with nothing clipped or overlapping."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import xarray as xr
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from sim.analysis.result import Result
from sim.foundation.errors import UserError
from sim.foundation.format import format_in_100, format_two_digits
from sim.plotting import Arms, draw_all, effort, figures, front_map, gallery, ground, names
from sim.plotting.frame.palette import style, styles

KINDS = names("result")
BASE_ONLY = [k for k in KINDS if k not in ("difference", "difference_milestones")]


@pytest.fixture(scope="module")
def claim(made: ModuleType) -> xr.Dataset:
    return made.synthetic(replicates=12)


@pytest.fixture(scope="module")
def drawn(claim: xr.Dataset) -> dict[str, Figure]:
    return dict(figures("result", Arms.of({"claim": claim})))


def few(made: ModuleType, arms: int = 2, **more: object) -> xr.Dataset:
    names = list(made.CLAIM_ARMS)[:arms]
    return made.synthetic({name: made.CLAIM_ARMS[name] for name in names}, **more)


def texts(figure: Figure) -> str:
    axes_text = [
        t.get_text() for a in figure.axes for t in (*a.texts, a.xaxis.label, a.yaxis.label, *a.get_yticklabels())
    ]
    keys = [t.get_text() for key in figure.legends for t in key.get_texts()]
    return " ".join([*(t.get_text() for t in figure.texts), *axes_text, *keys]).replace("\n", " ")


def check_layout(figure: Figure, name: str) -> None:
    """No text outside the sheet, and no two labels of an axis, nor texts of the sheet, over each other."""
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    sheet = figure.bbox
    own = [t for t in figure.texts if t.get_text()]
    keys = [t for key in figure.legends for t in key.get_texts()]
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = [
                label
                for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True)
                if label.get_text() and low <= place <= high
            ]
            boxes = [t.get_window_extent(renderer) for t in ticks]
            for one, two in pairwise(boxes):
                assert not one.overlaps(two), f"{name}: tick labels overlap"
            own_texts = [*ticks, *([axis.label] if axis.label.get_text() else [])]
            for text in own_texts:
                inside(text, sheet, renderer, name)
        for text in axes.texts:
            inside(text, sheet, renderer, name)
    for text in (*own, *keys):
        inside(text, sheet, renderer, name)
    boxes = [t.get_window_extent(renderer) for t in (*own, *keys)]
    for place, one in enumerate(boxes):
        assert not any(one.overlaps(two) for two in boxes[place + 1 :]), f"{name}: texts overlap"
        for axes in figure.axes:
            assert not one.overlaps(axes.get_window_extent(renderer)), f"{name}: a text lies over a panel"


def inside(text, sheet, renderer, name: str) -> None:  # type: ignore[no-untyped-def]
    box = text.get_window_extent(renderer)
    fits = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= sheet.x1 and box.y1 <= sheet.y1
    assert fits, f"{name}: clipped: {text.get_text()!r}"


def test_every_figure_is_written(tmp_path: Path, made: ModuleType) -> None:
    told: list[str] = []
    paths = draw_all("result", Arms.of(few(made, 2, replicates=5)), tmp_path / "new" / "plots", told.append)
    assert [p.stem for p in paths] == KINDS
    assert told == [p.name for p in paths]
    assert all(p.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and p.stat().st_size > 5000 for p in paths)


def test_every_figure_is_drawn(drawn: dict[str, Figure]) -> None:
    assert list(drawn) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_source_line(drawn: dict[str, Figure], kind: str) -> None:
    (source,) = [t.get_text().replace("\n", " ") for t in drawn[kind].texts if t.get_gid() == "source"]
    for part in (
        "Synthetic war",
        "seed 20241119",
        "12 replicates",
        "start 19 November 2024",
        "in-concert 0.1.0",
    ):
        assert part in source


@pytest.mark.parametrize("kind", KINDS)
def test_layout(drawn: dict[str, Figure], kind: str) -> None:
    check_layout(drawn[kind], kind)


UNITS = {
    "net_km2": "km²", "difference": "km²", "difference_milestones": "km²", "monthly_gain": "km² per day",
    "outcomes": "share of replicates, %", "fronts": "shift, km", "fronts_by_month": "km²", "manpower": "thousand people",
    "fires_and_stocks": "shells per day", "stocks": "vehicles", "aid": "billion US$",
    "strikes": "missiles per week", "beliefs": "per month", "map": "shift, km",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_units_stand_on_axes(drawn: dict[str, Figure], kind: str) -> None:
    labels = [lab.get_text() for a in drawn[kind].axes for lab in (a.xaxis.label, a.yaxis.label)]
    assert any(UNITS[kind] in label for label in labels)


@pytest.mark.parametrize("kind", KINDS)
def test_intervals_are_drawn_and_named(drawn: dict[str, Figure], kind: str) -> None:
    figure = drawn[kind]
    assert any(a.get_gid() == "interval" for axes in figure.axes for a in axes.get_children())
    assert "90 % interval" in texts(figure)


def test_same_arm_same_colour_in_all_figures(claim: xr.Dataset, drawn: dict[str, Figure]) -> None:
    seen: dict[str, set[str]] = {}
    for figure in drawn.values():
        for artist in (a for axes in figure.axes for a in axes.lines):
            gid = artist.get_gid() or ""
            if gid.startswith("arm:"):
                seen.setdefault(gid[4:], set()).add(to_hex(artist.get_color()))
    colours = {arm.name: {arm.style.colour.lower()} for arm in Arms.of(claim).arms}
    assert seen == colours
    assert len({colour for (colour,) in colours.values()}) == len(colours)


def test_no_style_stands_for_two_arms() -> None:
    """Neither within a result of many arms nor across many results; an arm keeps its colour, bases have their own."""
    many = [style(n) for n in range(80)]
    assert len({look.colour for look in many}) == len({look.dash for look in many}) == 80
    results = styles([["base", "mine", "yours"]] * 9)
    flat = [look for row in results for look in row]
    assert len({(look.colour, look.dash) for look in flat}) == 27
    assert len({row[1].colour for row in results}) == 1
    assert len({row[0].colour for row in results}) == 9


def test_fan_shows_the_quantiles_of_the_data(claim: xr.Dataset, drawn: dict[str, Figure]) -> None:
    (panel,) = [axes for axes in drawn["net_km2"].axes if any(line.get_gid() == "arm:atacms" for line in axes.lines)]
    (line,) = [line for line in panel.lines if line.get_gid() == "arm:atacms"]
    expected = np.median(claim["net_km2"].sel(arm="atacms").values, axis=0)
    assert np.asarray(line.get_ydata()) == pytest.approx(expected, rel=1e-5)


def test_months_of_all_fronts_add_up_to_the_whole(claim: xr.Dataset, drawn: dict[str, Figure]) -> None:
    """The row of sums holds the monthly means of the counted fronts; its end is their mean gain over the run."""
    panel = drawn["fronts_by_month"].axes[0]
    row = [label.get_text() for label in panel.get_yticklabels()].index("together")
    totals = [text.get_text() for text in panel.texts if text.get_gid() == "interval"]
    counted = [front for front in map(str, claim["front"].values) if front not in Arms.of(claim).names.outside]
    mean = float(claim["net_km2_front"].isel(arm=0, time=-1).sel(front=counted).sum("front").mean())
    assert totals[row].startswith(f"{mean:,.0f} (")
    there = [text for text in panel.texts if text.get_position()[1] == row and text.get_gid() != "interval"]
    cells = [float(text.get_text().replace(",", "")) for text in there]
    assert sum(cells) == pytest.approx(mean, abs=0.6 * len(cells))


def test_difference_is_paired(made: ModuleType) -> None:
    """With a constant effect in every war the band has no width, however wide the spread of the wars."""
    data = few(made, 2, replicates=9)
    data["net_km2"][{"arm": 1}] = data["net_km2"].isel(arm=0).values - 7.0
    figure = ground.difference(Arms.of({"a": data}))
    assert figure is not None
    (line,) = [line for line in figure.axes[0].lines if (line.get_gid() or "").startswith("arm:")]
    assert np.asarray(line.get_ydata()) == pytest.approx(-7.0, abs=1e-3)


@pytest.mark.parametrize("case", ["one arm", "one replicate", "one week", "nan", "all nan", "ended", "no attributes"])
def test_odd_results_are_drawn(made: ModuleType, case: str) -> None:
    data = few(made, 1 if case == "one arm" else 2, replicates=1 if case == "one replicate" else 6,
               weeks=1 if case == "one week" else 20, peace=1.0 if case == "ended" else 0.1)  # fmt: skip
    if case == "nan":
        for name in ("net_km2", "shift_km", "fires", "belief", "delivered"):
            data[name][{"replicate": 2}] = np.nan
            data[name][{"time": -1}] = np.nan
    elif case == "all nan":
        data = data.assign({n: v * np.nan for n, v in data.data_vars.items() if "arm" in v.dims})
    elif case == "no attributes":
        data.attrs = {
            "title": "Untitled $1 and $2",
            "arm_labels": "{}",
            "observed_monthly_gain": "broken",
            "map": data.attrs["map"],
            "sides": data.attrs["sides"],
        }
        for name in data.data_vars:
            data[name].attrs = {}
    found = dict(figures("result", Arms.of({"odd": data})))
    assert {"net_km2", "outcomes", "map"} <= set(found)
    if case == "one arm":
        assert list(found) == BASE_ONLY
    for name, figure in found.items():
        check_layout(figure, f"{case}: {name}")


def test_many_arms_are_cut_and_the_cut_is_told(made: ModuleType) -> None:
    arms = {"base": "Base"} | {f"arm_{n}": f"Dose {n} of something with a rather long name" for n in range(63)}
    found = dict(figures("result", Arms.of({"grid": made.synthetic(arms, replicates=3, weeks=9)})))
    assert list(found) == KINDS
    for name in ("net_km2", "difference", "monthly_gain", "manpower", "fronts"):
        assert "Not drawn for want of room" in texts(found[name])
    assert "48 arms" in texts(found["net_km2"])
    for name, figure in found.items():
        check_layout(figure, f"64 arms: {name}")
        assert figure.get_figheight() < 30


@pytest.mark.parametrize("weeks", [3, 9, 26, 104, 520])
def test_time_axis_at_any_length(made: ModuleType, weeks: int) -> None:
    data = few(made, 2, replicates=2, weeks=weeks)
    arms = Arms.of({"long": data})
    for draw in (ground.net_gain, ground.monthly_gain, effort.beliefs):
        check_layout(draw(arms), f"{weeks} weeks: {draw.__name__}")


def test_several_results_are_told_apart(made: ModuleType) -> None:
    first, second = few(made, 2, replicates=6), few(made, 2, replicates=6, seed=5, title="Another war")
    arms = Arms.of({"old": first, "new": second})
    assert [e.name for e in arms.arms] == ["old: base", "old: atacms", "new: base", "new: atacms"]
    assert len({(e.style.colour, e.style.dash) for e in arms.arms}) == 4
    assert arms.arms[1].style.colour == arms.arms[3].style.colour
    found = dict(figures("result", arms))
    assert list(found) == KINDS
    for name, figure in found.items():
        assert "Another war" in texts(figure)
        check_layout(figure, f"two results: {name}")


def test_a_base_that_another_result_repeats_is_drawn_once(made: ModuleType) -> None:
    same, other = few(made, 2, replicates=4), few(made, 2, replicates=4)
    arms = Arms.of({"old": few(made, 2, replicates=4), "new": same})
    chosen, note = arms.pick(4)
    assert [arm.name for arm in chosen] == ["old: base", "old: atacms", "new: atacms"]
    assert note.startswith("The same wars as old: ")
    other["net_km2"] = other["net_km2"] + 1.0
    assert len(Arms.of({"old": same, "new": other}).pick(4)[0]) == 4


def test_later_base_is_paired_with_the_first_only_under_the_same_luck(made: ModuleType) -> None:
    first, second = few(made, 1, replicates=4), few(made, 1, replicates=4, seed=5)
    arms = Arms.of({"old": first, "new": second})
    assert arms.reference(arms.arms[1]) is arms.arms[0]
    second.attrs["seed"] = 7
    arms = Arms.of({"old": first, "new": second})
    assert arms.reference(arms.arms[1]) is None
    assert ground.difference(arms) is None


def test_the_map_shows_the_base_and_all_levers_on_one_scale(claim: xr.Dataset) -> None:
    arms = Arms.of(claim)
    drawn = front_map.front_map(arms)
    assert drawn is not None
    ground_, table = drawn.axes
    bars = [line for line in ground_.lines if line.get_gid() == "interval"]
    assert len(bars) == 2 * claim.sizes["front"]
    shown = {to_hex(line.get_color()) for line in bars}
    assert shown == {to_hex(arms.base.style.colour), to_hex(arms.arms[-1].style.colour)}
    assert {to_hex(line.get_color()) for line in table.lines if line.get_gid() == "interval"} == shown


def test_a_front_without_a_place_leaves_no_map(made: ModuleType) -> None:
    data = few(made, 1, replicates=3, weeks=5)
    assert front_map.front_map(Arms.of(data.assign(front_lon=data["front_lon"] * np.nan))) is None


def test_names_come_from_the_result(made: ModuleType) -> None:
    """Sides, fronts, targets and allies are called what the result calls them, and nothing else."""
    data = few(made, 2, replicates=4).assign_coords(
        side=["north", "south"], role=("side", ["defender", "attacker"]), front=[f"f{n}" for n in range(14)],
        ally=[f"a{n}" for n in range(12)], target=[f"t{n}" for n in range(6)], arm=["base", "joint"],
    )  # fmt: skip
    data.attrs |= {
        "labels": json.dumps({"front": {"f0": "River"}, "ally": {"a1": "Islands"}, "target": {"t0": "Mills"}}),
        "sides": json.dumps({
            "north": {"role": "defender", "name": "Northland", "demonym": "Northern", "leadership": "the Hall"},
            "south": {"role": "attacker", "name": "Southland", "demonym": "Southern", "leadership": "the Palace"},
        }),
        "arm_labels": json.dumps({"base": "As is", "joint": "All"}), "arm_roles": json.dumps({"base": "base", "joint": "joint"}),
        "outside_fronts": json.dumps(["f0"]),
    }  # fmt: skip
    found = {name: texts(one) for name, one in figures("result", Arms.of(data))}
    said = " ".join(text for name, text in found.items() if name != "map")
    for word in ("Northland", "Southern", "the Palace", "River", "Islands", "Mills", "All"):
        assert word in said
    for word in ("Ukrain", "Russia", "Kremlin", "Kursk", "Kyiv"):
        assert word not in said


def test_a_figure_is_found_by_its_name(made: ModuleType) -> None:
    result = Result(few(made, 2, replicates=3, weeks=9))
    assert gallery.figure("net_km2", result).axes
    for name, word in (("net_km", "net_km2"), ("hindcast_total", "sim hindcast")):
        with pytest.raises(UserError, match=word):
            gallery.figure(name, result)


def test_formats_for_print(made: ModuleType, tmp_path: Path) -> None:
    found = gallery.figure("fronts", Result(few(made, 1, replicates=3, weeks=5)))
    first, again = (gallery.save(found, tmp_path, name, ("svg", "pdf")) for name in ("one", "one"))
    assert first == again
    text = first[0].read_text()
    assert "Pokrovsk</text>" in text
    assert first[1].read_bytes()[:5] == b"%PDF-"


def test_later_arms_stand_before_their_own_base(made: ModuleType) -> None:
    arms = Arms.of({"old": few(made, 2, replicates=4), "new": few(made, 2, replicates=4, seed=5)})
    panel = ground.net_gain(arms).axes[3]
    assert [line.get_gid() for line in panel.lines if line.get_gid()] == ["arm:new: base", "arm:new: atacms"]


def test_a_missing_variable_costs_only_its_figures(made: ModuleType) -> None:
    data = few(made, 2, replicates=3, weeks=12).drop_vars(["pledged", "hazard"])
    assert set(KINDS) - set(dict(figures("result", Arms.of({"a": data})))) == {"aid", "beliefs"}


def test_nothing_to_draw_is_refused(made: ModuleType) -> None:
    with pytest.raises(ValueError, match="no result"):
        Arms.of({})
    with pytest.raises(ValueError, match="no replicate"):
        Arms.of({"a": few(made, 1, replicates=2, weeks=3).isel(replicate=[])})


def test_importing_leaves_matplotlib_as_it_is() -> None:
    code = (
        "import matplotlib, sys; state = lambda: repr(sorted(dict.items(matplotlib.rcParams), key=str)); "
        "before = state(); import sim.plotting; assert state() == before; "
        "assert 'matplotlib.pyplot' not in sys.modules; "
        "banned = ('sim.models.campaign', 'sim.rules', 'sim.experiment', 'mesa'); "
        "assert not any(m.startswith(banned) for m in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("size", ["page", "card"])
def test_arms_can_be_chosen_and_then_are_the_only_ones_beside_the_base(made: ModuleType, size: str) -> None:
    result = Result(few(made, 5, replicates=6, weeks=8))
    base, *others = (result.names.labels[arm] for arm in result.arms)
    for chosen in ([1], [4, 2]):
        shown = texts(gallery.figure("manpower", result, size, arms=[result.arms[place] for place in chosen]))
        assert base in shown
        assert {label for label in others if label in shown} == {others[place - 1] for place in chosen}
        assert "Not drawn for want of room" not in shown
    with pytest.raises(UserError, match=f"no arm 'nobody' - the arms are {result.arms[0]}"):
        gallery.figure("manpower", result, size, arms=["nobody"])
    with pytest.raises(UserError, match="shows nothing of base beside the base"):
        gallery.figure("difference", result, size, arms=result.base)


def test_titles_state_what_is_seen_with_its_interval(made: ModuleType) -> None:
    data = few(made, 2, replicates=30, weeks=52)
    result = Result(data)
    net = data["net_km2"].isel(time=-1).to_numpy()
    told = " ".join(texts(gallery.figure("net_km2", result, "card")).split())
    for row, arm in zip(net, result.arms, strict=True):
        low, middle, high = np.quantile(row, [0.05, 0.5, 0.95])
        said = format_two_digits((low, middle, high), "km²", decimals=0)
        assert f"{said} in “{result.names.labels[arm]}”" in told
    paired = np.quantile(net[1] - net[0], [0.05, 0.5, 0.95])
    said = format_two_digits(paired.tolist(), "km²", signed=True, decimals=0)
    assert f"to the base by 18 November 2025: {said}" in texts(gallery.figure("difference", result))
    halts = [result.table().arms[arm].chances["halt"] for arm in result.arms]
    title = " ".join(texts(gallery.figure("outcomes", result, "card")).split())
    for chance in halts:
        assert format_in_100(chance).replace(" in 100", " of 100") in title
    several = Arms.of({"one": result, "other": result})
    assert several.in_words(lambda arm: "a number") == ""
