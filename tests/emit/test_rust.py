"""Emitted Rust, compiled and run: the same numbers as Python, the formatter, hostile networks."""

from collections.abc import Sequence
from pathlib import Path

from symnet.emit.options import Options
from symnet.emit.source import request_for, sources
from symnet.files import SourceFile
from symnet.model.spec import Spec
from tests.emit.emitted import step_of
from tests.emit.fuzz import Cases, compared, drawn
from tests.emit.rust import Job, driver, results
from tests.emit.test_javascript import FORMS, NOTEBOOK, SPECS, rational

CASES = 100_000


def files_of(spec: Spec, form: str = "scalar", with_test: bool = False) -> tuple[SourceFile, ...]:
    options = Options("rust", form=form, with_test=with_test)
    return sources(request_for(options, spec, lambda: step_of(spec)))


def differences(folder: Path, jobs: Sequence[Job], *flags: str) -> dict[str, list[str]]:
    """Run modules on cases; return where they differ from Python."""
    found = {}
    for job, written in zip(jobs, results(folder, jobs, driver(folder, jobs, *flags)), strict=True):
        result = compared(written, job.cases)
        assert result.numbers == job.cases.count * job.cases.width, result.differences
        assert result.finite > result.numbers / 4
        if result.differences:
            found[f"{job.cases.spec.name} {job.cases.form}"] = result.differences
    return found


def test_a_hundred_thousand_random_inputs_give_the_same_bits(tmp_path: Path) -> None:
    """Optimized, as users compile it."""
    (module,) = files_of(NOTEBOOK)
    assert differences(tmp_path, [Job(module, drawn(NOTEBOOK, CASES))], "-O") == {}


def test_every_rational_network_gives_the_same_bits(tmp_path: Path) -> None:
    chosen = [spec for spec in SPECS if rational(spec)]
    assert len(chosen) >= 10
    jobs = [
        Job(files_of(spec, form)[0], drawn(spec, 200, form)) for spec in chosen for form in FORMS
    ]
    assert differences(tmp_path, jobs) == {}


def test_a_wrong_sign_is_seen(tmp_path: Path) -> None:
    (module,) = files_of(NOTEBOOK)
    assert "b4 - learning_rate" in module.text
    text = module.text.replace("b4 - learning_rate", "b4 + learning_rate")
    job = Job(SourceFile(module.path, text), Cases.of(NOTEBOOK, 40))
    assert differences(tmp_path, [job])["notebook scalar"]
