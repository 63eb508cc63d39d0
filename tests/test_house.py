"""The house rules of DESIGN and STYLE, held by reading the source. A rule that must give way is changed there first, not here."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import polib
from django.core.management import call_command

from tests.messages import CATALOGUE, catalogue, faults, text_of, texts_in_source
from tests.source_tree import FLOORS, ROOT, Source, environment_names, package_of, python_sources, tracked_files

OURS = python_sources("widget", "chatsite", "deploy", "tests")
WIDGET = python_sources("widget")
TESTS = python_sources("tests")
SCRIPTS = [path for path in tracked_files() if path.suffix == ".js" and "dist" not in path.parts]
HTTP_CLIENTS = ("httpx", "httpx2", "requests", "aiohttp", "urllib.request", "urllib3", "http.client")
# A module's path says what is in it, never that it helps or manages.
BANNED_NAMES = re.compile(r"(^|_)(util|utils|helper|helpers|common|core|misc|manager|managers|service|services)(_|$)")
MARKUP = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function|eval)\b")
# Written in pieces, so that this file does not hold what it looks for.
UNDONE = re.compile("|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b"]))
REGISTRIES = ["py" + r"pi\.org", "python" + r"hosted\.org", r"registry\.npm" + r"js", r"deb\.debian" + r"\.org"]
FOREIGN = re.compile("|".join([*REGISTRIES, r"/ro" + r"ot/", r"/wo" + r"rk/", r"/t" + r"mp/"]))
Rule = Callable[[Source], Iterator[str]]


def broken(rule: Rule, sources: list[Source]) -> list[str]:
    """What the rule says about every file, each with its name."""
    return [f"{source.name}: {said}" for source in sources for said in rule(source)]


def imports_of_higher_floors(source: Source) -> Iterator[str]:
    if source.name == "widget/__init__.py":
        return
    if source.package not in FLOORS:
        yield f"{source.package} has no floor: DESIGN section 3 and tests/source_tree.py say where a new package stands"
        return
    for used in source.imports():
        target = package_of(used.module)
        if used.module.split(".")[0] == "chatsite":
            yield f"line {used.line} imports the project"
        if target and target != source.package and FLOORS[source.package] != 6 and FLOORS[target] >= FLOORS[source.package]:
            yield f"line {used.line} imports {used.module} from floor {FLOORS[target]} into floor {FLOORS[source.package]}"


def test_imports_go_down_the_floors_only() -> None:
    assert not broken(imports_of_higher_floors, WIDGET)


def imports_over_fences(source: Source) -> Iterator[str]:
    for used in source.imports():
        top = used.module.split(".")[0]
        client = any(used.module == name or used.module.startswith(name + ".") for name in HTTP_CLIENTS)
        if (
            (top == "openai" and source.package != "providers")
            or (top == "channels" and source.package not in ("realtime", "routing", "ops"))
            or (client and source.package != "providers" and source.name != "widget/lib/outbound.py")
            or used.module.startswith(("django.db.models.signals", "django.db.backends.signals", "django.core.signals", "django.dispatch"))
        ):
            yield f"line {used.line} imports {used.module}"


def test_foreign_packages_stay_behind_their_fences() -> None:
    assert not broken(imports_over_fences, WIDGET)


def imports_inside_functions(source: Source) -> Iterator[str]:
    for used in source.imports():
        if used.inside_function and not (used.module.startswith("openai") and source.name.startswith("widget/providers")):
            yield f"line {used.line} imports {used.module}"


def test_imports_stand_on_top() -> None:
    assert not broken(imports_inside_functions, OURS)


def sizes_over_the_ceiling(source: Source) -> Iterator[str]:
    if len(source.text.splitlines()) > 400:
        yield "more than 400 lines"
    for function in source.functions():
        if (function.end_lineno or 0) - function.lineno >= 50:
            yield f"{function.name} has more than 50 lines"


def test_files_and_functions_stay_small() -> None:
    assert not broken(sizes_over_the_ceiling, OURS)


def bare_signatures(source: Source) -> Iterator[str]:
    for function in source.functions():
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs, function.args.vararg, function.args.kwarg]
        bare = [argument.arg for argument in arguments if argument and argument.annotation is None and argument.arg not in ("self", "cls")]
        if bare or function.returns is None:
            yield f"line {function.lineno} {function.name}: {bare or 'no return type'}"


def test_every_signature_is_annotated() -> None:
    assert not broken(bare_signatures, OURS)


def silent_modules(source: Source) -> Iterator[str]:
    package = source.path.name == "__init__.py"
    if not ast.get_docstring(source.tree) and not (package and source.name.startswith("tests/")):
        yield "no docstring"
    if package and len(source.tree.body) > 1:
        yield "holds more than a docstring"


def test_every_module_says_what_it_is_for() -> None:
    assert not broken(silent_modules, OURS)


def empty_names(source: Source) -> Iterator[str]:
    yield from (f"{part} says nothing" for part in source.path.relative_to(ROOT).with_suffix("").parts if BANNED_NAMES.search(part))


def test_names_say_what_a_module_holds() -> None:
    assert not broken(empty_names, OURS)


def misnamed_errors(source: Source) -> Iterator[str]:
    if source.path.name == "errors.py":
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.endswith(("Error", "Failed", "Closing")):
                yield node.name


def test_what_is_raised_is_named_an_error() -> None:
    assert not broken(misnamed_errors, WIDGET)


def swallowed_errors(source: Source) -> Iterator[str]:
    """A broad catch logs with the traceback, or hands the error on whole to whoever waits for it."""
    for node in source.nodes():
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")):
            body = "\n".join(ast.unparse(statement) for statement in node.body)
            logged = re.search(r"\b(log|logger)\.exception\(|exc_info=True", body)
            if not logged and not (node.name and re.search(rf"\b{node.name}\b", body)) and not re.search(r"^raise$", body, re.MULTILINE):
                yield f"line {node.lineno} swallows every error"


def test_broad_catches_stand_at_the_doors_and_speak() -> None:
    assert not broken(swallowed_errors, OURS)


def test_nothing_is_left_to_be_done() -> None:
    assert not broken(lambda source: (found[0] for found in UNDONE.finditer(source.text)), OURS)


def ways_around_testing(source: Source) -> Iterator[str]:
    called = {ast.unparse(node.func) for node in source.nodes() if isinstance(node, ast.Call)}
    if any(used.module.startswith("unittest.mock") for used in source.imports()):
        yield "mocks: a fake speaks the real protocol over a real socket"
    if "time.sleep" in called and not source.name.startswith("tests/bench/"):
        yield "sleeps"
    yield from called & {"pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail", "pytest.importorskip"}


def test_tests_neither_sleep_nor_mock_nor_skip() -> None:
    assert not broken(ways_around_testing, TESTS)


def reads_of_the_environment(source: Source) -> Iterator[str]:
    if source.name not in ("chatsite/env.py", "chatsite/asgi.py"):
        yield from (found[0] for found in re.finditer(r"\bos\.(environ|getenv)\b", source.text))


def test_the_environment_is_read_in_one_place() -> None:
    assert not broken(reads_of_the_environment, python_sources("widget", "chatsite"))


def test_no_migration_is_missing(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_scripts_are_small_and_never_make_markup_of_text() -> None:
    texts = {path: path.read_text("utf-8") for path in SCRIPTS}
    assert not [str(path) for path, text in texts.items() if len(text.splitlines()) > 300]
    assert not [str(path) for path, text in texts.items() if "test" not in path.parts and MARKUP.search(re.sub(r"//.*|/\*[\s\S]*?\*/", "", text))]


def test_both_sides_of_the_line_know_the_same_frames_and_codes() -> None:
    server, script = _text("widget/realtime/protocol.py"), _text("static/widget/src/protocol.js")
    for name in ("CLIENT_FRAMES", "SERVER_FRAMES"):
        assert _frames_of_python(server, name) == set(re.findall(r'"([a-z.]+)"', _first(rf"{name} = [^\[]*\[(.*?)\]", script))), name
    assert set(re.findall(r"CLOSE_\w+ = (4\d{3});", script)) == set(re.findall(r"\b4[0-9]{3}\b", server))
    assert _first(r"export const PROTOCOL = (\d+)", script) == _first(r"\nVERSION = (\d+)", server)


def test_both_sides_of_the_operator_s_line_know_the_same_frames() -> None:
    server, script = _text("widget/realtime/operator_protocol.py"), _text("static/inbox/src/frames.js")
    for name, ours in (("CLIENT_FRAMES", "OPERATOR_FRAMES"), ("SERVER_FRAMES", "DESK_FRAMES")):
        assert _frames_of_python(server, ours) == set(re.findall(r'"([a-z.]+)"', _first(rf"{name} = [^\[]*\[(.*?)\]", script))), name


def test_no_document_waits_to_be_filled_in() -> None:
    assert not [name for name in ("README.md", "README.id.md", "widget/README.md", "CHANGELOG.md") if "{{" in _text(name)]


def test_every_setting_stands_in_the_table_of_the_readme() -> None:
    named = " ".join(re.findall(r"^\|([^|]*`[A-Z_]+`[^|]*)\|", _text("README.md"), re.MULTILINE))
    assert not environment_names() - set(re.findall(r"`([A-Z_]+)`", named))


def test_every_text_has_a_good_indonesian_translation() -> None:
    written = catalogue()
    assert not texts_in_source().keys() - {text_of(entry) for entry in written}, "run make messages and translate what it adds"
    assert not [fault for entry in written if not entry.obsolete for fault in faults(entry)]
    compiled = {(entry.msgctxt, entry.msgid, entry.msgstr, str(entry.msgstr_plural)) for entry in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}
    assert compiled == {(entry.msgctxt, entry.msgid, entry.msgstr, str(entry.msgstr_plural)) for entry in written if not entry.obsolete}


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    found = {str(path): hit[0] for path in tracked_files() if (hit := FOREIGN.search(path.read_text("utf-8", "ignore")))}
    assert not found


def _frames_of_python(source: str, name: str) -> set[str]:
    """The texts of a set, or the keys of a dictionary, assigned to `name`."""
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name:
            value = node.value  # type: ignore[attr-defined]
            parts = [key for key in value.keys if key] if isinstance(value, ast.Dict) else [value]
            return {str(leaf.value) for part in parts for leaf in ast.walk(part) if isinstance(leaf, ast.Constant)}
    return set()


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.DOTALL)
    assert found, pattern
    return found[1]


def _text(name: str) -> str:
    return Path(ROOT / name).read_text("utf-8")
