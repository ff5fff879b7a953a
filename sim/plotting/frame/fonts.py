"""Fonts of raster figures, read once: matplotlib goes back to the file for every letter that it measures or draws."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from matplotlib import font_manager


class _FromMemory:
    """Stands in for `matplotlib.ft2font` in matplotlib's font manager: its fonts are made of what files hold."""

    def __init__(self, ft2font: Any) -> None:
        self._ft2font = ft2font

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ft2font, name)

    def FT2Font(self, file: Any, *args: Any, **settings: Any) -> Any:  # noqa: N802 - matplotlib's name
        """Return the font in a file, which may be a path."""
        return self._ft2font.FT2Font(
            BytesIO(_content(file)) if isinstance(file, str | Path) else file, *args, **settings
        )


@lru_cache(maxsize=16)
def _content(file: str | Path) -> bytes:
    return Path(file).read_bytes()


@contextmanager
def fonts_in_memory() -> Iterator[None]:
    """Have matplotlib read each font once while raster figures are made; what is drawn is the same to the byte.

    For figures that embed fonts (PDF, SVG) this is of no use: they ask a font for its file. As it reaches into matplotlib's
    font manager, which has no setting for it, it does nothing where that is built otherwise. Two threads must not draw at once.
    """
    manager: Any = font_manager
    ft2font, opened = getattr(manager, "ft2font", None), getattr(manager, "_get_font", None)
    forget: Any = getattr(opened, "cache_clear", None)
    if ft2font is None or forget is None:
        yield
        return
    manager.ft2font = _FromMemory(ft2font)
    forget()
    try:
        yield
    finally:
        manager.ft2font = ft2font
        forget()  # fonts that know no file
