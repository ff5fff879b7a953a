"""From observed series to a posterior: the same model played from the past, and told what happened."""
