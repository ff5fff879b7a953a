"""The models: each gives `play(parameters, lanes, noise, start, days) -> Record`; none knows of another."""
