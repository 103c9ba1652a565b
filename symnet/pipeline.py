"""The whole tool on one page: stage by stage, in order.

In: the name of a network. Out: text to print, or files written.

    Spec -> Network -> Derivation -> TrainingStep -> SourceFile (code)
       \\          \\-> Report    \\-> Document -> SourceFile (documents)
        \\-> MatrixDerivation

Each stage is worked out when it is first asked for, and nothing before then: reading a network,
listing what ships and finding that a build is up to date need no SymPy.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from os.path import isdir, isfile  # unlike Path's, they take a name that no file can have
from pathlib import Path
from typing import TYPE_CHECKING

from symnet.errors import SpecError, UnsupportedError
from symnet.model.opening import file_name, network_text
from symnet.model.wording import shown, suggestion

if TYPE_CHECKING:
    from symnet.check.report import Report
    from symnet.derive.backprop import Derivation
    from symnet.derive.matrix import MatrixDerivation
    from symnet.derive.update import TrainingStep
    from symnet.document.blocks import Document, Listing
    from symnet.document.options import Detail, Engine
    from symnet.emit.options import Options
    from symnet.files import SourceFile
    from symnet.model.network import Network
    from symnet.model.spec import Spec

NETWORKS = Path(__file__).parent / "networks"
# What a person would still read unit by unit; wider networks are told so only when asked.
READABLE = 200


@dataclass(frozen=True)
class Stages:
    """One network on its way: every stage worked out once, when it is asked for.

    ``called``: the shipped name or the file that it was read from.
    """

    spec: "Spec"
    called: str = ""

    @property
    def source(self) -> str:
        """What the command line calls the network; its name, where no file is known."""
        return self.called or self.spec.name

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters."""
        from symnet.model.numbering import parameter_names

        return parameter_names(self.spec)

    @property
    def wide(self) -> bool:
        """Whether the network is too wide to be read unit by unit."""
        return len(self.parameters) > READABLE

    @cached_property
    def network(self) -> "Network":
        """Units, parameters and forward program."""
        from symnet.model.network import build_network

        return build_network(self.spec)

    @cached_property
    def derivation(self) -> "Derivation":
        """The chain rule for every parameter."""
        from symnet.derive.backprop import backpropagate

        return backpropagate(self.network)

    @cached_property
    def matrices(self) -> "MatrixDerivation":
        """The same in matrix form, which needs no scalar network."""
        from symnet.derive.matrix import derive_matrices

        return derive_matrices(self.spec)

    @cached_property
    def step(self) -> "TrainingStep":
        """The complete update as programs."""
        from symnet.derive.update import training_step

        return training_step(self.derivation)

    @cached_property
    def report(self) -> "Report":
        """What was proven, and how; of a network too wide to read, on its layers made narrow."""
        from symnet.check.verify import verify
        from symnet.model.narrow import narrowed, sizes

        if not self.wide:
            return verify(self.network, self.derivation)
        narrow = Stages(narrowed(self.spec))
        found = verify(narrow.network, narrow.derivation)
        small = sizes(narrow.spec)
        where = f"the same layers at the sizes {small}, since no rule knows a width"
        return replace(found, method=f"{where}: {found.method}", sizes=small)

    def document(
        self, wrt: str | None = None, form: str | None = None, detail: "Detail" = "full"
    ) -> "Document":
        """Tell the derivation, unit by unit or in matrices; ``wrt``: for one parameter only.

        Raises:
            SpecError: there is no such parameter.
            UnsupportedError: the network is too wide for what was asked, or the matrix form is
                asked for one parameter.
        """
        from symnet.document.explain import explain
        from symnet.document.matrices import explain_matrices

        if form == "matrix" and wrt is not None:
            raise UnsupportedError(
                "one parameter and the matrix form do not combine: matrices are told whole"
            )
        if form == "matrix":
            return self._beside(explain_matrices(self.matrices, detail), "loops", detail)
        names = self.parameters
        if wrt is not None and wrt not in names and not self._is_input(wrt):
            hint = suggestion(wrt, names)
            raise SpecError(f"{self.spec.name} has no such parameter as {shown(wrt)}; {hint}")
        if form is None and self.wide:
            raise UnsupportedError(
                f"{self.spec.name}: {len(names)} parameters are too many to tell one by one; "
                "ask for --form matrix, or for --form scalar if you mean it"
            )
        report = None if self.wide else self.report
        told = explain(self.derivation, self.step, (wrt,) if wrt else (), report, detail)
        if wrt or self.wide:
            return told
        told = replace(told, programs=self.programs, spec=self.spec)
        return self._beside(told, "scalar", detail)

    def _beside(self, told: "Document", form: str, detail: "Detail") -> "Document":
        """Put the lines of the emitted Python beside the equations that they compute, in full."""
        if detail == "brief":
            return told
        from symnet.document.beside import with_code
        from symnet.emit.options import Options

        asked = Options(form=form)
        (file,) = code(self, asked)
        command = f"symnet emit {self.source}"
        command += "" if form == "scalar" or self.wide else f" --form {form}"
        return with_code(told, "python", command, file.text)

    def told(self) -> "Document":
        """Tell the derivation unit by unit without proving it, for a part to be shown."""
        from symnet.document.explain import explain

        return explain(self.derivation, self.step)

    @property
    def programs(self) -> "tuple[Listing, ...]":
        """The code that a document can run, for the network at its usual settings."""
        from symnet.document.blocks import Listing
        from symnet.emit.options import Options
        from symnet.emit.source import joined, targets

        # Loops keep what a page carries short, and compute the same numbers.
        forms = {"python": None, "javascript": "loops"}
        files = (
            (one, joined(code(self, Options(one, form=form))))
            for one, form in forms.items()
            if one in targets()
        )
        return tuple(Listing(target, target, file.text) for target, file in files)

    def _is_input(self, name: str) -> bool:
        return self.spec.input_gradients and name in self.spec.inputs


