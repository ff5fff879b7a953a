"""Keyed noise: a uniform number is a function of (seed, stream, day, unit, replicate) and of nothing else.

Philox (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") is counter based: its n-th word can be
computed without the ones before it. The stream and the seed make the key, day and unit the high words of the counter,
the replicate the position. So arms share their noise, blocks and workers do not matter, and adding a stream, a
unit or a day moves nothing else. Other laws come by inverse distribution functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from sim.foundation.lanes import Array

_BELOW_ONE = np.nextafter(1.0, 0.0)
_FRESH: Any = {
    "bit_generator": "Philox",
    "buffer": np.zeros(4, np.uint64),
    "buffer_pos": 4,
    "has_uint32": 0,
    "uinteger": 0,
}
_WORDS_PER_STEP = 4  # Philox 4x64 yields four 64-bit words a counter step; a double uses one of them


class Noise:
    """Uniform and normal numbers for a set of lanes.

    Parameters
    ----------
    seed : int
        Any non-negative integer.
    replicate : ndarray of int, shape (lane,)
        The global replicate index of each lane. Lanes with the same index receive the same numbers.
    """

    def __init__(self, seed: int, replicate: npt.NDArray[np.int64]) -> None:
        self.seed = int(seed)
        self._first = int(replicate.min()) if replicate.size else 0
        self._count = (int(replicate.max()) - self._first + 1) if replicate.size else 0
        self._position = replicate - self._first
        self._keys: dict[str, npt.NDArray[np.uint64]] = {}
        self._generator = np.random.Philox(key=0)  # set anew for every row; to make one takes three times as long

    def distinct(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return one lane of each replicate, (replicate,), and which of these is of each lane's own, (lane,)."""
        _, first, own = np.unique(self._position, return_index=True, return_inverse=True)
        return first, own

    def take(self, index: npt.NDArray[np.int64]) -> Noise:
        """Return the noise of the lanes at `index`, in that order."""
        return Noise(self.seed, self._first + self._position[index])

    def uniform(self, stream: str, day: int = 0, units: int = 1) -> Array:
        """Return uniforms strictly inside (0, 1), shape (units, lane)."""
        return self._rows(stream, day, units).take(self._position, axis=1)

    def normal(self, stream: str, day: int = 0, units: int = 1) -> Array:
        """Return standard normals, shape (units, lane), by the inverse distribution function."""
        # arms share their numbers: each is turned once
        return ndtri(self._rows(stream, day, units)).take(self._position, axis=1)

    def draw_many(self, draws: Sequence[tuple[str, str, int]], day: int) -> list[Array]:
        """Return several draws of one day, (units, lane) each: the same numbers as one by one, in less time.

        Parameters
        ----------
        draws : sequence of (str, str, int)
            Law (``uniform`` or ``normal``), stream, units.
        day : int
        """
        if not draws:
            return []
        numbers = _inside(self._words([(stream, unit) for _, stream, units in draws for unit in range(units)], day))
        ends = np.cumsum([units for _, _, units in draws])
        for (law, _, units), end in zip(draws, ends, strict=True):
            if law == "normal":
                ndtri(numbers[end - units : end], out=numbers[end - units : end])
        return np.split(numbers.take(self._position, axis=1), ends[:-1])

    def _rows(self, stream: str, day: int, units: int) -> Array:
        """Return uniforms by replicate, from the first to the last of all lanes."""
        return _inside(self._words([(stream, unit) for unit in range(units)], day))

    def _key(self, stream: str) -> npt.NDArray[np.uint64]:
        if stream not in self._keys:
            digest = hashlib.blake2b(f"{self.seed}/{stream}".encode(), digest_size=16).digest()
            self._keys[stream] = np.frombuffer(digest, dtype="<u8").astype(np.uint64)
        return self._keys[stream]

    def _words(self, rows: Sequence[tuple[str, int]], day: int) -> npt.NDArray[np.uint64]:
        """Return the words of a day by stream and unit, (row, replicate)."""
        skip_steps, skip_words = divmod(self._first, _WORDS_PER_STEP)
        found = np.empty((len(rows), self._count), dtype=np.uint64)
        counter = np.array([skip_steps, 0, day, 0], dtype=np.uint64)
        for row, (stream, unit) in enumerate(rows):
            counter[1] = unit
            self._generator.state = _FRESH | {"state": {"counter": counter, "key": self._key(stream)}}
            found[row] = self._generator.random_raw(skip_words + self._count)[skip_words:]
        return found


def _inside(words: npt.NDArray[np.uint64]) -> Array:
    """Return random words as numbers strictly inside (0, 1), so that the inverse of any law stays finite.

    Of each word 53 bits are used, moved half a step off zero; the greatest is rounded to one by that, and moved back.
    """
    return np.minimum(((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53, _BELOW_ONE)
