"""The tests, as one package of their own: some libraries install a package that is called `tests` too."""
