"""Names the marker of the tests that play many wars; they run with the others unless left out by ``-m "not slow"``."""


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: plays many wars to judge a mean")
