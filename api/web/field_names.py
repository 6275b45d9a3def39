"""The summary of what is wrong with a form names each field once: by the label that the form itself has for it."""

from __future__ import annotations

import re

from api.web.session import Language

_SUMMARY = re.compile(r'<div class="errors" role="alert" aria-labelledby="errors-title".*?</div>', re.DOTALL)
_LINK = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# The name of a field as a fault states it before what is wrong (`“日期”：…`), and what ends the name in a label (`完成日期（如有）`).
_QUOTED = re.compile("“[^”]*”[：:] *(?=[^ ])")
_COLON = re.compile("[：:] *")
_END_OF_NAME = re.compile("[（( ]")


def with_field_names(content: str, lang: Language) -> str:
    """A page whose summary of faults, if it has one, says before each fault the label of its field; what begins with it already stays."""
    summary = _SUMMARY.search(content)
    if summary is None:
        return content

    def named(link: re.Match[str]) -> str:
        label, words = _label(content, link[1]), link[2]
        return f'<a href="#{link[1]}">{_named(label, words.strip(), lang)}</a>' if label else link[0]

    return content[: summary.start()] + _LINK.sub(named, summary[0]) + content[summary.end() :]


def _named(label: str, words: str, lang: Language) -> str:
    """What is wrong with a field, begun by its label. The name that the words themselves begin with is left out; of a part of a block, the block is told."""
    colon = "：" if lang == "zh" else ": "
    quoted = _QUOTED.match(words)
    words = words[quoted.end() :] if quoted else words
    head, *rest = _COLON.split(words, maxsplit=1)
    if _begins(words, label) or (rest and label.startswith(head)):
        return words
    block, _, part = head.rpartition(" · ")
    if block and part and rest and label.startswith(part):
        return f"{label}（{block}）：{rest[0]}" if lang == "zh" else f"{label} ({block}): {rest[0]}"
    name = _END_OF_NAME.split(label, maxsplit=1)[0]
    if lang == "zh" and _begins(words, name):
        words = words.removeprefix(name).lstrip("： ")
    return f"{label}{colon}{words}"


def _begins(words: str, name: str) -> bool:
    """Whether the words begin with that name, and not with a longer one of a single character (`日` in `日期`) or a longer English word."""
    return len(name) > 1 and words.startswith(name) and not re.match("[A-Za-z]{2}", words[len(name) - 1 :])


def _label(content: str, field: str) -> str:
    """The label of the field of that id, or the legend of the group that begins with it; empty where it has none."""
    found = re.search(rf'<label for="{re.escape(field)}"[^>]*>(.*?)</label>', content, re.DOTALL)
    words = found[1] if found else _legend(content, field)
    return " ".join(_TAG.sub("", words).split())


def _legend(content: str, field: str) -> str:
    before, there, _ = content.partition(f' id="{field}"')
    group = before.rpartition("<fieldset")[2] if there else ""
    found = re.search(r"<legend[^>]*>(.*?)</legend>", group, re.DOTALL) if "</fieldset>" not in group else None
    return found[1] if found else ""
