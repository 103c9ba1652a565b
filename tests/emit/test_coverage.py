"""A line of a fused update names exactly the equations that it covers, and none is lost."""

from collections.abc import Iterator

import pytest

from symnet import pipeline
from symnet.emit.source import request_for, sources
from symnet.emit.source_map import computed, numbers_behind
from symnet.model.spec import Spec
from tests.emit.covering import Covering
from tests.emit.emitted import network, optimizers, options_for, pairs, step_of, with_samples
from tests.networks import small_spec


def specs() -> Iterator[Spec]:
    """Yield the networks that ship, every activation, loss and optimizer, and deep ones."""
    yield from (pipeline.load(name).spec for name in pipeline.shipped())
    for activation, loss in pairs():
        yield network(activation, loss, (2, 3, 2), name=f"{activation}-{loss}")
    for optimizer in optimizers():
        spec = small_spec((2, 2, 2), ("relu", "relu"), name=f"by {optimizer}")
        yield with_samples(spec, optimizer=optimizer)
    deep = small_spec((2, 2, 3, 2), ("relu",) * 3, frozen=("w1", "b2"), name="frozen")
    yield with_samples(deep)
    yield with_samples(small_spec((1, 1, 1, 1, 1), ("relu",) * 4, name="chain"))
    for mode in ("batch", "online"):
        spec = small_spec((2, 3, 1), ("relu", "relu"), name=mode, input_gradients=True)
        yield with_samples(spec, 3, mode=mode)


SPECS = tuple(specs())
NOTEBOOK = pipeline.load("notebook").spec


def fused_text(spec: Spec, target: str = "python") -> str:
    """Return the fused form."""
    (file,) = sources(request_for(options_for(target, "fused"), spec, lambda: step_of(spec)))
    return file.text


@pytest.mark.parametrize("target", ["python", "javascript"])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_a_line_names_what_it_covers(spec: Spec, target: str) -> None:
    batch = spec.samples is not None and spec.samples.batch and spec.training.mode == "batch"
    found = Covering(fused_text(spec, target), step_of(spec), batch)
    assert list(found.wrong()) == []
    assert found.missing() == set()
    assert len(found.lines) >= len(found.new)


@pytest.mark.parametrize("name", pipeline.shipped())
def test_the_source_map_says_the_same(name: str) -> None:
    spec = pipeline.load(name).spec
    for target in ("python", "javascript"):
        request = request_for(options_for(target, "fused"), spec, lambda: step_of(spec))
        (file,) = sources(request)
        found = Covering(file.text, step_of(spec), request.samples == "batch")
        mapped = {(one.line, one.equation) for one in computed(request, [file])}
        covered = {(at, number) for at, numbers in found.told() for number in numbers}
        first = min(one.at for one in found.lines)
        last = max(one.at for one in found.lines)
        assert {one for one in mapped if first <= one[0] <= last} == covered


@pytest.mark.parametrize("target", ["javascript", "c", "rust", "micropython"])
@pytest.mark.parametrize("name", pipeline.shipped())
def test_all_languages_have_the_same_numbers(name: str, target: str) -> None:
    spec = pipeline.load(name).spec

    def remarks(language: str) -> set[tuple[int, ...]]:
        request = request_for(options_for(language, "fused"), spec, lambda: step_of(spec))
        lines = [line for file in sources(request) for line in file.text.splitlines()]
        return {numbers_behind(line) for line in lines}

    assert remarks(target) == remarks("python")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("# (18, 19)", "# (19)"),
        ("# (18, 19)", "# (18, 19, 20)"),
        ("# (18, 19)", "# (19, 18)"),
        ("  # (18, 19)", ""),
        ("# (8, 10, 11, 42)", "# (8, 10, 11)"),
        ("# (8, 10, 11, 42)", "# (10, 11, 42)"),
        ("# (12, 15, 36)", "# (13, 15, 36)"),
        ("# (37)", "# (36, 37)"),
        ("# (4)", "# (5)"),
        ("scaled_dL_dz4 * w7  #", "scaled_dL_dz4 * w8  #"),
        ("b1 = b1 - scaled_dL_dz1 ", "b1 = b1 - scaled_dL_dz4 * w7 "),
    ],
)
def test_a_wrong_remark_or_line_is_found(right: str, wrong: str) -> None:
    text, step = fused_text(NOTEBOOK), step_of(NOTEBOOK)
    start = text.index("def update(")
    changed = text[:start] + text[start:].replace(right, wrong, 1)
    assert changed != text
    assert list(Covering(changed, step, batch=False).wrong())


def test_a_lost_equation_is_found() -> None:
    text = fused_text(NOTEBOOK).replace("  # (37)", "").replace("  # (12, 15, 36)", "")
    assert Covering(text, step_of(NOTEBOOK), batch=False).missing() == {12, 15, 36, 37}


def test_equations_of_a_line_that_is_merged_are_not_lost() -> None:
    text = fused_text(pipeline.load("deep-narrow").spec)
    line = text[text.index("def update(") :].partition("dL_dz3_1 = (")[2].partition("\n    )")[2]
    assert line.startswith("  # (18, 20, 94)\n")
