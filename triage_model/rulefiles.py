"""Reads a rulebook folder: rule files by hazard family, their examples, lexicons, cues, real words.

Layout of the folder: `<family>.yaml` holds rules, `<family>.examples.yaml` their examples (read only
when asked for, so that a service starts fast), `lexicons.yaml` shared word lists, `context.yaml` the
cues, `typing.yaml` emoji and joined words, `policy_floors.yaml` the phrases of R49 and R51,
`real_words.txt` words that are never taken for typos, `english.txt` words by which English is known,
`topics.txt` words that say what a message of a few words is about.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from triage_model import context, documents, rule_entries
from triage_model.errors import RulebookError
from triage_model.phrase_lists import Lexicons, compiled
from triage_model.phrases import PhraseSet, vocabulary_of
from triage_model.policy import Policy
from triage_model.rule_entries import Names, gather
from triage_model.rules import Example, Rule, Rulebook, vocabulary_words
from triage_model.spelling import Vocabulary
from triage_model.teams import Taxonomy

SHARED = {"lexicons.yaml", "context.yaml", "typing.yaml", "policy_floors.yaml"}
UNREAD = {"protected.yaml"}
WORD_LISTS = ("real_words.txt", "english.txt")
TOPICS = "topics.txt"
OLD_TOPICS = ("topics", "no_topic")


def load(
    folder: Path,
    policy: Policy,
    taxonomy: Taxonomy,
    *,
    stems: frozenset[str] = frozenset(),
    examples: bool = False,
) -> Rulebook:
    """Read a rulebook. Raises RulebookError with every problem, each with file, line and mend.

    `stems` are those of other phrases that will be matched on the same readings.
    """
    if absent := [name for name in ("context.yaml", *WORD_LISTS) if not (folder / name).is_file()]:
        raise RulebookError(
            f"{folder}: is not a rulebook folder (no {', '.join(absent)} in it); name another folder, "
            "or copy what is missing from the rulebook that ships"
        )
    problems: list[str] = []
    lexicons = _lexicons(folder / "lexicons.yaml", problems)
    cues = gather(problems, lambda: context.load(folder / "context.yaml", lexicons))
    names = Names(policy, taxonomy, lexicons)
    rules = [rule for path in rule_files(folder) for rule in _rules(path, names, problems, examples)]
    asked = _policy_phrases(folder / "policy_floors.yaml", lexicons, problems)
    problems += _repeated(rules)
    if problems or cues is None:
        raise RulebookError(problems)
    words, own_stems = vocabulary_words(rules, cues, asked)
    real, english = (_words(folder / name) for name in WORD_LISTS)
    topics = _topics(folder / TOPICS, rules, asked)
    vocabulary = _vocabulary(folder, words | topics, own_stems, stems, real, english)
    return Rulebook(digest(folder), tuple(rules), cues, vocabulary, asked, topics)


def rule_files(folder: Path) -> list[Path]:
    """The files of a rulebook that hold rules, in order of name."""
    every = sorted(folder.glob("*.yaml"))
    return [
        path
        for path in every
        if path.name not in SHARED | UNREAD and not path.name.endswith(".examples.yaml")
    ]


def digest(folder: Path) -> str:
    """Names a rulebook by all that decides what it answers; its examples do not."""
    read = hashlib.sha256()
    topics = [folder / TOPICS] if (folder / TOPICS).is_file() else []
    for path in [*rule_files(folder), *(folder / name for name in (*sorted(SHARED), *WORD_LISTS)), *topics]:
        read.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return "r-" + read.hexdigest()[:12]


def _lexicons(path: Path, problems: list[str]) -> Lexicons:
    document = gather(problems, lambda: documents.read(path)) or {}
    for name, entries in document.items():
        if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
            problems.append(f"{documents.where(path, name)}: the lexicon `{name}` should be a list of words")
    return {name: entries for name, entries in document.items() if isinstance(entries, list)}


def _policy_phrases(path: Path, lexicons: Lexicons, problems: list[str]) -> dict[str, PhraseSet]:
    document = gather(problems, lambda: documents.read(path)) or {}
    return {
        name: PhraseSet(compiled(path, (name,), texts, lexicons, problems))
        for name, texts in document.items()
    }


def _topics(path: Path, rules: Sequence[Rule], asked: Mapping[str, PhraseSet]) -> frozenset[str]:
    """The words of a list. A book made before there was one named them in its floors, beside the words of
    its rules: a decision of that time is replayed as it was.
    """
    if path.is_file():
        return _words(path)
    own = vocabulary_of([phrase for rule in rules if not rule.whole_text for phrase in rule.phrases])[0]
    topics, none = (vocabulary_of(asked[name].phrases)[0] if name in asked else set() for name in OLD_TOPICS)
    return (own | topics) - none


def _words(path: Path) -> frozenset[str]:
    return frozenset(path.read_text(encoding="utf-8").split())


def _vocabulary(
    folder: Path,
    words: frozenset[str],
    stems: frozenset[str],
    others: frozenset[str],
    real: frozenset[str],
    english: frozenset[str],
) -> Vocabulary:
    typing = documents.read(folder / "typing.yaml")
    joined = {name: tuple(parts.split()) for name, parts in typing["joined"].items()}
    return Vocabulary(words, stems, real - words, joined, typing["emoji"], stems | others, english)


def _rules(path: Path, names: Names, problems: list[str], examples: bool) -> Iterable[Rule]:
    document = gather(problems, lambda: documents.read(path))
    if not isinstance(document, list):
        problems.append(f"{path}:1: a rule file is a list of rules, each beginning with `- id:`")
        return
    shown = rule_entries.examples(path.with_suffix(".examples.yaml"), problems) if examples else {}
    for place, entry in enumerate(document):
        at = documents.where(path, place) if isinstance(entry, dict) else f"{path}:1"
        rule = rule_entries.rule(path, place, entry, names, problems, at)
        if rule is not None:
            yield _with_examples(rule, shown)
    known = {entry.get("id") for entry in document if isinstance(entry, dict)}
    beside = path.with_suffix(".examples.yaml")
    problems += [f"{beside}: `{name}` has examples and no rule" for name in shown if name not in known]


def _with_examples(rule: Rule, shown: Mapping[str, tuple[Example, ...]]) -> Rule:
    return replace(rule, examples=shown.get(rule.id, ()))


def _repeated(rules: Sequence[Rule]) -> Iterable[str]:
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            yield f"{rule.at}: the id {rule.id} is used at {seen[rule.id]} too; give this rule its own"
        seen.setdefault(rule.id, rule.at)
