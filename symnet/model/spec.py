"""What the user asked for: the content of a network file, validated and exact.

In: nothing (``parsing.parse_spec`` makes these from TOML). Out: Spec and its parts.

Every number is a ``Fraction``: the decimals of the file, exactly. Nothing later in symnet
checks a Spec again.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Option = Fraction | str


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of one of the tables, by name, with all of its options filled in."""

    name: str
    options: tuple[tuple[str, Option], ...] = ()

    def __str__(self) -> str:
        given = ", ".join(f"{key} = {value}" for key, value in self.options)
        return f"{self.name} ({given})" if given else self.name

    def number(self, key: str) -> Fraction:
        """Return the numeric option ``key``."""
        value = dict(self.options)[key]
        if isinstance(value, str):
            raise TypeError(f"option {key} of {self.name} is a word")
        return value

    def word(self, key: str) -> str:
        """Return the option ``key`` that is one of a list of words."""
        value = dict(self.options)[key]
        if not isinstance(value, str):
            raise TypeError(f"option {key} of {self.name} is a number")
        return value


@dataclass(frozen=True, slots=True)
class LayerSpec:
    """One layer as asked for.

    ``weights``: names as W, (units of this layer, units of the one before); None: numbered.
    ``biases``: one name a unit (a shared one repeated); None: numbered; (): no biases.
    ``bias_sign``: -1 where the file calls them thresholds, which are subtracted.
    """

    units: int
    activation: Choice
    weights: tuple[tuple[str, ...], ...] | None = None
    biases: tuple[str, ...] | None = None
    bias_sign: Literal[1, -1] = 1


@dataclass(frozen=True, slots=True)
class GivenValues:
    """Initial values by parameter name, every parameter present, in file order."""

    values: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class RuleValues:
    """Initial values by rule: ``zeros``, ``constant`` (value) or ``seeded`` (seed, scale).

    Seeded: multiples of scale/1000 between -scale and scale, drawn in PARAMETERS order.
    """

    rule: Literal["zeros", "constant", "seeded"]
    value: Fraction = Fraction(0)
    seed: int = 0
    scale: Fraction = Fraction(1)


InitialSpec = GivenValues | RuleValues


@dataclass(frozen=True, slots=True)
class SamplesSpec:
    """The samples the numbers are worked on.

    ``x``: (samples, inputs); ``y``: (samples, targets), rows empty for loss ``none``.
    ``batch``: written as a batch in the file (``[samples]``), even if it has one row.
    """

    x: tuple[tuple[Fraction, ...], ...]
    y: tuple[tuple[Fraction, ...], ...]
    batch: bool = False


@dataclass(frozen=True, slots=True)
class TrainingSpec:
    """How the parameters are updated.

    ``rates``: one learning rate a step. ``mode``: ``batch`` (one update from all samples) or
    ``online`` (one update a sample, in order; a step is one update). ``reduction``: the batch
    loss is the sum or the mean over samples. ``state``: initial optimizer state as (slot,
    parameter, value), zeros where not given; ``step``: updates already taken before the first.
    """

    optimizer: Choice = Choice(
        "gradient_descent", (("weight_decay", Fraction(0)), ("decays", "all"))
    )
    rates: tuple[Fraction, ...] = ()
    mode: Literal["batch", "online"] = "batch"
    reduction: Literal["sum", "mean"] = "mean"
    state: tuple[tuple[str, str, Fraction], ...] = ()
    step: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """A network file, read and found sound; ``symbols``: the letters it asks for, by role."""

    name: str
    title: str
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    layers: tuple[LayerSpec, ...]
    loss: Choice
    numbering: Literal["flat", "layered"] = "flat"
    layout: Literal["column", "row"] = "column"
    frozen: tuple[str, ...] = ()
    input_gradients: bool = False
    initial: InitialSpec | None = None
    samples: SamplesSpec | None = None
    training: TrainingSpec = field(default_factory=TrainingSpec)
    symbols: tuple[tuple[str, str], ...] = ()
