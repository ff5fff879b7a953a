"""Changes as people say them: "surge twelve months later", "without surge", "movement.half_density times 0.7".

A sentence becomes a new arm of a scenario. What a name in it means - a lever, an arm, a key of the world - is what the
scenario says; no name stands here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.foundation.errors import UserError, nearest
from sim.scenario.canonical_text import changes
from sim.scenario.scenario import Scenario
from sim.scenario.schema.leaves import Day, Knob, Number, Series
from sim.scenario.schema.paths import leaves

Patch = dict[str, Any]

WORDS = dict(
    zip(
        (["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]),
        range(1, 13),
        strict=True,
    )
)
WORDS |= {"a": 1, "an": 1}
FACTORS = {"half": 0.5, "halve": 0.5, "halved": 0.5, "double": 2.0, "doubled": 2.0, "twice": 2.0, "triple": 3.0}
LEVERS = "levers."

_COUNT, _UNIT, _NUMBER = r"(?P<count>\d+|[a-z]+)", r"(?P<unit>day|week|month|year)s?", r"(?P<factor>\d*\.?\d+)"
_LATER = re.compile(rf"(?P<name>\S.*?) (?:by )?{_COUNT} {_UNIT} (?P<way>later|earlier|sooner)", re.IGNORECASE)
_DELAY = re.compile(rf"(?P<way>delay|postpone|advance) (?P<name>\S.*?) by {_COUNT} {_UNIT}", re.IGNORECASE)
_TIMES = re.compile(rf"(?P<name>\S.*?)(?: dose)? ?(?:times|[x×*]) ?{_NUMBER}", re.IGNORECASE)
_PERCENT = re.compile(rf"(?P<name>\S.*?)(?: dose)? {_NUMBER} ?(?:%|per ?cent) (?P<way>more|less|fewer)", re.IGNORECASE)
_FACTOR = re.compile(r"(?P<word>half|halve|double|twice|triple) (?:the )?(?P<name>\S.*)", re.IGNORECASE)
_FACTORED = re.compile(r"(?P<name>\S.*?)(?: dose)? (?P<word>halved|doubled)", re.IGNORECASE)
_WITHOUT = re.compile(r"(?:without|no) (?P<name>\S.*)", re.IGNORECASE)
_SET = re.compile(r"(?P<name>\S+) ?= ?(?P<value>\S.*)")


@dataclass(frozen=True)
class ChangedArm:
    """An arm that a sentence asks for.

    Parameters
    ----------
    name, label : str
    patch : dict of str to value
        As in a scenario file.
    reference : str
        The arm that it changes, which it is to be compared with.
    """

    name: str
    label: str
    patch: Patch
    reference: str


def read_change(sentence: str, scenario: Scenario) -> ChangedArm:
    """Return the arm that a sentence asks for.

    Raises
    ------
    UserError
        If the sentence is not understood, with examples; or if it names what the scenario has not, with the nearest name.
    """
    text = " ".join(sentence.split()).strip(".")
    for form, make in _FORMS:
        if match := form.fullmatch(text):
            name, patch, reference = make(_Names(scenario, sentence), match)
            return ChangedArm(_unused(name, scenario.arms), text, patch, reference)
    raise UserError([f"--change '{sentence}': not understood - write it as one of: {', '.join(_examples(scenario))}"])


@dataclass(frozen=True)
class _Names:
    """What names in a sentence mean in a scenario."""

    scenario: Scenario
    sentence: str

    def patches(self) -> Mapping[str, Patch]:
        """Return the patch of every arm."""
        return {arm: changes(self.scenario.world(), world) for arm, world in self.scenario.worlds.items()}

    def find(self, said: str) -> tuple[str, str]:
        """Return the kind (``lever``, ``arm`` or ``key``) and the name of what is meant.

        A lever goes before an arm of the same name: what is said of either is said of the lever's arm.
        """
        known = {"lever": list(levers(self.scenario)), "arm": list(self.scenario.arms)}
        keys = [path for path, _ in leaves(self.scenario.world())]
        wanted = said.strip().removeprefix("the ").removeprefix("world.")
        plain = wanted.lower().replace(" ", "_").replace("-", "_")
        labels = {arm.label.lower(): name for name, arm in self.scenario.arms.items()}
        for kind, names in known.items():
            if plain in names:
                return kind, plain
        if wanted.lower() in labels:
            return "arm", labels[wanted.lower()]
        if wanted in keys:
            return "key", wanted
        names = [*known["lever"], *known["arm"], *keys]
        raise UserError([
            f"--change '{self.sentence}': no lever, arm or key '{said}'{nearest(plain, names)} - the levers are "
            f"{', '.join(known['lever'])}; keys are dotted, as {next(iter(keys), '')}"
        ])  # fmt: skip

    def arm_of(self, lever: str, *, most: bool = False) -> tuple[str, Patch]:
        """Return the arm that uses a lever with the fewest changes (or the `most`), and its patch; without one, the full lever."""
        using = {
            arm: patch
            for arm, patch in self.patches().items()
            if any(path.startswith(f"{LEVERS}{lever}.") for path in patch)
        }
        if not using:
            return self.scenario.base, dict.fromkeys(self.knobs(lever), 1)
        arm = (max if most else min)(using, key=lambda name: len(using[name]))
        return arm, using[arm]

    def knobs(self, lever: str) -> list[str]:
        """Return the keys of a lever's doses."""
        return [path for path, leaf in self.leaves_of(lever) if isinstance(leaf, Knob)]

    def leaves_of(self, lever: str, arm: str | None = None) -> list[tuple[str, Any]]:
        """Return the leaves of a lever in an arm, by key."""
        return [one for one in leaves(self.scenario.world(arm)) if one[0].startswith(f"{LEVERS}{lever}.")]

    def leaf(self, key: str) -> Any:
        """Return the leaf of the base at a key."""
        return dict(leaves(self.scenario.world()))[key]

    def target(self, said: str) -> tuple[str, str, Patch]:
        """Return the name, the reference arm and its patch for a lever or an arm."""
        kind, name = self.find(said)
        arm, patch = self.arm_of(name) if kind == "lever" else (name, self.patches()[name])
        return name, arm, patch

    def refuse(self, why: str) -> UserError:
        """Return the error to raise."""
        return UserError([f"--change '{self.sentence}': {why}"])


