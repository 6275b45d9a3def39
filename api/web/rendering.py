"""Pages made from templates: escaped throughout, in the visitor's language, with what every page shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.deps import state_of
from api.web.charts import bar
from api.web.display import FILTERS, clause_address, clauses_address, edition_words, source_address
from api.web.field_names import with_field_names
from api.web.help_topics import TOPICS, help_address
from api.web.labels import LABELS
from api.web.marking import marked
from api.web.navigation import entries
from api.web.session import Language, form_token, language, visiting
from api.web.sheet_form import place_of
from review import terms
from review.errors import Text
from review.facts.register_keys import KINDS
from review.law.place import area_words_at_hand
from review.law.prose import unit_words
from review.law.table_words import source_words
from review.law.tables import TABLE_WORDS, parameter_words
from review.papers.html import stylesheet
from review.readers.file_types import SUFFIXES
from review.record.access.signing_rules import SIGNER_WORDS
from review.record.cases.signed_content import CONTENT_WORDS
from review.record.views.worklist_export import deadline_words
from review.sheet.catalogue import label_of, placed_label
from review.sheet.project import STAGES
from review.verdict.summary import margin_words, required_words

# Nothing is loaded from elsewhere, nothing is framed, forms are sent here alone. Drawings carry their own attributes, no inline styles.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Without a referrer a browser does not say either from which site a form comes.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# The office's words, by the names that templates give them.
_WORDS: Mapping[str, Any] = {
    "status_words": terms.STATUS_WORDS, "flip_words": terms.FLIP_WORDS, "layer_words": terms.LAYER_WORDS, "recommendation_words": terms.RECOMMENDATION_WORDS, "outcome_words": terms.OUTCOMES, "answer_words": terms.ANSWER_WORDS, "reply_words": terms.REPLY_WORDS,
    "matter_words": terms.MATTER_WORDS, "force_words": terms.FORCE_WORDS, "evidence_words": terms.EVIDENCE_WORDS,
    "band_words": terms.BAND_WORDS, "step_words": terms.STEP_WORDS, "role_words": terms.ROLE_WORDS, "truth_words": terms.TRUTH_WORDS, "closed_words": terms.CLOSED_WORDS,
    "not_stated": terms.NOT_STATED, "none_word": terms.NONE_WORD, "mark": terms.MARK, "stated_words": terms.STATED_WORDS, "required_words": required_words, "margin_words": margin_words, "field_words": label_of, "placed_label": placed_label, "table_words": TABLE_WORDS, "parameter_words": parameter_words, "signs": terms.SIGNS, "pollutant_words": KINDS,
    "signature_words": terms.SIGNATURE_WORDS, "order_words": terms.ORDER_WORDS, "signer_words": SIGNER_WORDS, "content_words": CONTENT_WORDS,
    "deadline_words": deadline_words, "inbox_words": terms.INBOX_WORDS, "deadline_kinds": terms.DEADLINE_WORDS,
    "stage_words": {code: Text(*words) for code, words in STAGES.items()},
}  # fmt: skip


@cache
def environment() -> Environment:
    """The templates, compiled and memoised."""
    made = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(FILTERS)
    made.globals.update(
        static=static_address,
        source_address=source_address,
        chart=bar,
        areas_at_hand=area_words_at_hand,
        clause_address=clause_address,
        clauses_address=clauses_address,
        edition_words=edition_words,
        place_of=place_of,
        topics=TOPICS,
        unit_words=unit_words,
        source_words=source_words,
        file_suffixes=",".join(SUFFIXES),
        **_WORDS,
    )
    return made


@cache
def static_files() -> Mapping[str, bytes]:
    """The stylesheets, the papers' among them, and the script, by name."""
    ours = files("api.web").joinpath("static").iterdir()
    return {
        **{each.name: each.read_bytes() for each in ours if each.name.endswith((".css", ".js", ".svg"))},
        "paper.css": stylesheet().encode(),
    }


@cache
def static_address(name: str) -> str:
    """Where a file is fetched; its address changes with its content, so that it can be kept for ever."""
    return f"/static/{hashlib.sha256(static_files()[name]).hexdigest()[:12]}/{name}"


def page(
    request: Request, template: str, /, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A page. Templates have, beside `context`: `t(zh, en)`, `say(text)`, `field_label(name)` (of `LABELS`), `edition_name(recorded)`, `worded(words)` (options of a choice), `lang`, `visitor` (None: nobody), `csrf`, `page_address`, `nav`, `help_at`, `inbox_count` (None: no inbox), `single_sign_on` (whether the sign-in page offers it)."""
    lang = language(request)
    visitor = request.scope.get("visitor")
    path = request.scope["path"]
    content = environment().get_template(template).render(
        **context, lang=lang, t=chooser(lang), say=lambda text: say(text, lang), worded=lambda words: worded(words, lang), field_label=lambda name: say(LABELS[name], lang), visitor=visitor,
        edition_name=lambda recorded: edition_name(request, recorded), csrf=form_token(request), page_address=f"{path}?{request.url.query}" if request.url.query else path, nav=entries(visitor, path), help_at=help_address(path),
        inbox_count=len(request.scope["inbox_items"]) if "inbox_items" in request.scope else None, single_sign_on=state_of(request).settings.oidc_client is not None,
    )  # fmt: skip
    content = with_field_names(content, lang)
    response = HTMLResponse(
        marked(content) if lang == "en" else content,
        status,
        {**SECURITY, "Content-Language": lang, "Vary": "Cookie", **(headers or {})},
    )
    visiting(request, response)
    return response


def edition_name(request: Request, recorded: Mapping[str, str]) -> str:
    """How the edition of a recorded review is called (`id`, `edition`, `digest` of the review)."""
    return state_of(request).law.now().name_of(f"{recorded['id']}@{recorded['edition']}", recorded["digest"])


def chooser(lang: Language) -> Callable[[str, str], str]:
    """Of two wordings the one in that language."""
    return lambda zh, en: en if lang == "en" else zh


def worded(words: Mapping[str, Text], lang: Language) -> list[tuple[str, str]]:
    """The options of a choice: each code with its word in that language."""
    return [(code, say(text, lang)) for code, text in words.items()]


def say(text: Text | Mapping[str, str] | None, lang: Language) -> str:
    """Words of the product in that language: a Text, or its JSON form."""
    if text is None:
        return ""
    return str(text[lang] if isinstance(text, Mapping) else getattr(text, lang))
