"""What can be wrong with a request, and what symnet cannot do.

In: nothing. Out: SymnetError, SpecError, UnsupportedError.
"""


class SymnetError(Exception):
    """Any request symnet turns down; its text is one line: what, where, what would be right."""


class SpecError(SymnetError):
    """The request itself is wrong: an unknown key, a bad value, a name that cannot be used."""


class UnsupportedError(SymnetError):
    """The request is sound, but this target, format or form cannot carry it out."""
