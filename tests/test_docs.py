"""The docs hold what the product has: every command, option, module and dependency is named, and nothing is named that is not there."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from api.app import ROUTERS
from api.command_line import DISAGREE, NOT_ALL, NOT_STARTED, UNUSABLE, USABLE, command_line
from api.openapi import authorised
from api.problem_codes import BY_STATUS, CODES
from review.record.access.keys import ROLES
from tests.web.screenshots import ON_PHONE, SHOWN

ROOT = Path(__file__).resolve().parent.parent
CLI, API = "docs/reference/cli.md", "docs/reference/api.md"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def leaves(command: Any, path: str = "two-high") -> Iterator[tuple[str, list[str], list[str]]]:
    """Every command that can be run: its full name, its options, its arguments."""
    if getattr(command, "commands", None):
        for name, each in command.commands.items():
            yield from leaves(each, f"{path} {name}")
        return
    named = [opt for each in command.params for opt in (*each.opts, *each.secondary_opts)]
    options = [opt for opt in named if opt.startswith("--") and opt != "--help"]
    arguments = [each.metavar.strip("[]…") for each in command.params if each.param_type_name == "argument"]
    yield path, options, arguments


COMMANDS = list(leaves(typer.main.get_command(command_line())))


def test_there_are_commands_to_document() -> None:
    assert {"two-high check", "two-high rules lint"} <= {name for name, _, _ in COMMANDS}


@pytest.mark.parametrize(("name", "options", "arguments"), COMMANDS, ids=[name for name, _, _ in COMMANDS])
def test_reference_names_command_with_options_and_arguments(
    name: str, options: list[str], arguments: list[str]
) -> None:
    usages = [line.strip() for line in read(CLI).splitlines() if re.match(rf"\s+{name}( |$)", line)]
    words = [*(rf"{option}(?![a-z-])" for option in options), *(rf"\b{argument}" for argument in arguments)]
    found = any(all(re.search(word, line) for word in words) for line in usages)
    assert found, f"{CLI} has no usage line of {name} with {options} {arguments}"


def shown_commands(path: Path) -> list[str]:
    """The lines of a document that run the product: in indented blocks and in fenced ones of the shell."""
    text = path.read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    return re.findall(r"^    (two-high .*)", text, re.MULTILINE) + re.findall(r"^(two-high .*)", fenced, re.MULTILINE)


def test_documents_name_no_command_and_no_option_that_is_not_there() -> None:
    known = {name: options for name, options, _ in COMMANDS}
    used = [(path, line) for path in documents() for line in shown_commands(path)]
    assert len(used) > 100
    for path, line in used:
        found = max((name for name in known if re.match(rf"{name}( |$)", line)), key=len, default=None)
        assert found is not None, f"{path.relative_to(ROOT)} names a command that is not there: {line}"
        assert set(re.findall(r"--[a-z][a-z-]*", line)) <= set(known[found]), (path.relative_to(ROOT), line)


def test_reference_names_every_exit_code() -> None:
    rows = re.findall(r"^\| (\d) \|", read(CLI), re.MULTILINE)
    assert [int(row) for row in rows] == [USABLE, NOT_ALL, UNUSABLE, DISAGREE, NOT_STARTED]


def test_library_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    block = re.search(r"```python\n(.*?)```", read("docs/how-to/library.md"), re.DOTALL)
    assert block is not None
    exec(compile(block[1], "library.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "reject"
    assert any(line.startswith("voc-offset ") for line in lines)


def test_readme_is_short_and_says_what_it_must() -> None:
    text = read("README.md")
    assert len(text.encode()) <= 6_000
    assert len(re.findall(r"!\[", text)) == 1, "one picture"
    assert len(re.findall(r"^    make ", text, re.MULTILINE)) == 2, "two commands"
    starts = re.findall(r"(?<!!)\[[^]]*\]\(([^)]+)\)", text)
    assert sorted(starts) == sorted(f"docs/start/{each.name}" for each in (ROOT / "docs" / "start").iterdir())
    assert len(starts) == 5


def test_the_index_names_every_document() -> None:
    index = read("docs/README.md")
    there = [each.relative_to(ROOT / "docs").as_posix() for each in (ROOT / "docs").rglob("*.md")]
    assert [each for each in there if each != "README.md" and f"]({each})" not in index] == []


def test_readme_opens_in_chinese() -> None:
    first = read("README.md").split("\n\n")[1]
    assert len(re.findall(r"[\u4e00-\u9fff]", first)) > 100


def modules() -> list[str]:
    """Every module of review/ by its path, a package by its folder."""
    paths = sorted((ROOT / "review").rglob("*.py"))
    names = [path.relative_to(ROOT / "review").as_posix().removesuffix("__init__.py") for path in paths]
    # The schema's versions are Alembic's: they stand in ARCHITECTURE as the folder they are in.
    return [
        name
        for name in names
        if (name and not name.startswith("record/storage/migrations/")) or name == "record/storage/migrations/"
    ]


@pytest.mark.parametrize("module", modules())
def test_architecture_names_module(module: str) -> None:
    assert f"| `{module}` |" in read("ARCHITECTURE.md")


def test_architecture_names_no_module_that_is_not_there() -> None:
    section = read("ARCHITECTURE.md").split("## Modules of `review/`")[1].split("\n## ")[0]
    named = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    assert [name for name in named if not (ROOT / "review" / name).exists()] == []
    assert len(named) == len(set(named))


def test_what_a_document_says_to_stand_in_a_module_stands_there() -> None:
    said = [
        (name, *found)
        for name in ("docs/reference/where.md", "CONTRIBUTING.md", "ARCHITECTURE.md")
        for found in re.findall(r"`(\w+)` (?:in|of|from) `([\w/]+\.py)`", read(name))
    ]
    assert len(said) > 10
    assert [each for each in said if not re.search(rf"^{each[1]}\b|def {each[1]}\b", read(each[2]), re.MULTILINE)] == []


def test_architecture_names_every_module_of_the_api() -> None:
    section = re.split(r"\n##+ ", read("ARCHITECTURE.md").split("## Modules of `api/`")[1])[0]
    named = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    there = [f"{path.name}/" for path in (ROOT / "api").iterdir() if path.is_dir()]
    there += [path.name for path in (ROOT / "api").glob("*.py")]
    assert sorted(named) == sorted(name for name in there if not name.startswith("__"))


def test_architecture_names_every_module_of_the_pages() -> None:
    section = re.split(r"\n##+ ", read("ARCHITECTURE.md").split("### The web pages, `api/web/`")[1])[0]
    named = re.findall(
        r"`([^`]+)`(?=[,|` ]*[^\n]*\|)", "\n".join(line for line in section.splitlines() if line.startswith("| `"))
    )
    there = [f"{path.name}/" if path.is_dir() else path.name for path in (ROOT / "api" / "web").iterdir()]
    assert sorted(named) == sorted(name for name in there if not name.startswith("__"))


def test_reference_names_every_endpoint_with_its_roles() -> None:
    rows = [line for line in read(API).splitlines() if line.startswith("| `")]
    for (method, path), roles in authorised(ROUTERS).items():
        short = path.removeprefix("/api/v1")
        found = [row for row in rows if re.search(rf"`({method} )?({re.escape(path)}|{re.escape(short)})`", row)]
        assert found, (method, path)
        if set(roles) not in (set(), set(ROLES), {"system", "officer"}):
            assert any(role in row for role in roles for row in found), (method, path)


def test_reference_gives_every_dependency_its_licence() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    wanted = {
        re.split(r"[^A-Za-z0-9-]", each)[0]
        for each in itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    } - {project["name"]}
    page = read("docs/reference/dependencies.md")
    rows = re.findall(r"^\| ([A-Za-z0-9, -]+) \| ([A-Za-z0-9.-]+) \| .+ \|$", page, re.MULTILINE)
    assert wanted <= {name.strip() for names, _ in rows for name in names.split(",")}


def test_changelog_has_this_version_in_the_shape_of_keep_a_changelog() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    changes = read("CHANGELOG.md")
    heads = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d{2}-\d{2}))?$", changes, re.MULTILINE)
    assert heads[0] == ("Unreleased", "") and heads[1][0] == version
    assert all(day for _, day in heads[1:]), "a version is dated"
    kinds = re.findall(r"^### (.+)$", changes, re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def documents() -> list[Path]:
    """Every Markdown file of the repository."""
    return [path for path in tracked() if path.suffix == ".md"]


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    made: set[str] = set()
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        again = (f"{slug}-{number}" for number in itertools.count(1))
        made.add(slug if slug not in made else next(each for each in again if each not in made))
    return made


def test_links_lead_somewhere_in_every_document() -> None:
    broken = []
    for path in documents():
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (path.parent / name).resolve() if name else path
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []


def test_pictures_are_small_and_each_is_of_the_tour() -> None:
    pictures = [
        path for path in tracked() if path.suffix in (".png", ".jpg", ".svg") and path.is_relative_to(ROOT / "docs")
    ]
    assert sum(path.stat().st_size for path in pictures) <= 1_000_000
    made = {f"{each}-desktop.png" for each in SHOWN} | {f"{each}-phone.png" for each in ON_PHONE}
    assert {path.name for path in pictures} == made


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-run.txt", "requirements-extras.txt"])
def test_lock_is_hashed_and_holds_no_address(name: str) -> None:
    entries = re.split(r"\n(?=\S)", read(name).strip())
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==\S+", entry) and "--hash=sha256:" in entry, entry
    assert "://" not in read(name)


# Spelt in parts, so that this file does not hold the words itself.
MACHINE_PATH = re.compile(r"(?<![\w.~*/-])/(?:" + "|".join(("work", "tmp", "root", "home", "Users")) + r")(?=/)")
_WORDS = (
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("--index", "-url"),
    ("--extra-", "index"),
    ("--find", "-links"),
    ("../", "shared"),
)
FORBIDDEN = re.compile("|".join(re.escape(first + second) for first, second in _WORDS))


def tracked() -> list[Path]:
    """The files of the repository: by git where it is one, else all but what .gitignore names."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    ignored = {line.strip("/") for line in read(".gitignore").splitlines() if line.endswith("/")}
    files = [path for path in ROOT.rglob("*") if path.is_file()]
    return [
        path
        for path in files
        if not any(part in ignored or part.endswith(".egg-info") for part in path.relative_to(ROOT).parts)
    ]


