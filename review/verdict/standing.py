"""What stands ready of an edition before any sheet is judged by it: of each rule the words and JSON text that no fact alters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from review.canonical_json import write, write_list
from review.errors import Text
from review.evaluation import Scope
from review.facts import Fact, Source, parameter_fact
from review.law.conditions import Compare, Condition, atoms, facts_of
from review.law.edition import Citation, Rule, Ruleset
from review.law.shown_days import shown_days
from review.law.vocabulary import ITEM_NAMES
from review.sheet import describe
from review.sheet.catalogue import children
from review.sheet.paths import pattern_of
from review.terms import STATUSES
from review.verdict.plan_period import rule_words
from review.verdict.unknowns import in_words

# Content that says `findings:` less than this calls all that keeps a finding open not stated.
TOLD_APART_SINCE = 3


class Standing:
    """What the findings of a rule say whatever the facts. Of a rule over lists, `whole` asks for what is said of a list as a whole."""

    def __init__(self, rule: Rule, ruleset: Ruleset) -> None:
        self.rule, self.ruleset = rule, ruleset
        self.notes = (*((rule.note,) if rule.note else ()), *rule_words(rule, ruleset))
        self.notes_encoded = write_list([each.written for each in self.notes]).encode()
        self.reads = {whole: rule.outer_reads if whole else rule.reads for whole in (False, True)}
        # What findings tell of: what the conditions read and, but for a list as a whole, what is shown beside their words.
        self._told = {
            whole: tuple(dict.fromkeys((*read.facts, *(() if whole else self._shown_facts))))
            for whole, read in self.reads.items()
        }
        self._facts = {whole: frozenset(names) for whole, names in self._told.items()}
        self._parameters = {
            whole: sources_of([parameter_fact(ruleset, name) for name in read.parameters])
            for whole, read in self.reads.items()
        }
        self._reasons: dict[tuple[int, str | None], tuple[Condition, Text]] = {}

    @cached_property
    def frames(self) -> Mapping[str, tuple[bytes, bytes, bytes]]:
        """By status, as JSON text in UTF-8: what stands before the subject, up to what was observed, and after the citations."""
        said = self.rule.written
        rests = f',"rests":{write(self.rule.rests)}' if self.ruleset.facts > 1 else ""
        return {
            status: (
                f'{{"rule":{said["rule"]},"subject":'.encode(),
                f',"matter":{said["matter"]},"title":{said["title"]},"status":{write(status)},"force":{said["force"]},"observed":'.encode(),
                f',"authorities":{said["authorities"]}{rests}}}'.encode(),
            )
            for status in STATUSES
        }

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """The facts of the comparison that its findings turn on."""
        atom = self.rule.compared
        return () if atom is None else (*facts_of(atom.left), *facts_of(atom.right))

    @cached_property
    def _cited(self) -> Mapping[bool, tuple[Citation, ...]]:
        return {whole: (*self.rule.citations, *cited(sources)) for whole, sources in self._parameters.items()}

    @cached_property
    def _cited_encoded(self) -> Mapping[bool, tuple[bytes, bytes]]:
        """The rule's own citations and those of parameters, each followed by a comma."""
        return {
            whole: (
                b"".join([each.encoded + b"," for each in self.rule.citations]),
                b"".join([each.encoded + b"," for each in cited(sources)]),
            )
            for whole, sources in self._parameters.items()
        }

    @property
    def _shown_facts(self) -> tuple[str, ...]:
        """The facts among what its findings show."""
        return tuple(name for name in self.rule.shows if name not in shown_days())

    def told(self, scope: Scope, whole: bool) -> tuple[Fact, ...]:
        """The facts that the rule reads or shows and that bring a source or a remark of their own, in order."""
        telling = scope.telling
        if self._facts[whole].isdisjoint(telling):
            return ()
        return tuple([scope.names[name] for name in self._told[whole] if name in telling])

    def citations(self, told: tuple[Fact, ...], whole: bool) -> tuple[Citation, ...]:
        """What a finding cites: the rule's own citations, the sources of facts, those of parameters."""
        return (*self.rule.citations, *cited(self._sources(told, whole))) if told else self._cited[whole]

    def citations_encoded(self, told: tuple[Fact, ...], whole: bool) -> bytes:
        """The citations as JSON text in UTF-8."""
        own, parameters = self._cited_encoded[whole]
        if not told:
            return b"[%b]" % (own + parameters)[:-1]
        return b"[%b]" % b"".join((own, *(each.encoded + b"," for each in cited(self._sources(told, whole)))))[:-1]

    def _sources(self, told: tuple[Fact, ...], whole: bool) -> tuple[Source, ...]:
        """The sources of facts, then of parameters, each once: a parameter can be what a fact rests on too."""
        of_facts, of_parameters = sources_of(told), self._parameters[whole]
        return tuple(dict.fromkeys((*of_facts, *of_parameters))) if of_parameters else of_facts

    def reason(self, why: Condition, scope: Scope) -> Text:
        """Why the rule does not apply, in words; where they hold no figure they are made once."""
        key = id(why), scope.subject.path
        known = self._reasons.get(key)
        if known is not None:
            return known[1]
        said = in_words(why, scope)
        zh = _within_quotes(said.zh) if self.ruleset.facts > 1 else said.zh
        words = Text(f"本条不适用：不符合“{zh}”", f"does not apply: not the case that {said.en}")
        if not any(isinstance(atom, Compare) for atom in atoms(why)):
            # The condition is stored beside its words, so that no other can get its id.
            self._reasons[key] = why, words
        return words


