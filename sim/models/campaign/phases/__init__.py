"""The parts of a day, in the order of `War.resolve`: each carries out orders by rules and postings."""
