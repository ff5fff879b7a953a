"""Mutations of text: what slips, editors, other programs and malice do to a file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Mutation = Callable[[random.Random, str], str]

NUMBERS = (
    "0", "-0", "-1", "1e308", "1e309", "-1e400", "1e-400", "nan", ".inf", "-.inf", "Infinity", "0x1F", "1_000", "1,5",
    "1.5.2", "١٢", "９", "½", "1e", "+", "--1", "9" * 400, "0." + "0" * 400 + "1", "1" * 5000, "0b1", "0o17", "1:30", "1e5%",
)  # fmt: skip
WORDS = (
    "", " ", "null", "~", "true", "yes", "NO", "none", "format", "world", "extends", "arms", "patch", "base", "*", "__class__",
    "2024-02-30", "9999-12-31", "0000-00-00", "2024-11-19T00:00:00Z", "../../etc/passwd", "/dev/stdin", "/dev/zero", "file:///",
    "shipped:claim", "shipped:", "C:\\x", "x" * 300, "x" * 100_000, "%s%n{0}", "${HOME}", "a.b.c.d", ".", "..", "\x1b[2J",
)  # fmt: skip
ODD = (
    "\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\xa0", "\u00ad", "\u200b", "\u2028", "\u2029", "\u202e", "\ufeff", "\ufffe",
    "\ud800", "\udfff", "\U0001f600", "\u0301" * 50, "İ", "ß", "\t", "\r", "\r\n", "\\", '"', "'", "`", "@", "%", "&a ", "*a", "!",
    "!!python/object:os.system ", "#", " #", ": ", ":", "- ", "? ", "|", ">", "{", "}", "[", "]", ",", ";", "---\n", "...\n",
    "<<: *a", "\\ud83d\\ude00", "\\ud800", "=", "..", " .. ", "(", ")",
)  # fmt: skip
UNITS = (
    "km", "km2", "week", "1/day", "person/day", "person/month", "USD", "billion USD", "percent", "parsec", "km**999", "km^km",
    "1/0", "/", "km/", "m**-1e9", "degC", "dB", "(km", "per week", "$", "shell", "delta_degC",
)  # fmt: skip


def mutated(rng: random.Random, text: str, ways: tuple[Mutation, ...]) -> bytes:
    """Return the text after one to four mutations, in UTF-8, or now and then after mutations of its bytes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        text = rng.choice(ways)(rng, text)
    content = text.encode("utf-8", "surrogatepass")
    return _of_bytes(rng, content) if rng.random() < 0.08 else content


def _of_bytes(rng: random.Random, content: bytes) -> bytes:
    """Flip, overwrite, cut out, repeat or re-encode bytes."""
    if not content:
        return rng.randbytes(8)
    way, at, size = rng.randrange(7), rng.randrange(len(content)), rng.choice((1, 2, 8, 64))
    if way == 0:
        return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]
    if way == 1:
        return content[:at] + rng.randbytes(size) + content[at + size :]
    if way == 2:
        return content[:at]
    if way == 3:
        return content[:at] + content[at + size :]
    if way == 4:
        return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b", b"PK\x03\x04", b"%PDF-")) + content
    if way == 5:
        return content.decode("utf-8", "replace").encode(rng.choice(("utf-16", "utf-16-le", "utf-32", "utf-7")))
    return content.decode("utf-8", "replace").encode("cp1251", "replace")


def lines(rng: random.Random, text: str) -> str:
    """Delete, repeat, swap, join, cut or move a line."""
    rows = text.split("\n")
    at, to = rng.randrange(len(rows)), rng.randrange(len(rows))
    way = rng.randrange(7)
    if way == 0:
        del rows[at : at + rng.choice((1, 1, 3, 10))]
    elif way == 1:
        rows.insert(to, rows[at])
    elif way == 2:
        rows[at], rows[to] = rows[to], rows[at]
    elif way == 3 and at + 1 < len(rows):
        rows[at : at + 2] = [rows[at] + rows[at + 1]]
    elif way == 4:
        rows[at] = rows[at][: rng.randrange(len(rows[at]) + 1)]
    elif way == 5:
        rows.insert(to, rows.pop(at))
    else:
        rows[at : at + 1] = [rows[at]] * rng.choice((2, 100))
    return "\n".join(rows)


def truncated(rng: random.Random, text: str) -> str:
    """Cut the text off, at its beginning or its end."""
    at = rng.randrange(len(text) + 1)
    return text[:at] if rng.random() < 0.8 else text[at:]


def indentation(rng: random.Random, text: str) -> str:
    """Indent a line, or some, by other blanks."""
    rows = text.split("\n")
    at = rng.randrange(len(rows))
    for n in range(at, min(len(rows), at + rng.choice((1, 1, 5)))):
        bare = rows[n].lstrip(" ")
        rows[n] = (
            rng.choice((" ", "\t", "  \t", "\u00a0", " " * rng.randrange(60), " " * (len(rows[n]) - len(bare) + 2)))
            + bare
        )
    return "\n".join(rows)


def characters(rng: random.Random, text: str) -> str:
    """Put an odd character somewhere, or many of them."""
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(ODD) * rng.choice((1, 1, 1, 2, 3000)) + text[at + rng.choice((0, 0, 1, 5)) :]


