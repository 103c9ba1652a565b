"""Plain text made safe for LaTeX: every character prints as itself, none is a command.

In: str. Out: str.
"""

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
}
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        (
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho "
            "sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon "
            "Phi Psi Omega"
        ).split(),
        strict=True,
    )
)
_TYPOGRAPHY = {
    "\u00a0": "~",
    "\u2013": "--",
    "\u2014": "---",
    "\u2018": r"\textquoteleft{}",
    "\u2019": r"\textquoteright{}",
    "\u201c": r"\textquotedblleft{}",
    "\u201d": r"\textquotedblright{}",
    "\u2026": r"\dots{}",
    "\u00d7": r"\ensuremath{\times}",
    "\u00b7": r"\ensuremath{\cdot}",
    "\u00b1": r"\ensuremath{\pm}",
    "\u00b2": r"\ensuremath{^2}",
    "\u00b3": r"\ensuremath{^3}",
    "\u2192": r"\ensuremath{\to}",
    "\u2202": r"\ensuremath{\partial}",
}
# Doubled, these would become a dash, a quotation mark or a guillemet.
_LIGATURES = "-,'<>"


def escaped(text: str) -> str:
    """Return ``text`` as LaTeX that prints it; characters its fonts lack print as their code."""
    shown = ""
    for before, one in zip(" " + text, text, strict=False):
        shown += r"\kern0pt{}" if one == before and one in _LIGATURES else ""
        shown += _character(one)
    return shown


def _character(one: str) -> str:
    if one in _SPECIAL or one in _TYPOGRAPHY:
        return _SPECIAL.get(one) or _TYPOGRAPHY[one]
    if one in _GREEK:
        return rf"\ensuremath{{\{_GREEK[one]}}}"
    if (one.isascii() and one.isprintable()) or one in LETTERS:
        return one
    return f"[U+{ord(one):04X}]"


# Latin letters with accents, which both engines and their usual fonts have.
LETTERS = frozenset(
    chr(code)
    for code in range(0xC0, 0x180)
    if chr(code).isalpha()
    and chr(code) not in "\u0138\u013f\u0140\u0149\u0126\u0127\u0166\u0167\u017f"
)