def levers(scenario: Scenario) -> list[str]:
    """Return the names of the levers of a scenario."""
    return list(dict.fromkeys(path.split(".")[1] for path, _ in leaves(scenario.world()) if path.startswith(LEVERS)))


def _shift(names: _Names, match: re.Match[str]) -> tuple[str, Patch, str]:
    """Return a lever, every lever of an arm, or a day, so much later or earlier."""
    count = match["count"].lower()
    if not (count.isdigit() or count in WORDS):
        raise names.refuse(f"found '{count}' as a number - write figures, or one to twelve")
    way = "earlier" if match["way"].lower() in ("earlier", "sooner", "advance") else "later"
    amount = (int(count) if count.isdigit() else WORDS[count]) * (1 if way == "later" else -1)
    kind, name = names.find(match["name"])
    if kind == "key":
        leaf = names.leaf(name)
        if not isinstance(leaf, Day):
            raise names.refuse(f"{name} is no day - what can be later is a lever, an arm with levers, or a day")
        patch: Patch = {name: shifted(leaf.date, amount, match["unit"]).isoformat()}
        return f"{name.replace('.', '_')}_{way}", patch, names.scenario.base
    name, arm, old = names.target(match["name"])
    moved = [path.split(".")[1] for path in old if path.startswith(LEVERS)]
    if not moved:
        raise names.refuse(f"the arm '{name}' changes no lever, so nothing in it begins later")
    reference = None if arm == names.scenario.base else arm
    days = {
        path: shifted(leaf.date, amount, match["unit"]).isoformat()
        for lever in dict.fromkeys(moved)
        for path, leaf in names.leaves_of(lever, reference)
        if isinstance(leaf, Day)
    }
    return f"{name}_{way}", {**old, **days}, arm


