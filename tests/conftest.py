"""What a run says at its end: skipped tests, which fail CI, and the figures that tests measured.

CI has every tool, so a skip there means a lost test. A test gives figures by
``record_property("figures", text)``, which reaches the end of the run from xdist's workers too;
the first line is a heading, told once where tests that follow each other have the same.
"""

import os
from collections.abc import Iterator

import pytest


def skips(config: pytest.Config) -> list[str]:
    """Return where and why tests were skipped; empty outside CI and in xdist's workers."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return []
    reports = reporter.stats.get("skipped", [])
    return [f"{report.nodeid}: {report.longrepr[2]}" for report in reports]


def pytest_sessionfinish(session: pytest.Session) -> None:
    if skips(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def figures(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """Yield the lines of what tests measured, in the order of their names."""
    reports = [one for kind in ("passed", "failed") for one in reporter.stats.get(kind, [])]
    reports.sort(key=lambda one: one.nodeid)
    last = ""
    for text in (
        text for one in reports for name, text in one.user_properties if name == "figures"
    ):
        heading, *lines = text.split("\n")
        yield from lines if heading == last else (heading, *lines)
        last = heading


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lines := list(figures(terminalreporter)):
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.write_line(line)
    if lines := skips(terminalreporter.config):
        terminalreporter.section("skipped, which CI counts as failed")
        for line in lines:
            terminalreporter.line(line)
