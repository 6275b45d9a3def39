"""The summary of what is wrong with a form names each field: by the label that the form itself has for it."""

from __future__ import annotations

import re

from api.web.session import Language

_SUMMARY = re.compile(r'<div class="errors" role="alert" aria-labelledby="errors-title".*?</div>', re.DOTALL)
_LINK = re.compile(r'<a href="#([^"]+)">(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def with_field_names(content: str, lang: Language) -> str:
    """A page whose summary of faults, if it has one, says before each fault the label of its field; what begins with it already stays."""
    summary = _SUMMARY.search(content)
    if summary is None:
        return content

    def named(link: re.Match[str]) -> str:
        label, words = _label(content, link[1]), link[2]
        head = re.split("[：:]", words.strip(), maxsplit=1)[0]
        if not label or words.strip().startswith(label) or label.startswith(head):
            return link[0]
        return f'<a href="#{link[1]}">{label}{"：" if lang == "zh" else ": "}{words}</a>'

    return content[: summary.start()] + _LINK.sub(named, summary[0]) + content[summary.end() :]


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
