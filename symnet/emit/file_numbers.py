"""What a network file gives to train with: samples and learning rates.

In: Spec. Out: FileNumbers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from symnet.model.spec import Spec


@dataclass(frozen=True, slots=True)
class FileNumbers:
    """Numbers that the code repeats, and what they are; ``several``: a row for every sample."""

    name: str
    text: str
    rows: tuple[tuple[Fraction, ...], ...]
    several: bool


def several_samples(spec: Spec) -> bool:
    """Say whether the file's samples are kept as rows."""
    samples = spec.samples
    return samples is not None and (samples.batch or spec.training.mode == "online")


def samples_and_rates(spec: Spec) -> Iterator[FileNumbers]:
    """Yield the inputs, the targets and the learning rates, as far as the file has them."""
    several = several_samples(spec)
    if spec.samples is not None:
        sample = "samples" if several else "sample"
        for name, what, rows in (("x", "inputs", spec.samples.x), ("y", "targets", spec.samples.y)):
            if rows[0]:
                text = f"The {what} of the network file's {sample}."
                yield FileNumbers(f"sample_{name}", text, rows if several else rows[:1], several)
    if rates := spec.training.rates:
        text = "The network file's learning rates, one a step."
        yield FileNumbers("rates", text, (rates,), several=False)
