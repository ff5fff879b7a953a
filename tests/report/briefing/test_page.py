"""The page as a text: complete in itself, small, harmless, and with the numbers of the result."""

import base64
import csv
import hashlib
import io
import itertools
import json
import re
import zlib
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
import pytest

from sim.analysis.result import Result
from sim.foundation.format import format_in_100, format_two_digits
from sim.report.briefing import Assumption, Beside, Material, Provenance, Study, render
from sim.report.briefing.message import median_and_ends, of_100_wars
from tests.report.briefing.made import mapped
from tests.report.briefing.made_up import LABELS, claim, one_arm

MOST_BYTES = 400_000
SECTIONS = ["message", "happens", "ladder", "map", "adds", "every", "chains", "overturn", "past", "controls", "argue",
            "assumptions", "provenance"]  # fmt: skip
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
VOID = {"meta", "img", "input", "br", "line", "path", "circle"}


class Page(HTMLParser):
    """Elements in order, with their attributes and texts; a tag that is not closed in order is a fault."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], {}
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), len(self.elements)))
        if tag not in VOID:
            self.open.append((tag, len(self.elements) - 1))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), len(self.elements)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for _, place in self.open:
            self.texts[place] = self.texts.get(place, "") + data

    def all(self, tag):
        return [attrs for name, attrs, _ in self.elements if name == tag]

    def text(self, **wanted):
        found = [place for _, attrs, place in self.elements if all(attrs.get(k) == v for k, v in wanted.items())]
        return " ".join(self.texts.get(found[0], "").split())


def assumptions(count, text="A source"):
    return [
        Assumption(
            f"part.number_{k}", 1.5 * k, 0.5, 2.5, "km2", f"{text} {k % 3}", "2024-10", "guess", f"What number {k} is"
        )
        for k in range(count)
    ]


@pytest.fixture(scope="module")
def result():
    return claim()


@pytest.fixture(scope="module")
def page(result):
    material = Material(
        result, Provenance("sim claim", "2024", "in-concert 1", "", 64 * "a", 64 * "b", "1"), assumptions(5)
    )
    return Page(render(material))


def test_the_sections_stand_in_order_and_every_heading_label_and_id_is_right(page):
    assert [attrs["id"] for attrs in page.all("section")] == SECTIONS
    ids = [attrs["id"] for _, attrs, _ in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    levels = [int(name[1]) for name, _, _ in page.elements if re.fullmatch("h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    for attrs in page.all("section"):
        assert attrs["aria-labelledby"] in ids
    labelled = {attrs.get("for") for attrs in page.all("label")}
    for attrs in page.all("input"):
        assert attrs.get("id") in labelled or "aria-label" in attrs or attrs["type"] in ("checkbox", "search")
    assert all(attrs.get("aria-label") or attrs.get("aria-hidden") for attrs in page.all("svg"))


def test_it_loads_nothing_and_the_policy_names_script_and_style_by_their_hashes(page):
    policy = next(attrs["content"] for attrs in page.all("meta") if attrs.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    scripts = [page.texts[place] for name, attrs, place in page.elements if name == "script" and "type" not in attrs]
    (style,) = (page.texts[place] for name, _, place in page.elements if name == "style")
    for kind, source in (("script", *scripts), ("style", style)):
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    for _, attrs, _ in page.elements:
        assert not {"src", "style", "srcset"} & attrs.keys()
        assert not any(name.startswith("on") for name in attrs)
        assert attrs.get("href", "#").startswith(("#", "data:text/csv"))


def test_the_numbers_are_those_of_the_result(result, page):
    verdict, table = result.verdict(), result.table()
    message = page.text(id="message")
    for chance in (verdict.halt.of_joint, verdict.halt.of_base, verdict.halt.of_best):
        assert format_in_100(chance).split(" (")[1] in message
    assert of_100_wars(verdict.halt.of_joint) in message
    assert verdict.verdict.capitalize() in message
    kept = table.arms["whole"].differences["kept_km2"]
    assert format_two_digits(kept, "km²") in message
    median, ends = median_and_ends(table.arms["whole"].net_km2["2025-11-19"])
    assert f"{median}{ends}" in page.text(id="every")


def test_the_words_are_the_scenarios(result, page):
    everything = " ".join(page.texts[0].split())
    for word in ("Northern advance", "kept from Northland", "the Palace", *LABELS.values()):
        assert word in everything
    assert not re.search("russia|ukrain|kursk|kremlin|kyiv|article", everything, re.IGNORECASE)


def test_the_data_of_a_figure_are_its_numbers(result, page):
    links = {attrs["download"]: attrs["href"] for attrs in page.all("a") if "download" in attrs}
    rows = list(csv.reader(io.StringIO(unquote(links["net-gain.csv"].partition(",")[2]))))
    assert rows[0] == ["arm", "date", "net_km2_q05", "net_km2_q25", "net_km2_q50", "net_km2_q75", "net_km2_q95"]
    end = next(row for row in rows if row[:2] == ["whole", "2025-11-18"])
    net = result.data["net_km2"].sel(arm="whole").isel(time=-1)
    assert [float(x) for x in end[2:]] == pytest.approx(np.quantile(net, [0.05, 0.25, 0.5, 0.75, 0.95]), abs=0.06)
    assert len(links) == 4


def test_no_text_of_a_user_becomes_a_tag(result):
    labels = json.dumps(LABELS | {"grain": HOSTILE})
    sides = result.data.attrs["sides"].replace("the Palace", "<b>P</b>").replace("Northern", "<i>N</i>")
    data = result.data.assign_attrs(title=HOSTILE, description=HOSTILE, arm_labels=labels, sides=sides)
    provenance = Provenance(command=f"sim run '{HOSTILE}'", program=HOSTILE, scenario_hash=HOSTILE)
    study = Study(
        "controls", [{"name": HOSTILE, "expected": HOSTILE, "effect_km2": [1, 2, 3], "holds": True}], HOSTILE, HOSTILE
    )
    text = render(Material(Result(data), provenance, assumptions(3, HOSTILE), {"controls": study}))
    page = Page(text)
    assert len(page.all("script")) == 3
    assert not page.all("img")
    assert not page.all("b")
    assert not page.all("i")
    assert "alert(1)</script>" not in text
    assert page.text(id="argue-sentence")  # still there, and whole
    data = next(page.texts[place] for _, attrs, place in page.elements if attrs.get("id") == "argue-data")
    assert HOSTILE in [arm["label"] for arm in json.loads(data)["arms"]]


def test_five_replicates_are_too_few_and_undecided():
    page = Page(render(Material(claim(5))))
    message = page.text(id="message")
    assert "Too few wars: 5 per arm" in message
    assert "Undecided, too few replicates (5; at least 30)" in message
    assert "Contradicted" not in page.texts[0]
    assert "Supported" not in page.texts[0]


def test_a_run_of_one_arm_without_a_claim():
    page = Page(render(Material(one_arm())))
    assert [attrs["id"] for attrs in page.all("section")] == SECTIONS
    assert "In this model the Northern advance halts within 6 months" in page.text(id="message")
    assert "One arm alone" in page.text(id="adds")
    assert "One arm alone" in page.text(id="chains")
    assert len(page.all("figure")) == 2  # a fan, and the ladder
    assert not [attrs for attrs in page.all("input") if attrs.get("data-key") == "can"]


def test_a_record_too_short_for_a_halt_says_so():
    page = Page(render(Material(claim(weeks=6, verdict_milestones=[]))))
    assert "too short" in page.text(id="message")
    assert "too short" in page.text(id="ladder")
    assert not [
        text
        for section in SECTIONS
        if re.search(r"\bnan\b", text := page.text(id=section), re.IGNORECASE) and section != "argue"
    ]


def test_sections_without_a_study_name_the_command_that_makes_one(page):
    for section, command in (("overturn", "sim robustness --json"), ("overturn", "sim sensitivity"), ("past", "sim hindcast"),
                             ("controls", "sim controls --json"), ("adds", "sim factorial --json")):  # fmt: skip
        assert command in page.text(id=section)
    whole = page.texts[0]
    assert "--argue 64" in whole
    assert 'id="levers-data"' not in whole


def test_controls_that_fail_stand_first_and_a_study_of_another_world_is_marked():
    account = [
        {"name": "more_men", "expected": "below", "effect_km2": [-30.0, -20.0, -10.0], "halt": 0.1, "holds": True},
        {"name": "no_shells", "expected": "above", "effect_km2": [-1.0, 2.0, 5.0], "halt": 0.1, "holds": False},
    ]
    study = Study("controls", account, "controls.json", "It was made with another world than this result.")
    text = Page(render(Material(claim(5), studies={"controls": study}))).text(id="controls")
    assert "1 of 2 effects have the expected sign" in text
    assert "another world" in text
    assert text.index("no_shells") < text.index("more_men")


def test_another_result_is_set_beside_and_called_unpaired_where_it_is():
    one, other = claim(30), claim(30, seed=4)
    contrast = other.contrast(one.base, of=one)
    text = Page(render(Material(one, beside=[Beside("second", other, contrast)]))).texts[0]
    assert "second: mean differences to this result's base" in " ".join(text.split())
    assert "Unpaired: the parameters differ." in text


def test_a_map_is_drawn_where_the_scenario_has_one():
    result = claim(5)
    assert "No map" in Page(render(Material(result))).text(id="map")
    page = Page(render(Material(mapped(result))))
    for kind, count in {
        "arrow base": 2,
        "arrow arm": 2,
        "contact": 1,
        "land defended": 1,
        "wide": 2,
    }.items():  # contact: the scale
        assert len([attrs for attrs in page.all("path") if attrs.get("class") == kind]) == count, kind
    said = page.text(id="map")
    assert "Portville" in said
    assert "Not drawn: the line" in said
    assert "Lowland" in said
    assert "Far" not in said
    assert "Nothing changes" in said
    assert "All by one plan" in said


def test_many_replicates_and_assumptions_stay_within_the_budget():
    rng = np.random.default_rng(0)
    many = [
        Assumption(f"part_{k % 40}.sub_{k}.{rng.integers(1e9)}", float(rng.normal()), -1.0, 1.0, "own unit",
                   f"Source {k % 90}: " + "words of a title " * 6, "2024-10", "guess")
        for k in range(900)
    ]  # fmt: skip
    text = render(Material(claim(400), assumptions=many))
    assert len(text.encode()) <= MOST_BYTES
    packed = json.loads(re.search(r'id="assumptions-data">(.*?)</script>', text)[1])["packed"]
    assert len(json.loads(zlib.decompress(base64.b64decode(packed)))["rows"]) == 900
    assert "all 400 stored wars per arm" in text or "of 400 stored wars" in text


def test_a_page_that_would_be_too_large_gives_up_replicates_and_says_what_that_costs(monkeypatch):
    material = Material(claim(60))
    whole = render(material)
    limit = len(whole.encode()) - 20_000
    monkeypatch.setattr("sim.report.briefing.page.MOST_BYTES", limit)
    monkeypatch.setattr("sim.report.briefing.page.LEAST_BUDGET", 2_000)
    less = render(material)
    assert len(less.encode()) <= limit
    assert re.search(r"the first \d+ of 60 stored wars", less)
    assert "standard error" in less


def test_the_message_says_what_contradicted_means_and_what_else_the_claim_asks(page):
    message = page.text(id="message")
    for words in (
        "at least 50 of 100 wars",
        "All in concert reverse it somewhere",
        "All in concert bring a cease-fire",
    ):
        assert words in message
    assert "at least 50" not in Page(render(Material(claim(5)))).text(id="message"), "five wars bear no verdict"
