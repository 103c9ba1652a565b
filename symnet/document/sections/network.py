"""The section that says what the network is.

In: Lesson. Out: blocks.
"""

from collections import Counter
from collections.abc import Iterator

from symnet.document.blocks import Block, Heading, Paragraph, Piece, Pieces, Table
from symnet.document.lesson import Lesson
from symnet.document.prose import counted, listed, number_word, spoken
from symnet.model.network import Layer


def network_section(lesson: Lesson) -> Iterator[Block]:
    """Tell the sizes, the layers, and what is special about the parameters."""
    yield Heading(1, ("The network",))
    yield _sizes(lesson)
    yield _layers(lesson)
    yield Paragraph((_unit_in_words(lesson),))
    yield from _shared(lesson)
    yield from _frozen(lesson)


def _sizes(lesson: Lesson) -> Paragraph:
    network, letters = lesson.network, lesson.letters
    inputs = [letters.symbol(one) for one in network.inputs]
    kinds = Counter(one.kind for one in network.parameters)
    biases = "threshold" if _only_thresholds(lesson) else "bias"
    parts = [counted(kinds["weight"], "weight")] if kinds["weight"] else []
    parts += [counted(kinds["bias"], biases)] if kinds["bias"] else []
    text = f" It has {counted(len(network.parameters), 'parameter')}: {' and '.join(parts)}."
    takes = f"The network takes {counted(len(inputs), 'input')}, "
    return Paragraph((takes, *listed(inputs), f", and has {_hidden(lesson)}.", text))


def _hidden(lesson: Lesson) -> str:
    """Say which layers there are, hidden ones and the last."""
    *hidden, last = [len(layer.units) for layer in lesson.network.layers]
    if not hidden:
        return f"a single layer of {counted(last, 'unit')}"
    if len(hidden) == 1:
        first = f"one hidden layer of {counted(hidden[0], 'unit')}"
    else:
        sizes = [number_word(size) for size in hidden]
        first = f"{number_word(len(hidden))} hidden layers of "
        if len(set(hidden)) == 1:
            first += f"{counted(hidden[0], 'unit')} each"
        else:
            first += f"{', '.join(sizes[:-1])} and {sizes[-1]} units"
    return f"{first}, and an output layer of {counted(last, 'unit')}"


def _only_thresholds(lesson: Lesson) -> bool:
    return all(layer.bias_sign < 0 for layer in lesson.network.layers if _biased(layer))


def _biased(layer: Layer) -> bool:
    return any(unit.bias is not None for unit in layer.units)


def _layers(lesson: Lesson) -> Table:
    rows = []
    for number, layer in enumerate(lesson.network.layers, 1):
        last = number == len(lesson.network.layers)
        symbol = lesson.letters.symbol
        rows.append(
            (
                (f"{number} ({'output' if last else 'hidden'})",),
                (spoken(layer.activation.name),),
                listed([symbol(unit.z) for unit in layer.units], last=", "),
                listed([symbol(unit.h) for unit in layer.units], last=", "),
            )
        )
    head: tuple[Pieces, ...] = (
        ("Layer",),
        ("Activation function",),
        ("Pre-activations",),
        ("Activations",),
    )
    return Table("layers", ("The layers.",), head, tuple(rows))


def _unit_in_words(lesson: Lesson) -> str:
    layers = lesson.network.layers
    signs = {layer.bias_sign for layer in layers if _biased(layer)}
    added = {(): "", (1,): ", adds its bias", (-1,): ", subtracts its threshold"}.get(
        tuple(signs), ", adds its bias or subtracts its threshold"
    )
    some = "" if all(map(_biased, layers)) or not signs else " where it has one"
    return (
        f"Each unit adds up what comes in times its weights{added}{some}, and passes the sum, "
        "its pre-activation, through the activation function of its layer."
    )


def places(lesson: Lesson) -> Counter[str]:
    """Count in how many places each parameter is used."""
    units = [unit for layer in lesson.network.layers for unit in layer.units]
    found = Counter(name for unit in units for name in unit.weights)
    found.update(unit.bias for unit in units if unit.bias is not None)
    return found


def _shared(lesson: Lesson) -> Iterator[Paragraph]:
    shared = [name for name, count in places(lesson).items() if count > 1]
    if shared:
        letters = listed([lesson.letters.symbol(name) for name in shared])
        verb = (
            " is used in several places: its"
            if len(shared) == 1
            else (" are each used in several places: their")
        )
        gradient = "gradient is" if len(shared) == 1 else "gradients are"
        yield Paragraph((*letters, f"{verb} {gradient} the sum over those places."))


def _frozen(lesson: Lesson) -> Iterator[Paragraph]:
    frozen = [lesson.letters.symbol(one.name) for one in lesson.network.parameters if one.frozen]
    if frozen:
        verb = "is" if len(frozen) == 1 else "are"
        pieces: tuple[Piece, ...] = listed(frozen)
        yield Paragraph((*pieces, f" {verb} frozen: no update changes {_it(len(frozen))}."))


def _it(count: int) -> str:
    return "it" if count == 1 else "them"
