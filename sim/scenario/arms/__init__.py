"""Arms: patches on the tree of the scenario, factorials and doses."""
