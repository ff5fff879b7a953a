"""A war watched in a browser: figures of the moment, the page, the server. The state is `sim.workflows.watching`."""
