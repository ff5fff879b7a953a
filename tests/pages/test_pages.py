"""The pages say what the stored results say; a page that does not, and a mark that leads nowhere, are found."""

import json
from pathlib import Path

import pytest

from docs.blocks import BLOCKS, Results
from docs.write import filled, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_no_page_differs_from_its_results(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert filled(text, Results()) == text, "run `make docs`"


@pytest.fixture
def results(tmp_path: Path) -> Results:
    (tmp_path / "numbers.json").write_text(json.dumps({"valid": [{"numbers": 200, "grades": {"guess": 150}}]}))
    return Results(tmp_path, tmp_path)


def test_a_stale_number_is_replaced(results: Results) -> None:
    value = "Of <!-- val:numbers/valid/0/numbers | whole -->7<!-- /val --> numbers."
    page = f"{value}\n<!-- gen:numbers-by-grade -->\nold\n<!-- /gen -->\n"
    made = filled(page, results)
    assert "-->200<!--" in made
    assert "150 (75 %) bear the grade" in made
    assert "old" not in made
    assert filled(made, results) == made


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!-- gen:hindcast-score -->x<!-- /gen -->", "did you mean 'hindcast-scores'"),
        ("<!-- val:numbers/valid/0/number | whole -->x<!-- /val -->", "did you mean 'numbers'"),
        ("<!-- val:numbers/valid/3/numbers | whole -->x<!-- /val -->", "nothing below '3'"),
        ("<!-- val:numbers/valid/0/numbers | wholly -->x<!-- /val -->", "did you mean 'whole'"),
        ("<!-- val:nothing/a | whole -->x<!-- /val -->", "make results"),
        ("<!-- gen:checks -->\nnever closed", "not closed|are whole"),
    ],
)
def test_a_mark_that_leads_nowhere_is_named(results: Results, text: str, said: str) -> None:
    with pytest.raises(LookupError, match=said):
        filled(text, results)


def test_every_generated_part_can_be_made() -> None:
    results = Results()
    for name, made in BLOCKS.items():
        assert made(results).strip(), name