def numbers(rng: random.Random, text: str) -> str:
    """Put another number in the place of one, or change its unit."""
    return _in_place_of(
        rng, text, r"\d[\d_.]*(e[+-]?\d+)?", (*NUMBERS, *NUMBERS, *WORDS, *UNITS, repr(rng.uniform(-1e6, 1e6)))
    )


def units(rng: random.Random, text: str) -> str:
    """Put another unit in the place of what follows a number."""
    return _in_place_of(rng, text, r"(?<=\d )[A-Za-z/][\w/ *^]*", UNITS)


def words(rng: random.Random, text: str) -> str:
    """Put another word, of this file or of none, in the place of one."""
    known = re.findall(r"[A-Za-z_]{3,}", text) or ["x"]
    return _in_place_of(rng, text, r"[A-Za-z_]{2,}", (*WORDS, *(rng.choice(known) for _ in range(30))))


def letters(rng: random.Random, text: str) -> str:
    """Misspell a word."""
    if len(text) < 2:
        return text
    at = rng.randrange(len(text) - 1)
    return text[:at] + rng.choice((text[at + 1] + text[at], "", text[at] * 2, text[at].swapcase())) + text[at + 2 :]


def keys(rng: random.Random, text: str) -> str:
    """Rename, empty, repeat or remove a key, or what it holds."""
    found = list(re.finditer(r"^( *(?:- )?)([\w.-]+):(.*)$", text, re.MULTILINE))
    if not found:
        return text
    one, other = rng.choice(found), rng.choice(found)
    held = rng.choice(
        (
            f" {rng.choice(WORDS)}",
            "",
            " []",
            " {}",
            f" [{one[2]}]",
            f" {{{one[2]}: 1}}",
            other[3],
            f" {rng.choice(NUMBERS)}",
        )
    )
    line = rng.choice((
        f"{one[1]}{other[2]}:{one[3]}", f"{one[1]}{one[2]}:{held}", f"{one[0]}\n{one[0]}", f"{one[1]}{rng.choice(WORDS)}:{one[3]}",
        f"{one[1]}- {one[2]}:{one[3]}", f"{one[1]}{one[2]}", f"{one[1]}? {one[2]}\n{one[1]}:{one[3]}",
    ))  # fmt: skip
    return text[: one.start()] + line + text[one.end() :]


def anchors(rng: random.Random, text: str) -> str:
    """Bring in what YAML has and the reader refuses: anchors, aliases, tags, merges, directives, documents."""
    bombs = "a: &a [x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    news = ("&a ", "*a", "<<: *a\n", "!!int ", "!!binary ", "!x ", "%YAML 1.1\n---\n", "---\n", "? [a, b]\n: c\n", bombs,
            "[" * 3000,             "{a: " * 200, "- " * 500, "|\n  text\n", ">-9\n")  # fmt: skip
    rows = text.split("\n")
    at = rng.randrange(len(rows))
    new = rng.choice(news)
    if new.endswith("\n"):
        rows.insert(rng.choice((0, at)), new.rstrip("\n"))
    else:
        key, colon, held = rows[at].partition(": ")
        rows[at] = f"{key}{colon}{new}{held}"
    return "\n".join(rows)


def cells(rng: random.Random, text: str) -> str:
    """Change a cell of a table, a separator, a quote, or the order of columns."""
    rows = text.split("\n")
    at = rng.randrange(len(rows))
    parts = rows[at].split(",")
    way = rng.randrange(8)
    if way < 3:
        dates = ("2024-13-01", "19.11.2024", "2024-11", "2024-11-19", "1-1-1", "2024-11-19 ", "20241119", "0001-01-01")
        parts[rng.randrange(len(parts))] = rng.choice(
            (*NUMBERS, *WORDS, *ODD, *dates, '"', '"a,b"', '"a\nb"', '""', '"a"b"', "1,234")
        )
    elif way == 3:
        parts.insert(rng.randrange(len(parts)), "")
    elif way == 4:
        parts.pop(rng.randrange(len(parts)))
    elif way == 5:
        rng.shuffle(parts)
    elif way == 6:
        return text.replace(",", rng.choice((";", "\t", "|", " ", ", ", ",,")))
    else:
        return text.replace("\n", rng.choice(("\r", "\r\n", "\n\n", "\u2028")))
    rows[at] = ",".join(parts)
    return "\n".join(rows)


def _in_place_of(rng: random.Random, text: str, pattern: str, news: tuple[str, ...]) -> str:
    found = list(re.finditer(pattern, text))
    if not found:
        return text
    one = rng.choice(found)
    return text[: one.start()] + rng.choice(news) + text[one.end() :]


OF_YAML: tuple[Mutation, ...] = (
    lines, lines, truncated, indentation, characters, characters, numbers, numbers, units, words, words, letters, keys, keys,
    anchors,
)  # fmt: skip
OF_TABLE: tuple[Mutation, ...] = (lines, truncated, characters, numbers, words, letters, cells, cells, cells, cells)
OF_VALUE: tuple[Mutation, ...] = (truncated, characters, numbers, units, words, letters)
