"""The way in: targets found by their folder, and one clear line for what there is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from symnet.emit import targets as folder
from symnet.emit.source import emit, emit_loops, form_of, styles, targets
from symnet.errors import SpecError, UnsupportedError
from symnet.model.spec import Spec
from tests.emit.emitted import network, step_of
from tests.networks import small_spec


def test_targets_are_what_stands_in_their_folder() -> None:
    modules = Path(folder.__file__).parent.glob("[!_]*.py")
    assert targets() == tuple(sorted(path.stem for path in modules))
    assert "python" in targets()
    assert styles("python") == ("module", "lesson")


@pytest.mark.parametrize(
    ("ask", "line"),
    [
        (lambda step: emit(step, "pyhton"), "target: 'pyhton' is unknown; did you mean python?"),
        (lambda step: emit(step, "zzz"), "target: 'zzz' is unknown; use "),
        (
            lambda step: emit(step, "python", "lessons"),
            "style of target python: 'lessons' is unknown; did you mean lesson?",
        ),
        (
            lambda step: styles("../python"),
            "target: '../python' is unknown; did you mean python?",
        ),
        (
            lambda step: form_of(step.network.spec, "loop"),
            "form: 'loop' is unknown; did you mean loops?",
        ),
    ],
)
def test_what_there_is_not(ask: Callable[[object], object], line: str) -> None:
    with pytest.raises(SpecError) as caught:
        ask(step_of(small_spec((1, 1), ("identity",))))
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_lesson_is_not_written_as_loops() -> None:
    with pytest.raises(UnsupportedError, match=r"style 'lesson' of target python.*--form scalar"):
        emit_loops(small_spec((1, 1), ("identity",)), "python", "lesson")


def test_wide_networks_are_loops_unless_asked_otherwise() -> None:
    narrow, wide = small_spec((9, 20), ("relu",)), small_spec((10, 20), ("relu",))
    assert form_of(narrow) == "scalar"
    assert form_of(wide) == "loops"
    assert form_of(wide, "scalar") == "scalar"
    assert form_of(narrow, "loops") == "loops"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("notebook", "notebook.py"),
        ("dead-relu", "dead_relu.py"),
        ("class", "n_class.py"),
        ("math", "n_math.py"),  # it would import itself
        ("sys", "n_sys.py"),  # another would be imported
        ("network", "n_network.py"),  # so it would on a board
        ("2-3-1", "n_2_3_1.py"),
        ("a.b/c", "a_b_c.py"),
        ("größe", "gr__e.py"),
    ],
)
def test_the_file_can_be_imported(name: str, path: str) -> None:
    spec = small_spec((1, 1), ("identity",), name=name)
    assert emit(step_of(spec), "python").path == path
    assert emit_loops(spec, "python").path == path
    lesson = emit(step_of(spec), "python", "lesson").path
    assert lesson == path.replace(".py", "_lesson.py")


def head(spec: Spec, **asked: str) -> str:
    return emit(step_of(spec), "python", **asked).text


def test_the_command_in_the_header_writes_the_same_again() -> None:
    spec = small_spec((1, 1), ("identity",), name="tiny")
    wide = small_spec((10, 20), ("relu",), name="wide")
    assert "\nCommand: symnet emit tiny --target python\n" in head(spec)
    assert "symnet emit tiny --target python --style lesson\n" in head(spec, style="lesson")
    assert "symnet emit mine.toml --target python\n" in head(spec, source="mine.toml")
    assert "symnet emit tiny --target python --form loops\n" in emit_loops(spec, "python").text
    assert "symnet emit wide --target python\n" in emit_loops(wide, "python").text
    assert "symnet emit wide --target python --form scalar\n" in head(wide)


def test_the_same_network_gives_the_same_bytes() -> None:
    spec = network("softmax", "softmax_cross_entropy")
    assert head(spec) == head(spec)
    assert emit_loops(spec, "python") == emit_loops(spec, "python")
