"""Observed tables beside simulated ensembles: matching in time, statistics, checks of sums."""