def shipped() -> tuple[str, ...]:
    """Return the names of the networks that come with symnet."""
    return tuple(sorted(path.stem for path in NETWORKS.glob("*.toml")))


def load(name: str) -> Stages:
    """Read a network: with a slash or ending in .toml a path, else a shipped name.

    Raises:
        SpecError: there is no such network, or its file is not sound.
    """
    path = path_of(name)
    text = network_text(path)  # first: that there is no such file needs none of the tables
    from symnet.model.parsing import parse_spec

    return Stages(parse_spec(text, path.stem, path.parent, file_name(path)), Path(name).name)


def path_of(name: str) -> Path:
    """Return where a network's file lies.

    Raises:
        SpecError: no network of that name ships with symnet.
    """
    if "/" in name or "\\" in name or name.endswith(".toml"):
        return Path(name)
    if name not in shipped():
        raise SpecError(f"network {name!r}: no such network ships with symnet; {_meant(name)}")
    return NETWORKS / f"{name}.toml"


def _meant(name: str) -> str:
    """Say how to name the file or the folder that lies there, else the nearest network."""
    if isfile(f"{name}.toml"):
        return f"for the file write {name}.toml"
    if isdir(name):
        return "it is a folder; name a file in it"
    return suggestion(name, shipped())


def derive(
    name: str,
    wrt: str | None,
    form: str | None,
    format_: str,
    detail: "Detail" = "full",
    engine: "Engine" = "typst",
) -> bytes:
    """Return the derivation as a document; ``wrt``: for one parameter only.

    Raises:
        SpecError: there is no such network, parameter or format.
        UnsupportedError: the network is too wide to be told unit by unit, and that was not asked.
    """
    stages = load(name)  # first: a mistake in the name must not wait for what only documents need
    from symnet.document.options import Options
    from symnet.document.written import whole

    return whole(stages.document(wrt, form, detail), format_, Options(engine=engine))


def emit(name: str, options: "Options") -> str:
    """Return standalone code, a target's several files one behind the other.

    Raises:
        UnsupportedError: a file of its own is asked for beside the code.
    """
    for flag, asked in (("with-test", options.with_test), ("source-map", options.source_map)):
        if asked:
            raise UnsupportedError(f"--{flag} needs --out DIR: it is a file beside the code")
    stages = load(name)  # first: what is wrong with the file is told without waiting for SymPy
    from symnet.emit.source import joined

    return joined(code(stages, options)).text


def emit_into(name: str, options: "Options", out: Path, force: bool) -> str:
    """Write standalone code into a folder; return a line that says what was done.

    Raises:
        SpecError: a file of another network or target, or of the user's, would be overwritten.
    """
    from symnet.outputs import write_files

    stages = load(name)
    files = code(stages, options)
    origin = f"{stages.spec.name} for target {options.target}"
    changes = write_files(out, files, force=force, keep=True, origin=origin)
    shown = ", ".join(one.path for one in files)
    same = not any(one.path in changes.written for one in files)
    return f"{out}: {shown}{', unchanged' if same else ''}\n"


def code(stages: Stages, options: "Options") -> "tuple[SourceFile, ...]":
    """Return the files of standalone code; a network too wide to be read is written as loops."""
    from symnet.emit.source import request_for, sources

    return sources(request_for(options, stages.spec, lambda: stages.step, stages.source))


def verify(name: str, as_json: bool) -> tuple[str, bool]:
    """Return the table of what was proven, and whether everything was."""
    report = load(name).report
    return report.as_json() if as_json else f"{report}\n", report.ok


def starter() -> str:
    """Return a commented network file to start from."""
    return (NETWORKS / "starter.toml").read_text(encoding="utf-8")
