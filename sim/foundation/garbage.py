"""How often Python looks for objects that hold each other."""

import gc

_NEW_OBJECTS = 50_000  # between two looks at the youngest; Python's own number is 700 or 2,000
_LOOKS = 20  # at a generation before the next one is looked at as well


def collect_seldom() -> None:
    """Have this process look for unused cycles of objects less often, for as long as it lives.

    Importing libraries and drawing make many objects that stay: looking through them again and again takes a seventh of the
    time of `sim claim`. For processes of the program's own, not for one that a caller owns.
    """
    gc.set_threshold(_NEW_OBJECTS, _LOOKS, _LOOKS)
