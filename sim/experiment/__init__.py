"""Ensembles: the design of arms and replicates, blocks of lanes, worker processes, and the store of results."""
