"""What the doctor says."""

from importlib.metadata import version

import pytest

from symnet import doctor
from symnet.cli import main
from symnet.doctor import TOOLS, Tool


def test_what_is_here_has_a_version_and_what_is_not_a_line_to_add_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here, away = Tool("pytest", "tests", "a"), Tool("no-such-package", "nothing", "pip install it")
    program, lost = Tool("python", "", "", "python3"), Tool("gone", "", "apt-get it", "no-such")
    monkeypatch.setattr(doctor, "TOOLS", (here, away, program, lost))
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[2].endswith(pytest.__version__)
    assert lines[3].endswith("not found; to add it: pip install it")
    assert lines[4].endswith("found")
    assert lines[5].endswith("not found; to add it: apt-get it")


def test_every_tool_says_how_to_add_it() -> None:
    assert all(one.adds.startswith(("pip install", "apt-get install")) for one in TOOLS)
    assert len({one.name for one in TOOLS}) == len(TOOLS)


@pytest.mark.parametrize("name", ["sympy", "jinja2", "mpmath", "pytest-xdist"])
def test_a_version_is_what_the_package_says(name: str) -> None:
    assert Tool(name, "", "").found == version(name)
