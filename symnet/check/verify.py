"""Verification: every gradient, and the code for it, held against judges that share little.

In: Network, Derivation. Out: Report.

The judges: SymPy's derivative of the nested loss; dual numbers run straight from the Spec, at
exact or 60-digit points, some of them exactly on a kink and some beside it; and difference
quotients of the loss, one-sided on a kink. The code's programs are held against the derivation at
all these points, and in float64.
"""

from itertools import islice

from symnet.check.bench import DIGITS, Bench
from symnet.check.kinks import notices
from symnet.check.nested import is_always_0
from symnet.check.points import MOST_KINKS, Point, points_at_kinks, random_points
from symnet.check.report import Record, Report, Verdict
from symnet.check.samples import batch_agreement
from symnet.check.steps import proven_steps
from symnet.check.symbolic import method, symbolic_verdicts
from symnet.derive.backprop import Derivation
from symnet.derive.update import TrainingStep, training_step
from symnet.model.evaluation import EXACT
from symnet.model.network import Network

RATIONAL = 10
# Enough where a point is costly: 60 digits, or a wide network.
FEW = 4
MOST_DRAWS = 300
# So many points are also judged by difference quotients, which cost two losses for each variable.
QUOTIENTS = 2
FLOATS = 3


def verify(network: Network, derivation: Derivation, step: TrainingStep | None = None) -> Report:
    """Check every gradient in every way there is; a failure is a verdict, not an exception.

    ``step``: the code's programs, where they exist already.
    """
    bench = Bench(derivation, step or training_step(derivation))
    judge_points(bench)
    judge_kinks(bench)
    symbolic = symbolic_verdicts(derivation)
    return Report(
        network=network.spec.name,
        method=method(network),
        arithmetic="exact rational points" if bench.kind is EXACT else f"{DIGITS}-digit points",
        records=tuple(_record(bench, name, symbolic.get(name, "not run")) for name in bench.wanted),
        steps=tuple(proven_steps(derivation)),
        samples=batch_agreement(bench),
        notices=tuple(map(str, notices(derivation))),
    )


def judge_points(bench: Bench) -> None:
    """Draw points until every gradient that can be other than 0 has been, before either judge."""
    least = RATIONAL if bench.kind is EXACT and not bench.wide else FEW
    reachable = [name for name in bench.wanted if name in bench.reachable]
    for number, point in enumerate(islice(random_points(bench.network), MOST_DRAWS)):
        fresh = [name for name in reachable if not bench.tallies[name].quotients]
        if number >= least and not fresh:
            break
        exercised = number < QUOTIENTS or _is_other_than_0(bench, point, fresh)
        if number < least or exercised:
            bench.compare(point)
        if exercised:
            bench.quotients(point)
        if number < FLOATS:
            bench.floats(point)


def _is_other_than_0(bench: Bench, point: Point, names: list[str]) -> bool:
    gradient = bench.gradient(point) if names else {}
    return any(gradient[name] != 0 for name in names)


def judge_kinks(bench: Bench) -> None:
    """Sit on kinks, and beside them."""
    most = FEW // 2 if bench.wide else MOST_KINKS
    for placed in points_at_kinks(bench.network, bench.kind, most=most):
        bench.compare(placed.point, on_kink=placed.jumps and not placed.beside)
        bench.quotient(placed.point)


def _record(bench: Bench, name: str, symbolic: Verdict) -> Record:
    tally = bench.tallies[name]
    idle = name not in bench.reachable
    if not tally.nonzero and not idle:
        idle = is_always_0(bench.network, name)
    return Record(
        name=name,
        symbolic=symbolic,
        points=tally.points,
        nonzero=tally.nonzero,
        error=tally.error,
        quotients=tally.quotients,
        differences=tally.differences,
        code=tally.code,
        floats=tally.floats,
        kinks=tally.kinks,
        kinks_right=tally.kinks_right,
        reachable=not idle,
    )
