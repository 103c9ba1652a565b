"""The command line: arguments in, text, files and an exit code out; no logic.

In: the words after `symnet`. Out: exit code 0 (fine), 1 (a check failed), 2 (a wrong request).
"""

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from symnet import __version__
from symnet.arguments import Command, argument, count, label, one_of, parse, path, toml_file
from symnet.collector import collect_seldom
from symnet.errors import SpecError, SymnetError
from symnet.model.wording import unknown
from symnet.progress import progress
from symnet.streams import complain, show, silence

if TYPE_CHECKING:
    from symnet.check.handwritten.checking import Examination
    from symnet.document.options import Options
    from symnet.jobs import Outcome

DEFAULT = "notebook"
# Commands that may take a while without saying so themselves.
SLOW = frozenset(("derive", "verify", "check", "emit"))
ABOUT = "Model a small network, derive its gradient, prove it, and write it out as LaTeX and code."

NETWORK_HELP = f"a shipped network's name, or a path: with a slash or .toml (default: {DEFAULT})"
NETWORK = argument("network", nargs="?", default=DEFAULT, metavar="NETWORK", help=NETWORK_HELP)
DETAIL = argument("--detail", type=one_of("brief", "full"), default="full", metavar="brief|full",
                  help="how much documents tell (default: full)")  # fmt: skip
ENGINE = argument("--engine", type=one_of("typst", "latex"), default="typst",
                  metavar="typst|latex", help="what makes the PDF (default: typst)")  # fmt: skip
FORCE = argument("--force", action="store_true", help="overwrite files that symnet did not write")
BUILT = (
    argument("networks", nargs="*", metavar="NETWORK", help=NETWORK_HELP),
    argument("--out", type=path, default=Path("generated"), metavar="DIR",
             help="the folder to write to (default: generated)"),
    ENGINE,
    argument("--prefix", type=label, metavar="NAME",
             help="start the labels of LaTeX's pieces with eq:NAME (default: the network's name)"),
    argument("--macros", action="store_true",
             help="write LaTeX's pieces with commands to redefine, which start with \\symnet"),
    argument("--only", action="append", default=[], metavar="NAME",
             help="make only this format or target, fragments or report; may be given again"),
    argument("--slides", action="store_true",
             help="make slides too, for beamer and the browser: every click adds one factor"),
    argument("--env", type=one_of("align", "equation", "none"), default="align",
             metavar="align|equation|none", help="what stands around an equation (default: align)"),
    DETAIL,
    FORCE,
)  # fmt: skip
OUTPUT = (
    argument("-o", dest="output", type=path, metavar="FILE", help="write to FILE, not to stdout"),
    argument("--force", action="store_true", help="overwrite FILE if it exists"),
)


def build(arguments: Namespace) -> int:
    from symnet import building, jobs, pipeline
    from symnet.files import write_file

    if arguments.all and arguments.networks:
        raise SpecError(f"build: give {arguments.networks[0]!r} or --all, not both")
    names = pipeline.shipped() if arguments.all else arguments.networks or [DEFAULT]
    options = document_options(arguments)
    if arguments.check:
        found, unmade = building.compare(names, arguments.out, arguments.all, options)
        show("".join(found) or f"{arguments.out}: as it would be written\n")
        show("".join(unmade))
        return 1 if found else 0
    outcomes = jobs.build(names, jobs.Job(arguments.out, arguments.force, options), arguments.jobs)
    failed = [one for one in map(told, outcomes) if one.failed]
    if arguments.depfile is not None:
        write_file(arguments.depfile, jobs.dependencies(names, arguments.out), force=True)
    for one in failed:
        complain(one.text)
    return 2 if failed else 0


def document_options(arguments: Namespace) -> "Options":
    """Return how documents are to be made."""
    from symnet.document.options import Options

    asked = {one.name: getattr(arguments, one.name) for one in fields(Options)}
    return Options(**asked | {"only": tuple(arguments.only)})


def told(outcome: "Outcome") -> "Outcome":
    """Say what became of a network, unless that was a mistake, which is told at the end."""
    if not outcome.failed:
        show(f"{outcome.text}\n")
    return outcome


def watch(arguments: Namespace) -> int:
    from symnet import jobs

    options = document_options(arguments)
    job = jobs.Job(arguments.out, arguments.force, options)
    for outcome in map(told, jobs.watch(arguments.networks or [DEFAULT], job)):
        if outcome.failed:
            complain(outcome.text)
    return 0


def derive(arguments: Namespace) -> int:
    from symnet import endings, pipeline

    format_ = arguments.format or endings.format_for(arguments.output)
    document = pipeline.derive(
        arguments.network,
        arguments.wrt,
        arguments.form,
        format_,
        arguments.detail,
        arguments.engine,
    )
    return deliver(document, arguments)