def test_no_file_names_a_machine_path_or_an_index() -> None:
    faults = []
    for path in tracked():
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line) or FORBIDDEN.search(line):
                faults.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert faults == []


def test_reference_quotes_the_benchmark_as_it_was_measured() -> None:
    block = read("docs/reference/speed.md").split("<!-- bench -->")[1].split("<!-- /bench -->")[0]
    rows = [line for line in block.splitlines() if line.startswith("| ")]
    measured = read("benchmarks/RESULTS.md").splitlines()
    assert len(rows) > 3
    assert [row for row in rows if row not in measured] == []


def test_the_benchmark_says_what_it_was_measured_on() -> None:
    text = read("benchmarks/RESULTS.md")
    for section in text.split("\n## ")[1:]:
        if "| ---" in section or "|---" in section:
            assert re.search(r"\d+ cores, \d+ GB, .+, CPython 3\.\d+", section), section.splitlines()[0]


def test_the_lock_of_the_benchmark_is_hashed_and_holds_no_address() -> None:
    text = read("benchmarks/requirements.txt")
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=\S)", text.strip()))
    assert "://" not in text


def test_where_things_are_changed_is_where_they_are() -> None:
    named = re.findall(r"`((?:review|api|rulesets)/[^`]*)`", read("docs/reference/where.md"))
    assert named and [each for each in named if not (ROOT / each).exists()] == []
    assert [
        each
        for each in re.findall(r"`([A-Z]+)` in `([^`]+)`", read("docs/reference/where.md"))
        if each[0] not in read(each[1])
    ] == []


def codes_of_faults(path: Path) -> Iterator[str]:
    """The code of each fault that a module states."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Fault":
            for stated in (*call.args[2:], *(each.value for each in call.keywords if each.arg == "code")):
                assert isinstance(stated, ast.Constant), f"{path}:{call.lineno}: a code that no reader can find"
                yield str(stated.value)


def test_every_code_of_a_problem_is_in_the_docs_and_none_besides() -> None:
    modules = [each for room in ("api", "review") for each in (ROOT / room).rglob("*.py")]
    stated = {code for path in modules for code in codes_of_faults(path)}
    assert stated == CODES.keys() - {each.code for each in BY_STATUS.values()}
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (.+) \| (.+) \|$", read("docs/reference/problems.md"), re.MULTILINE)
    assert rows == [(each.code, str(each.status), each.words.zh, each.words.en) for each in CODES.values()]