@lru_cache(maxsize=16)
def standing_of(ruleset: Ruleset) -> Mapping[str, Standing]:
    """What stands ready of each rule of an edition, by rule."""
    return {rule.id: Standing(rule, ruleset) for rule in ruleset.rules}


def sources_of(facts: Iterable[Fact]) -> tuple[Source, ...]:
    """The sources of facts, without repetition, in order."""
    found = {id(source): source for fact in facts for source in fact.sources}
    return tuple(dict.fromkeys(found.values()) if len(found) > 1 else found.values())


def cited(sources: Iterable[Source]) -> Iterator[Citation]:
    """The citations of sources; official parameters are the edition's own."""
    for source in sources:
        if not (source.kind == "parameter" and source.evidence == "official"):
            yield source.citation


class Open(NamedTuple):
    """The paths that keep a finding open: all of them, those that the sheet states, of these the ones that contradict each other, and of those
    that it does not state the ones that say what an item is of.

    Content of before `findings: 3` takes all of them as not stated.
    """

    paths: tuple[str, ...]
    stated: tuple[str, ...] = ()
    contradicting: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


def open_of(paths: tuple[str, ...], scope: Scope) -> Open:
    """The paths that keep a finding open, told apart by what the sheet states."""
    if scope.case.ruleset.findings < TOLD_APART_SINCE:
        return Open(paths)
    facts, case = scope.facts, scope.case
    stated = tuple([path for path in paths if facts.states(path, case)])
    if not stated:
        return _unstated(paths)
    unstated = _unstated(tuple([path for path in paths if path not in stated]))
    return Open(paths, stated, tuple([path for path in stated if path in facts.contradicting]), unstated.unnamed)


@lru_cache(maxsize=1024)
def _unstated(paths: tuple[str, ...]) -> Open:
    """Paths of which the sheet states nothing."""
    return Open(paths, unnamed=tuple([path for path in paths if "[" in path and _names_its_item(path)]))


@lru_cache(maxsize=1024)
def cannot_be_judged(found: Open) -> Text:
    """That a rule cannot be judged, and by which paths."""
    unstated = [path for path in found.paths if path not in found.stated]
    doubtful = [path for path in found.stated if path not in found.contradicting]
    said = []
    if found.contradicting:
        zh, en = _labels(found.contradicting)
        alone = len(found.contradicting) == 1
        said.append(
            Text(f"所填的{zh}与所填的其他内容矛盾", f"{en} contradicts what else is stated") if alone
            else Text(f"所填的{zh}相互矛盾", f"{en} contradict each other as they are stated")
        )  # fmt: skip
    if doubtful:
        zh, en = _labels(doubtful)
        said.append(Text(f"所填的{zh}待核对", f"to be checked as stated: {en}"))
    for path in found.unnamed:
        item, own = describe(path.rpartition(".")[0]).label, _own_label(path)
        said.append(Text(f"{item.zh}没有写明是哪种{own.zh}", f"{item.en} does not say which {own.en} it is"))
    if len(found.unnamed) < len(unstated) or not said:
        zh, en = _labels([path for path in unstated if path not in found.unnamed])
        said.append(Text(f"未载明{zh or '所需数值'}", f"not stated: {en or 'a figure it needs'}"))
    return Text(
        "；".join(each.zh for each in said) + "，本条无法判断",
        "cannot be judged: " + "; ".join(each.en for each in said),
    )


@lru_cache(maxsize=1024)
def to_supplement(found: Open) -> Text | None:
    """What is to be stated, and what is stated and is to be checked, as a remedy; None where there is nothing."""
    unstated = [path for path in found.paths if path not in found.stated]
    said = []
    if found.stated:
        zh, en = _labels(found.stated)
        said.append(Text(f"请核对：{zh}", f"please check: {en}"))
    if unstated:
        zh, en = _labels(unstated)
        said.append(Text(f"请补充载明：{zh}", f"please state: {en}"))
    return Text("；".join(each.zh for each in said), "; ".join(each.en for each in said)) if said else None


@lru_cache(maxsize=1024)
def open_encoded(found: Open) -> tuple[bytes, bytes, bytes]:
    """Of a rule that cannot be judged, as JSON text in UTF-8: its message, its remedy, the paths."""
    remedy = to_supplement(found)
    paths = write_list(map(write, found.paths)).encode()
    return cannot_be_judged(found).encoded, remedy.encoded if remedy else b"null", paths


def _labels(paths: Iterable[str]) -> tuple[str, str]:
    """The labels of paths in both languages, one after another."""
    names = [describe(path).label for path in paths]
    return "、".join(each.zh for each in names), ", ".join(each.en for each in names)


def _own_label(path: str) -> Text:
    """The label of a field of an item without that of the item."""
    pattern = pattern_of(path)
    return next(each.label for each in children(pattern.rpartition(".")[0]) if each.path == pattern)


def _names_its_item(path: str) -> bool:
    """Whether a field is what its item of a list is called by, chosen from what there may be."""
    item, _, name = pattern_of(path).rpartition(".")
    return ITEM_NAMES.get(item.removesuffix("[]")) == name and describe(path).kind == "choice"


@lru_cache(maxsize=1024)
def _within_quotes(words: str) -> str:
    """Words that are put between quotation marks: those within become single ones, and a pair around the whole falls away."""
    whole = words.startswith("“") and words.find("”") == len(words) - 1
    return words[1:-1] if whole else words.replace("“", "‘").replace("”", "’")
