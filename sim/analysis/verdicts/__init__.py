"""From estimates to verdicts: the claim, single claims, and how robust a verdict is."""