def verify(arguments: Namespace) -> int:
    from symnet import pipeline

    text, passed = pipeline.verify(arguments.network, arguments.json)
    show(text)
    return 0 if passed else 1


def check(arguments: Namespace) -> int:
    from symnet import marking

    names = marking.mapping(arguments.map)
    if arguments.csv is not None and not arguments.grade:
        raise SpecError("--csv needs --grade: it writes the table of marks")
    if arguments.json and arguments.format is not None:
        raise SpecError("--json and --format do not combine")
    if arguments.grade:
        return grade(arguments, names)
    found = marking.check(arguments.files, arguments.network or DEFAULT, names)
    deliver(report_of(found, arguments), arguments)
    return 0 if all(one.good for one in found) else 1


def report_of(found: "Sequence[Examination]", arguments: Namespace) -> str | bytes:
    """Tell what was found as asked for: as a document, for programs, or as plain text."""
    from symnet import endings, marking

    if arguments.json:
        return marking.as_json(found)
    format_ = arguments.format or endings.report_format_for(arguments.output)
    if format_ is not None:
        network = arguments.network or DEFAULT
        return marking.as_document(found, network, format_, arguments.engine)
    return held_against(arguments.network) + "\n" + marking.as_text(found)


def held_against(network: str | None) -> str:
    """Say which network files are held against, since nothing in them does."""
    if network is not None:
        return f"held against {network}\n"
    return f"held against {DEFAULT}, since no other is named with --network\n"


def grade(arguments: Namespace, names: Mapping[str, str]) -> int:
    """Print one line a file, and write the table where asked."""
    from symnet import marking
    from symnet.files import write_file

    rows, parameters = marking.grade(arguments.files, arguments.network or DEFAULT, names)
    if arguments.csv is not None:
        write_file(arguments.csv, marking.as_csv(rows, parameters), arguments.force)
    show(held_against(arguments.network) + marking.as_table(rows, parameters))
    return 2 if any(one.unread for one in rows) else int(any(one.slips for one in rows))


def emit(arguments: Namespace) -> int:
    from symnet import endings, pipeline
    from symnet.emit.options import Options

    asked = {one.name: getattr(arguments, one.name) for one in fields(Options)}
    target = arguments.target or endings.target_for(arguments.output)
    options = Options(**asked | {"target": target})
    if arguments.out is None:
        return deliver(pipeline.emit(arguments.network, options), arguments)
    if arguments.output is not None:
        raise SpecError("-o and --out do not combine: -o names one file, --out a folder")
    show(pipeline.emit_into(arguments.network, options, arguments.out, arguments.force))
    return 0


def list_networks(arguments: Namespace) -> int:
    from symnet import pipeline

    show("".join(f"{name}\n" for name in pipeline.shipped()))
    return 0


def doctor(arguments: Namespace) -> int:
    from symnet.doctor import report

    show(report())
    return 0


def new(arguments: Namespace) -> int:
    from symnet import pipeline

    return deliver(pipeline.starter(), arguments)


def deliver(content: str | bytes, arguments: Namespace) -> int:
    """Write the content to the file the user named, or print it."""
    if arguments.output is None:
        show(content)
    else:
        from symnet.files import write_file

        write_file(arguments.output, content, arguments.force)
    return 0


