"""What an outcome rests on: rankings of inputs, value of information, scenario discovery, contraction."""
