"""From observed series to a posterior: the same model played from the past, and conditioned on what happened."""