def _scale(names: _Names, match: re.Match[str]) -> tuple[str, Patch, str]:
    """Return the doses of a lever or an arm, or a number of the world, times a factor."""
    found = match.groupdict()
    factor = FACTORS[found["word"].lower()] if "word" in found else float(found["factor"])
    if "way" in found:
        factor = 1 + factor / 100 if found["way"].lower() == "more" else 1 - factor / 100
    kind, name = names.find(match["name"])
    mark = f"x{factor:g}".replace(".", "_")
    if kind == "key":
        leaf = names.leaf(name)
        if not isinstance(leaf, Knob | Number | Series):
            raise names.refuse(f"{name} is no number - it is '{leaf}'")
        return f"{name.replace('.', '_')}_{mark}", {name: f"x {factor:g}"}, names.scenario.base
    name, arm, old = names.target(match["name"])
    scaled = {
        path: factor * value if isinstance(value, int | float) and not isinstance(value, bool) else value
        for path, value in old.items()
    }
    if scaled == old and factor != 1:
        raise names.refuse(f"the arm '{name}' has no plain number to scale")
    return f"{name}_{mark}", scaled, arm


def _leave_out(names: _Names, match: re.Match[str]) -> tuple[str, Patch, str]:
    """Return the arm with most changes that uses a lever, without that lever."""
    kind, name = names.find(match["name"])
    if kind != "lever":
        raise names.refuse(f"'{name}' is no lever - the levers are {', '.join(levers(names.scenario))}")
    arm, old = names.arm_of(name, most=True)
    left = {path: value for path, value in old.items() if not path.startswith(f"{LEVERS}{name}.")}
    if arm == names.scenario.base or not left:
        raise names.refuse(f"no arm has '{name}' together with something else, so nothing remains without it")
    return f"{arm}_without_{name}", left, arm


def _put(names: _Names, match: re.Match[str]) -> tuple[str, Patch, str]:
    """Return one key of the world with another value."""
    kind, name = names.find(match["name"])
    if kind != "key":
        raise names.refuse(f"'{name}' is no key - for one of its numbers write {LEVERS}{name}.dose=0.5, say")
    return f"{name.replace('.', '_')}_changed", {name: match["value"]}, names.scenario.base


_FORMS: tuple[tuple[re.Pattern[str], Any], ...] = (
    (_SET, _put),
    (_DELAY, _shift),
    (_LATER, _shift),
    (_WITHOUT, _leave_out),
    (_FACTOR, _scale),
    (_FACTORED, _scale),
    (_PERCENT, _scale),
    (_TIMES, _scale),
)


def shifted(day: dt.date, amount: int, unit: str) -> dt.date:
    """Return `day` moved by an amount of calendar units; a month's last days stay its last."""
    unit = unit.lower()
    if unit in ("day", "week"):
        return day + dt.timedelta(days=amount * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "year" else 1)
    first = dt.date(months // 12, months % 12 + 1, 1)
    last = (dt.date((months + 1) // 12, (months + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return first.replace(day=min(day.day, last))


def _examples(scenario: Scenario) -> list[str]:
    lever = next(iter(levers(scenario)), "LEVER")
    key = next((path for path, leaf in leaves(scenario.world()) if isinstance(leaf, Number)), "KEY")
    said = "{0} twelve months later", "{0} two weeks earlier", "{0} dose times 0.5", "without {0}", "{1} times 1.2"
    return [f'"{one.format(lever, key)}"' for one in (*said, "KEY=VALUE")]


def _unused(name: str, taken: Mapping[str, Any]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
