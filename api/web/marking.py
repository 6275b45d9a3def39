"""Chinese on English pages: names, quotes and titles stay as they are written and are marked as Chinese, for screen readers and fonts."""

from __future__ import annotations

import re

_CHINESE = "\u3400-\u9fff"
_TOKEN = re.compile(r"<[^>]*>|[^<]+")
_TAG = re.compile(r"</?([a-z0-9]+)")
# Chinese with what belongs to it: figures and the marks of Chinese texts between and around its characters.
_PART = rf"[{_CHINESE}\u3000-\u303f\uff00-\uffef“”·—0-9%.-]*[{_CHINESE}\u3000-\u303f\uff00-\uffef”0-9]"
_RUN = re.compile(rf"(?:《[^《》<]*》|[（〔“]*[{_CHINESE}])(?:{_PART})?")
_HAS = re.compile(f"[{_CHINESE}]")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
# Elements that hold text alone, `text` of a drawing among them: they are marked as a whole.
_PLAIN = frozenset(("option", "title", "textarea", "text"))
_LEFT = frozenset(("script", "style"))


def marked(page: str) -> str:
    """An English page (HTML) in which every run of Chinese text stands in an element that is said to be Chinese; attributes are left as they are."""
    out: list[str] = []
    # Of each open element its name, whether it is in a part that is marked already, and where its tag stands in `out`.
    inside: list[tuple[str, bool, int]] = []
    for token in _TOKEN.findall(page):
        tag = _TAG.match(token)
        if tag is None:
            out.append(_text(token, inside, out))
            continue
        out.append(token)
        name = tag[1]
        if token.startswith("</"):
            while inside and inside.pop()[0] != name:
                pass
        elif name not in _VOID and not token.endswith("/>"):
            above = inside[-1][1] if inside else False
            inside.append((name, above or ' lang="zh' in token, len(out) - 1))
    return "".join(out)


def _text(text: str, inside: list[tuple[str, bool, int]], out: list[str]) -> str:
    name, is_marked, place = inside[-1] if inside else ("", False, 0)
    if is_marked or name in _LEFT or text.startswith("<") or not _HAS.search(text):
        return text
    if name in _PLAIN:
        out[place] = out[place].replace(f"<{name}", f'<{name} lang="zh-CN"', 1)
        return text
    return _RUN.sub(lambda run: f'<span lang="zh-CN">{run[0]}</span>', text)
