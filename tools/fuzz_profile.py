"""The longer Hypothesis profile that `make fuzz` loads: many more examples, no deadline, new ones every time."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fuzz", max_examples=5000, deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow]
)
