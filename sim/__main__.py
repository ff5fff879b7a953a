"""Let ``python -m sim`` do what the command ``sim`` does."""

from sim.cli.front import main

if __name__ == "__main__":
    main()
