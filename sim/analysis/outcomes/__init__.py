"""What became of each replicate, arm by arm: thresholds, outcomes, summaries, measures."""
