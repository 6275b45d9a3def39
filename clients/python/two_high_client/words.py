"""The words that calls are made with, where only some are allowed. Answers have text in their place: a later server may say more."""

from __future__ import annotations

from typing import Literal

Outcome = Literal["approve", "reject", "supplement", "defer", "rectify", "suspend", "phase_out"]
FindingAnswer = Literal["agreed", "doubted", "overruled"]
Opinion = Literal["agree", "agree_with_conditions", "object", "no_opinion"]
Step = Literal[
    "received", "accepted", "noticed", "condition_due", "condition_met", "disposition_closed", "withdrawn", "lapsed", "closed", "unlisted", "reopened",
    "split",
]  # fmt: skip
Pollutant = Literal["voc", "nox", "so2", "cod", "nh3n", "pm", "carbon", "capacity"]
Medium = Literal["energy", "coal", "carbon", "voc", "nox", "so2", "cod", "nh3n"]
Side = Literal["approved", "pending"]
Order = Literal["newest", "due", "project"]
HookKind = Literal["review", "decision", "signature", "attachment", "checkpoint", "step", "source", "edition", "consultation"]  # fmt: skip
EventKind = Literal[
    "review", "decision", "step", "source", "key", "key_end", "hook", "account", "person", "setting", "absence", "plan", "edition", "attachment",
    "answer", "signature", "note", "consultation",
]  # fmt: skip
EntryKind = Literal[
    "signed_in", "signed_out", "sign_in_failed", "code_needed", "sign_in_refused", "password_reset", "password_changed", "second_factor_on",
    "second_factor_off", "recovery_code_used", "key_expired", "key_revoked", "carried",
]  # fmt: skip
Channel = Literal["page", "api", "cli", "import", "library"]
DeliveryState = Literal["waiting", "delivered", "dead"]
Role = Literal["system", "officer", "auditor", "admin"]
PaperKind = Literal["opinion", "notice"]
PaperForm = Literal["pdf", "docx", "html"]
Language = Literal["zh", "en"]
