"""Which names a network file may give.

In: nothing. Out: NAME, RESERVED, name_problem.
"""

import keyword
import re

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
LONGEST = 40
# What the functions of the emitted code are called; x and y are escaped instead, being so usual.
RESERVED = frozenset(
    "params state learning_rate forward loss gradients input_gradients update train "
    "sample_loss sample_gradients initial_state samples rates "
    "PARAMETERS INITIAL STATE SAMPLES RATES main".split()
)


def name_problem(name: object) -> str:
    """Say what is wrong with a name; empty if it can be used."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return "a name is a letter, then letters, digits or _ (ASCII)"
    if len(name) > LONGEST:
        return f"a name has at most {LONGEST} characters"
    if keyword.iskeyword(name):
        return f"{name} is a Python keyword"
    if name in RESERVED:
        return f"{name} is a name that the emitted code needs"
    return ""
