"""What every room stands on: lanes, keyed noise, dated series, named arrays, errors. Knows nothing of war."""
