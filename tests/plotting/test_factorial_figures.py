"""The figures of factorials and dose curves: complete, labelled, sourced, nothing clipped, numbers as in the data."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from sim.analysis.outcomes.replicates import outcomes_by_replicate
from sim.analysis.statistics.factorial import analyse
from sim.plotting.factorial import Study
from sim.plotting.gallery import draw_all, figures

FACTORS = ("atacms", "us_arms", "nordic_production", "kursk_exit", "training_deployment", "coordination")
KINDS = ["factorial_shapley", "factorial_waterfall", "factorial_interaction", "factorial_pairs", "factorial_matrix"]


@pytest.fixture(scope="module")
def check() -> ModuleType:
    """Return the module beside this one that checks layouts."""
    spec = importlib.util.spec_from_file_location("plotting_checks", Path(__file__).with_name("test_figures.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plotting_checks"] = module
    spec.loader.exec_module(module)
    return module


def result(made: ModuleType, arms: list[str], weeks: int = 52) -> xr.Dataset:
    return outcomes_by_replicate(
        made.synthetic({arm: made.CLAIM_ARMS.get(arm, arm) for arm in arms}, replicates=6, weeks=weeks)
    )


def sets(factors: tuple[str, ...]) -> list[str]:
    names = ["+".join(f for bit, f in enumerate(factors) if i >> bit & 1) for i in range(1 << len(factors))]
    return ["base", *sorted(names[1:], key=lambda name: name.count("+"))]


@pytest.fixture(scope="module")
def table(made: ModuleType) -> xr.Dataset:
    return result(made, sets(FACTORS))


@pytest.fixture(scope="module")
def drawn(table: xr.Dataset) -> dict[str, Figure]:
    return dict(figures("factorial", Study.of(table)))


@pytest.fixture(scope="module")
def curves(made: ModuleType) -> Figure:
    arms = [f"{name}@{dose}" for name in ("timing", "kinds", "message", "coordination") for dose in (25, 50, 75, 100)]
    doses = result(made, ["base", "all_without_coordination", *arms])
    (pair,) = figures("doses", Study.of(doses))
    assert pair[0] == "dose_curves"
    return pair[1]


def test_all_are_drawn(drawn: dict[str, Figure]) -> None:
    assert list(drawn) == KINDS


@pytest.mark.parametrize("kind", [*KINDS, "dose_curves"])
def test_layout_source_and_units(drawn: dict[str, Figure], curves: Figure, check: ModuleType, kind: str) -> None:
    figure = (drawn | {"dose_curves": curves})[kind]
    check.check_layout(figure, kind)
    said = check.texts(figure)
    assert "Source: “Synthetic war”, seed 20241119, 6 replicates, start 19 November 2024" in said
    assert "90 % interval" in said
    assert "km²" in said
    assert "same noise, same parameters" in said
    assert figure.get_figwidth() < 15


def test_the_matrix_shows_every_arm_once_with_its_number(table: xr.Dataset, drawn: dict[str, Figure]) -> None:
    without, with_it = drawn["factorial_matrix"].axes[:2]
    kept = table["kept_km2"].mean("replicate")
    shown = [text.get_text() for axes in (without, with_it) for text in axes.texts]
    assert len(shown) == 64

    def written(arm: str) -> float:
        return float(kept.sel(arm=arm))

    # first row: none of the last two others; columns count the first three as bits
    numbers = [float(text.replace(",", "")) for text in shown]
    assert numbers[0] == 0
    assert numbers[1] == pytest.approx(written("atacms"), abs=0.5)
    assert numbers[7] == pytest.approx(written("atacms+us_arms+nordic_production"), abs=0.5)
    assert numbers[31] == pytest.approx(written("+".join(FACTORS[:5])), abs=0.5)
    assert numbers[32] == pytest.approx(written("coordination"), abs=0.5)
    assert numbers[63] == pytest.approx(written("+".join(FACTORS)), abs=0.5)


def test_bars_are_the_shapley_values(table: xr.Dataset, drawn: dict[str, Figure]) -> None:
    axes = drawn["factorial_shapley"].axes[0]
    levers = analyse(table).outcomes["kept_km2"].levers
    bars = [bar.get_width() for group in axes.containers for bar in group]
    np.testing.assert_allclose(bars, [lever.shapley.value for lever in levers.values()])


def test_a_smaller_factorial_is_drawn_and_written(made: ModuleType, check: ModuleType, tmp_path: Path) -> None:
    small = result(made, sets(FACTORS[4:]))
    for name, figure in figures("factorial", Study.of(small)):
        check.check_layout(figure, name)
    told: list[str] = []
    paths = draw_all("factorial", Study.of(small), tmp_path / "new", told.append)
    assert [path.name for path in paths] == told == [f"{kind}.png" for kind in KINDS]


def test_short_wars_are_drawn_without_what_they_cannot_tell(made: ModuleType, check: ModuleType) -> None:
    short = result(made, sets(FACTORS[4:]), weeks=5)
    for name, figure in figures("factorial", Study.of(short)):
        check.check_layout(figure, name)
        assert "halt" not in check.texts(figure)


def test_the_steps_of_the_waterfall_lead_from_nothing_to_all_together(
    table: xr.Dataset, drawn: dict[str, Figure]
) -> None:
    effects = analyse(table)
    axes = drawn["factorial_waterfall"].axes[0]
    bars = [patch for patch in axes.patches if patch.get_gid() == "step"]
    *steps, whole = [(bar.get_x(), bar.get_width()) for bar in bars]
    outcome = effects.outcomes["kept_km2"]
    shares = sorted((one.shapley.value for one in outcome.levers.values()), reverse=True)
    assert [width for _, width in steps] == pytest.approx(shares)
    assert [begin for begin, _ in steps] == pytest.approx([0.0, *np.cumsum(shares)[:-1]])
    assert whole == pytest.approx((0.0, outcome.whole.joint.value))
    assert sum(shares) == pytest.approx(outcome.whole.joint.value)
