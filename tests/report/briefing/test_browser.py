"""The page in a browser: without an error or a request, by keyboard, on narrow screens, in print. Skipped where there is none."""

import re
import shutil
from dataclasses import replace

import pytest

from sim.analysis.verdicts.claim import judge_event
from sim.report.briefing import Provenance, Study, render
from sim.report.briefing.material import Material
from sim.report.briefing.message import sentence
from sim.report.briefing.series import quantised
from tests.report.briefing.made_up import claim
from tests.report.briefing.test_page import HOSTILE, assumptions

sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright here to drive a browser")
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here to open the page in")


@pytest.fixture(scope="module")
def result():
    return claim()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(result, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "page.html"
    worths = [{"name": f"part.number_{k}", "called": "it", "grade": "guess", "share": share, "share_error": 0.055}
              for k, share in ((3, 0.12), (51, 0.24))]  # fmt: skip
    studies = {"sensitivity": Study("sensitivity", {"can": 0.5, "information": {"worths": worths}}, "a study")}
    material = Material(result, Provenance("sim claim --seed 1"), assumptions(60, HOSTILE), studies)
    file.write_text(render(material), encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def visit(browser, address):
    """Open the page; fail afterwards if anything was logged, raised or asked for from elsewhere."""
    pages, faults = [], []

    def go(fragment="", **settings):
        page = browser.new_page(**settings)
        page.on("console", lambda said: faults.append(said.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("request", lambda asked: None if asked.url.startswith(address) else faults.append(asked.url))
        page.goto(address + fragment)
        page.wait_for_selector("#argue-form:not([disabled])")
        page.wait_for_selector("#assumptions-form:not([disabled])")
        pages.append(page)
        return page

    yield go
    for page in pages:
        page.close()
    assert not faults


def expected(result, **thresholds):
    """Return what Python says of the stored wars, in steps, under other thresholds."""
    rule = replace(result.thresholds, **thresholds)
    halt = judge_event(quantised(result.data, result.thresholds).halts(rule), result.names, rule)
    return sentence(result, halt, halt.of_base, rule)


def said(page):
    return page.inner_text("#argue-sentence")


def test_thresholds_move_by_keyboard_and_the_sentence_is_pythons(visit, result):
    page = visit()
    assert said(page) == expected(result)
    page.focus("#argue-halt_rate")
    page.keyboard.press("Control+a")
    page.keyboard.type("3.5")
    page.keyboard.press("Tab")
    assert said(page) == expected(result, halt_rate=3.5)
    page.focus("#argue-halt_days-range")
    page.keyboard.press("ArrowLeft")
    assert said(page) == expected(result, halt_rate=3.5, halt_days=59)
    assert page.url.endswith("#halt_rate=3.5&halt_days=59")
    assert page.inner_text("#argue-command").endswith("--set verdict.halt_rate=3.5 --set verdict.halt_days=59")
    page.focus("[data-reset=all]")
    page.keyboard.press("Enter")
    assert said(page) == expected(result)
    assert "#" not in page.url


def test_a_link_carries_an_argument(visit, result):
    page = visit("#halt_rate=6&halt_days=30&can=0.2")
    assert said(page) == expected(result, halt_rate=6.0, halt_days=30, can=0.2, cannot=0.2)
    assert page.input_value("#argue-can") == "20"
    assert "in 100" in page.inner_text("[data-row='6'] .number")


def test_a_threshold_out_of_its_range_is_marked_and_not_judged(visit, result):
    page = visit()
    page.fill("#argue-halt_days", "4000")
    assert page.get_attribute("#argue-halt_days", "aria-invalid") == "true"
    assert said(page) == expected(result)
    page.fill("#argue-halt_days", "30")
    assert page.get_attribute("#argue-halt_days", "aria-invalid") is None
    assert said(page) == expected(result, halt_days=30)


def test_one_lever_at_least_counts(visit):
    page = visit()
    boxes = page.locator("#argue input[data-arm]")
    for place in range(boxes.count()):
        boxes.nth(place).click()
    assert [boxes.nth(place).is_checked() for place in range(boxes.count())] == [False, False, True]
    assert '"Letters"' in said(page)
    assert page.is_visible("#argue-left-out")


def test_assumptions_are_searched_and_hostile_text_stays_text(visit):
    page = visit()
    assert page.inner_text("#assumptions-count") == "60 of 60 numbers, the first 40 shown"
    assert page.inner_text("#assumptions-body tr:first-child th") == "What number 0 is"
    assert page.get_attribute("#assumptions-body tr:first-child th", "title") == "part.number_0"
    page.select_option("#assumptions-order", "share")
    assert page.locator("#assumptions-body tr th").all_inner_texts()[:3] == [
        "What number 51 is",
        "What number 3 is",
        "What number 0 is",
    ]
    assert "24 % (15 to 33)" in page.inner_text("#assumptions-body tr:first-child")
    page.fill("#assumptions-search", "number_7")
    assert page.inner_text("#assumptions-count") == "1 of 60 numbers"
    assert "<img src=x" in page.inner_text("#assumptions-body")
    page.fill("#assumptions-search", "")
    page.click("#assumptions-all")
    assert page.locator("#assumptions-body tr").count() == 60


@pytest.mark.parametrize("width", [320, 360, 640, 1200])
def test_nothing_scrolls_sideways(visit, width):
    page = visit(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_moves_by_itself_where_the_reader_asked_for_less_motion(visit):
    behaviour = [
        visit(reduced_motion=wish).evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        for wish in ("no-preference", "reduce")
    ]
    assert behaviour == ["smooth", "auto"]


def test_print_says_how_many_assumptions_it_shows(visit):
    page = visit()
    assert not page.is_visible(".print-only")
    page.emulate_media(media="print")
    assert page.is_visible("#assumptions-count")
    assert "On paper only the first of 60 numbers" in page.inner_text("#assumptions .print-only")
    assert not page.is_visible("#assumptions-form")


def test_paper_has_no_closed_triangles(visit):
    page = visit()
    closed = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(closed)
    assert before > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(closed) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(closed) == before


def test_a_wide_table_shows_a_shadow_where_it_goes_on(visit):
    page = visit(viewport={"width": 360, "height": 800})
    wide = "[...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth)"
    assert page.evaluate(f"{wide}.length") > 0
    assert page.evaluate(f"{wide}.every(one => getComputedStyle(one).backgroundAttachment.includes('local'))")


def test_keys_of_assumptions_are_shown_on_request(visit):
    page = visit()
    assert not page.is_visible("#assumptions-body tr:first-child code")
    page.check("#assumptions-keys")
    assert page.inner_text("#assumptions-body tr:first-child code") == "part.number_0"


def test_light_and_dark(visit):
    shades = [
        visit(color_scheme=scheme).evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert shades[0] == "rgb(255, 255, 255)" != shades[1]


def test_the_first_five_sections_fill_two_printed_pages(visit):
    page = visit()
    whole = _pages(page.pdf(prefer_css_page_size=True))
    page.evaluate("for (const one of document.querySelectorAll('.rest')) one.remove()")
    assert _pages(page.pdf(prefer_css_page_size=True)) <= 2 < whole


def test_a_checker_of_accessibility_finds_nothing_serious(visit):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe here").Axe()
    for scheme in ("light", "dark"):
        found = axe.run(visit(color_scheme=scheme)).response["violations"]
        assert not [
            (one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")
        ]


def _pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
