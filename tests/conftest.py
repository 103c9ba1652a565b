"""Where CI=true, a skipped test is a failure: CI has every tool, so a skip means a lost test."""

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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if lines := skips(terminalreporter.config):
        terminalreporter.section("skipped, which CI counts as failed")
        for line in lines:
            terminalreporter.line(line)
