"""A planted fault: one place of the program made wrong, and the checks that have to notice."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One deliberate mistake.

    Parameters
    ----------
    name : str
        In a few words.
    kind : str
        The family: sign, unit, flow, bonus, luck, lag, arm, lanes, past, judging, lever, knowing.
    breaks : str
        What is wrong then, in one sentence.
    file : str
        Which file, from the root.
    old, new : str
        What stands there, once and only once, and what is put in its place.
    checks : tuple of str
        The tests that must fail, every one of them.
    """

    name: str
    kind: str
    breaks: str
    file: str
    old: str
    new: str
    checks: tuple[str, ...]

    def plant(self, root: Path) -> None:
        """Make the mistake in the copy of the program at `root`."""
        path = root / self.file
        text = path.read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1:
            raise LookupError(f"{self.name}: {self.file} has {found} times {self.old!r} - plant the fault anew")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")
