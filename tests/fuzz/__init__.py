"""`make fuzz`: the state machines of `tests/properties`, spread over the cores for as many steps as one likes."""
