"""The gradient of a batch: at the file's own samples and values, against a difference quotient.

In: Bench. Out: a statement with its verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from symnet.check.bench import DIGITS, STEP, Bench, distance, further
from symnet.check.chain import in_short
from symnet.check.dual import loss_and_slopes
from symnet.check.kinks import sample_point
from symnet.check.points import Point, converted
from symnet.check.report import MOST_DIFFERENCE, Verdict
from symnet.model.evaluation import EXACT, Arithmetic, high_precision, run
from symnet.model.program import Program

MOST_SAMPLES = 200
# A prediction can be as close to 1 as exp(-z); digits follow, up to this size of a z.
MOST_Z = 10_000


def batch_agreement(bench: Bench) -> tuple[tuple[str, Verdict], ...]:
    """Reduce the samples' gradients as training does, and compare; nothing without a batch.

    All variables move at once, each by a random share, so that a wrong one shows.
    """
    network = bench.network
    samples, training = network.spec.samples, network.spec.training
    known = all(one.value is not None for one in network.parameters)
    if samples is None or not samples.batch or training.mode != "batch" or not known:
        return ()
    numbers = range(min(len(samples.x), MOST_SAMPLES))
    points = [sample_point(network, number) for number in numbers]
    sizes = [_size(bench, point) for point in points]
    kept = [point for point, size in zip(points, sizes, strict=True) if size <= MOST_Z]
    text = f"gradient of the {training.reduction} of the loss over {len(kept)} samples of the file"
    if not kept:
        return ((text, "not run"),)
    extra = max(size for size in sizes if size <= MOST_Z)
    kind = EXACT if bench.kind is EXACT else high_precision(DIGITS + int(extra))
    weight = Fraction(1, len(kept)) if training.reduction == "mean" else Fraction(1)
    batch = _Batch(bench, kept, weight, kind)
    return ((text, "agrees" if batch.error() <= MOST_DIFFERENCE else "failed"),)


def _size(bench: Bench, point: Point) -> float:
    """Return the largest pre-activation, in forms that do not overflow."""
    forward = bench.step.forward
    found = run(forward, converted(point, bench.precise), bench.precise)
    return max(float(abs(found[u.z])) for layer in bench.network.layers for u in layer.units)


@dataclass(frozen=True)
class _Batch:
    """Samples whose losses are added up, each times the same weight."""

    bench: Bench
    points: Sequence[Point]
    weight: Fraction
    kind: Arithmetic

    def error(self) -> float:
        """Return how far the gradient is from the quotient, or on a kink from dual numbers."""
        program, names = in_short(self.bench.derivation), self.bench.names
        slope = self.reduced([self.slope(program, names, point) for point in self.points])
        if any(self.bench.kinks_at(point) for point in self.points):
            return distance(slope, self.reduced([self.dual(point) for point in self.points]))
        ahead, behind = (
            self.reduced(
                [self.loss(further(point, self.bench.together, step)) for point in self.points]
            )
            for step in (STEP, -STEP)
        )
        return distance(slope, (ahead - behind) / (2 * self.kind.number(STEP)))

    def reduced(self, values: list[Any]) -> Any:
        return sum(values) * self.kind.number(self.weight)

    def slope(self, program: Program, names: dict[str, str], point: Point) -> Any:
        found = run(program, converted(point, self.kind), self.kind)
        shares = self.bench.together.items()
        return sum(found[names[name]] * self.kind.number(share) for name, share in shares)

    def loss(self, point: Point) -> Any:
        values = converted(point, self.kind)
        return loss_and_slopes(self.bench.network.spec, values, {}, self.kind).value

    def dual(self, point: Point) -> Any:
        seeds = {name: {"all": self.kind.number(v)} for name, v in self.bench.together.items()}
        values = converted(point, self.kind)
        found = loss_and_slopes(self.bench.network.spec, values, seeds, self.kind)
        return found.slopes.get("all", self.kind.number(Fraction(0)))
