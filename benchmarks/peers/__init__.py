"""Peers of the product's evaluators: one translator each, from one lowered program (`program.py`) to the peer's own language.

`lowered.py` makes the program and the sheets' facts from the product's parsed conditions; nothing else here knows the product,
so that a peer runs in an environment of its own.
"""
