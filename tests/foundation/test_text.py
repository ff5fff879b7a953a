"""Text of users never acts: not on the terminal, not in Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.foundation.text import as_markdown, for_markdown, for_terminal, on_one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("bell\x07", r"bell\x07"),
        ("csi\x9b2J", r"csi\x9b2J"),
        ("left\u202eright", r"left\u202eright"),
        ("\ud83d", r"\ud83d"),
        ("two\n\tlines, ünïcode, 中", "two\n\tlines, ünïcode, 中"),
        ("return\rover", r"return\rover"),
    ],
)
def test_control_characters_are_shown_as_text(text: str, shown: str) -> None:
    assert for_terminal(text) == shown


@given(st.text())
def test_what_is_shown_can_be_encoded_and_holds_no_control_character(text: str) -> None:
    shown = on_one_line(text)
    shown.encode("utf-8")
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)


def test_markdown_is_taken_literally() -> None:
    assert for_markdown("a|b *c* `d` [e](f) <g>\nh_i _j_") == r"a\|b \*c\* \`d\` \[e\](f) \<g\> h_i \_j\_"


def test_prose_keeps_its_markdown_and_brings_no_html() -> None:
    assert as_markdown("see `C07`,\n*not* <script>\x1b") == r"see `C07`, *not* &lt;script>\x1b"
