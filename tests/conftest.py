"""What a run says at its end: skipped tests, which fail CI, and the figures that tests measured.

CI has every tool, so a skip there means a lost test. A test gives figures by
``record_property("figures", text)``, which reaches the end of the run from xdist's workers too.
"""

import os

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


def figures(reporter: pytest.TerminalReporter) -> list[str]:
    """Return what tests measured, in the order of their names."""
    reports = [one for kind in ("passed", "failed") for one in reporter.stats.get(kind, [])]
    reports.sort(key=lambda one: one.nodeid)
    return [text for one in reports for name, text in one.user_properties if name == "figures"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if tables := figures(terminalreporter):
        terminalreporter.section("figures")
        for text in tables:
            terminalreporter.write_line(text)
    if lines := skips(terminalreporter.config):
        terminalreporter.section("skipped, which CI counts as failed")
        for line in lines:
            terminalreporter.line(line)
