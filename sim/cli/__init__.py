"""The front door: the command ``sim``. Each command imports its own wing, so that ``sim --help`` is quick."""
