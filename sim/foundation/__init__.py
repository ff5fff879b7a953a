"""What every room stands on: lanes, keyed luck, dated series, named arrays, errors. Knows nothing of war."""
