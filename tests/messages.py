"""The texts that people read, gathered from our source without GNU gettext: `python -m tests.messages` (`make messages`).

Adds what is missing to the Indonesian catalogue, drops what is gone and compiles it; tests/test_house.py holds the catalogue complete with the
same functions. Msgids are English; a sentence may use `%(you)s` in Indonesian (how visitors are addressed) though the English one does not.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from tests.source_tree import ROOT, python_sources, tracked_files

# What stands over a text of Django's that our catalogue says better; it stands in no source of ours and is kept all the same.
DJANGOS = "django"
CATALOGUE = ROOT / "widget" / "locale" / "id" / "LC_MESSAGES" / "django.po"
# Function -> the positions of context, msgid and plural among its arguments.
_CALLS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
_TEMPLATE_CALL = re.compile(r"\b(_|gettext|ngettext|pgettext|npgettext)\(((?:u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?\s*)+)")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True, order=True)
class Text:
    """One text to translate."""

    msgid: str
    context: str = ""
    plural: str = ""


def texts_in_source() -> dict[Text, str]:
    """Every text with the first file that has it."""
    found: dict[Text, str] = {}
    for source in python_sources("widget", "chatsite"):
        for text in texts_in_python(source.nodes()):
            found.setdefault(text, source.name)
    for path in tracked_files():
        if path.suffix in (".html", ".txt") and "templates" in path.parts:
            for text in _texts_in_template(path):
                found.setdefault(text, str(path.relative_to(ROOT)))
    return found


def catalogue() -> polib.POFile:
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE), wrapwidth=140)
    empty = polib.POFile(wrapwidth=140)
    empty.metadata = {
        "Language": "id",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return empty


def text_of(entry: polib.POEntry) -> Text:
    return Text(entry.msgid, entry.msgctxt or "", entry.msgid_plural or "")


def faults(entry: polib.POEntry) -> Iterator[str]:
    """What is wrong with one translation."""
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy or not translations or not all(translations):
        yield f"not translated: {entry.msgid}"
    known = set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for translation in translations:
        if set(_PLACEHOLDER.findall(translation)) - known - {"you"}:
            yield f"a placeholder nobody fills: {translation}"
        if translation and not entry.msgid_plural and known - set(_PLACEHOLDER.findall(translation)) - {"you"}:
            yield f"a placeholder is lost: {translation}"
        if re.sub(r"%(\(\w+\)[sd]|%)", "", translation).count("%") > re.sub(r"%(\(\w+\)[sd]|%)", "", entry.msgid).count("%"):
            yield f"a lone % sign: {translation}"
        if "Kakak" in translation:
            yield f"the owner is called Anda, a visitor %(you)s: {translation}"


def main() -> int:
    """Brings the catalogue in step and says what still has no translation."""
    wanted = texts_in_source()
    kept = catalogue()
    known = {text_of(entry): entry for entry in kept if not entry.obsolete}
    for text in sorted(wanted.keys() - known.keys()):
        plural = {0: ""} if text.plural else {}
        kept.append(polib.POEntry(msgid=text.msgid, msgctxt=text.context or None, msgid_plural=text.plural, msgstr="", msgstr_plural=plural))
    for gone in [entry for entry in kept if entry.obsolete or (text_of(entry) not in wanted and entry.comment != DJANGOS)]:
        kept.remove(gone)
    for entry in kept:
        entry.comment = wanted.get(text_of(entry), DJANGOS)
        entry.occurrences = []
    kept.sort(key=lambda entry: (entry.comment, entry.msgid))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    kept.save(str(CATALOGUE))
    kept.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    open_faults = [fault for entry in kept for fault in faults(entry)]
    print(f"{len(kept)} texts, {len(open_faults)} to look at", *open_faults[:40], sep="\n  ")
    return 1 if open_faults else 0


def texts_in_python(nodes: tuple[ast.AST, ...]) -> Iterator[Text]:
    aliases = _aliases(nodes)
    for node in nodes:
        if isinstance(node, ast.Call):
            name = (
                aliases.get(node.func.id, node.func.id) if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            )
            values = [argument.value if isinstance(argument, ast.Constant) else None for argument in node.args]
            yield from _text(name, values)


def _aliases(nodes: tuple[ast.AST, ...]) -> dict[str, str]:
    """What a file calls the functions of gettext, by `import ... as` or by a name given to one of them."""
    imported = [node for node in nodes if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.utils.translation")]
    named = {name.asname: name.name for node in imported for name in node.names if name.asname}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name | ast.Attribute):
            function = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            function = named.get(function, function)
            named.update({target.id: function for target in node.targets if isinstance(target, ast.Name) and function in _CALLS})
    return named


def _texts_in_template(path: Path) -> Iterator[Text]:
    """Django turns a template into something xgettext can read; so can we."""
    for call in _TEMPLATE_CALL.finditer(templatize(path.read_text("utf-8"), origin=str(path))):
        read = ast.literal_eval(f"({call[2].rstrip().rstrip(',')},)")
        yield from _text(call[1], list(read))


def _text(function: str, values: Sequence[object]) -> Iterator[Text]:
    if function not in _CALLS:
        return
    context, msgid, plural = (values[at] if at is not None and at < len(values) else None for at in _CALLS[function])
    if isinstance(msgid, str) and msgid:
        yield Text(msgid, context if isinstance(context, str) else "", plural if isinstance(plural, str) else "")


if __name__ == "__main__":
    sys.exit(main())
