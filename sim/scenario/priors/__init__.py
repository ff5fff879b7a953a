"""From priors to parameters: distributions, the posterior, the draw."""