COMMANDS: Mapping[str, Command] = {
    "build": Command(
        "write everything: article, fragments, code, report, manifest",
        build,
        (
            *BUILT,
            argument("--all", action="store_true", help="every network that ships"),
            argument("--check", action="store_true",
                     help="write nothing; show how DIR differs from what would be written"),
            argument("-j", "--jobs", type=count, default=1, metavar="N",
                     help="build N networks side by side (default: 1)"),
            argument("--depfile", type=path, metavar="FILE",
                     help="write to FILE, for Make, which files the networks are read from"),
        ),
    ),
    "watch": Command("build, and build again whenever a network's files change", watch, BUILT),
    "derive": Command(
        "print the derivation as a document",
        derive,
        (
            NETWORK,
            argument("--wrt", metavar="NAME", help="only the derivative by this parameter"),
            argument("--form", type=one_of("scalar", "matrix"), metavar="scalar|matrix",
                     help="unit by unit, or in matrices (default: scalar)"),
            argument("--format", metavar="FORMAT",
                     help="latex, html, markdown, myst, pdf or another (default: as FILE ends, "
                     "else latex)"),
            ENGINE,
            DETAIL,
            *OUTPUT,
        ),
    ),
    "verify": Command(
        "prove every derivative and print the table; exit code 1 if one fails",
        verify,
        (NETWORK, argument("--json", action="store_true", help="print JSON, for programs")),
    ),
    "check": Command(
        "find the mistakes in somebody's derivation; exit code 1 if there are any",
        check,
        (
            argument("files", nargs="+", type=path, metavar="FILE",
                     help="a .py file, a notebook (.ipynb), one printed as text, .tex or .md"),
            argument("--network", metavar="NETWORK", help=NETWORK_HELP),
            argument("--map", action="append", default=[], metavar="NAME=QUANTITY",
                     help="what a name of the file stands for, as in bias1=b1; or a .toml file "
                     "of such lines; may be given again"),
            argument("--json", action="store_true", help="print JSON, for programs"),
            argument("--format", metavar="FORMAT",
                     help="tell it as a document: markdown, latex, html or another (default: "
                     "as FILE of -o ends, else plain text)"),
            ENGINE,
            argument("--grade", action="store_true", help="print one line a file, with its marks"),
            argument("--csv", type=path, metavar="FILE",
                     help="with --grade: write the marks to FILE"),
            OUTPUT[0],
            FORCE,
        ),
    ),
    "emit": Command(
        "print standalone code",
        emit,
        (
            NETWORK,
            argument("--target", metavar="LANGUAGE",
                     help="the language (default: as FILE ends, else python)"),
            argument("--style", metavar="module|lesson",
                     help="a module to use (default), or one function per parameter to read"),
            argument("--form", metavar="scalar|loops",
                     help="a line for every unit, or loops (default: what can be read)"),
            argument("--arithmetic", metavar="exact|fused|blas",
                     help="in the textbook's order (default), or with fewer operations"),
            argument("--precision", metavar="double|single",
                     help="float64 (default), or float32 where the target writes it"),
            argument("--templates", type=path, metavar="DIR",
                     help="your own templates, which come first (see docs/templates.md)"),
            argument("--out", type=path, metavar="DIR", help="write files into DIR"),
            argument("--with-test", action="store_true",
                     help="with --out: write a program as well that tests the code"),
            argument("--source-map", action="store_true",
                     help="with --out: write as well which line computes which equation"),
            OUTPUT[0],
            FORCE,
        ),
    ),
    "doctor": Command("say which optional tools are here, and how to add the others", doctor),
    "list": Command("print the names of the networks that ship", list_networks),
    "new": Command(
        "write a commented network file to start from",
        new,
        (
            argument("output", type=toml_file, metavar="FILE", help="the file to write (.toml)"),
            OUTPUT[1],
        ),
    ),
}  # fmt: skip


def usage() -> str:
    """Return the text of `symnet --help`."""
    commands = "".join(f"  {name:8}{command.summary}\n" for name, command in COMMANDS.items())
    return (
        f"usage: symnet COMMAND ...\n\n{ABOUT}\n\ncommands:\n{commands}\n"
        "`symnet COMMAND --help` lists what a command takes; `symnet --version` says the version.\n"
    )


def run(words: Sequence[str]) -> int:
    """Run one command line: the first word is the command, the rest are its arguments."""
    if not words:
        raise SpecError(f"no command given; choose from {', '.join(COMMANDS)} (see symnet --help)")
    refuse_what_is_no_text(words)
    name, *rest = words
    if name in ("-h", "--help"):
        show(usage())
    elif name == "--version":
        show(f"symnet {__version__}\n")
    elif name in COMMANDS:
        arguments = parse(name, COMMANDS[name], rest)
        with progress(f"symnet {name}") if name in SLOW else nullcontext():
            return COMMANDS[name].run(arguments)
    else:
        raise SpecError(f"command {unknown(name, (*COMMANDS, '--help', '--version'))}")
    return 0


def refuse_what_is_no_text(words: Sequence[str]) -> None:
    """Refuse a word of other bytes, which could be neither printed nor written into a file."""
    for word in words:
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise SpecError(f"{word}: not UTF-8 text; symnet takes no file of such a name")


def main(words: Sequence[str] | None = None) -> int:
    """Run `symnet`; every mistake in the request becomes one line on stderr.

    Without ``words`` the process is symnet's own, and the words are those it was started with.
    """
    if words is None:
        collect_seldom()
    try:
        return run(sys.argv[1:] if words is None else words)
    except SymnetError as error:
        return complain(str(error))
    except BrokenPipeError:
        silence(sys.stdout)  # the reader left, as `head` does
        return 141
    except OSError as error:
        return complain(": ".join(str(part) for part in (error.filename, error.strerror) if part))
    except KeyboardInterrupt:
        return 130
