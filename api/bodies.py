"""The shapes of bodies that our own readers read, by name, and the fields that a route's body has."""

from __future__ import annotations

from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.wire import (
    administration,
    attachments,
    balances,
    cases,
    consultations,
    drafts,
    notes,
    office,
    operations,
    pending,
    people,
    proofs,
    proposals,
    reviews,
    sign_offs,
)
from api.wire import answers as answered

SHAPES: tuple[type[BaseModel], ...] = (
    reviews.Ruling, reviews.ReplayTarget, office.SourceEntry, office.KeyRequest, people.SignIn, people.PasswordChange, people.PersonRequest, people.PersonKnown,
    people.Reason, proposals.ProposalRequest, proposals.Confirmation, attachments.AttachmentRequest, answered.AnswerRequest, notes.NoteRequest, consultations.ConsultationRequest, consultations.ReplyRequest, consultations.ClosingRequest, operations.HookRequest, operations.ReplayRequest,
    cases.CaseStep, cases.HandOver, cases.AbsenceRequest, cases.CalendarYear, cases.Terms, sign_offs.SignatureRequest, sign_offs.SigningRulesRequest, balances.QuotaEntry,
    pending.SecondRequest, proofs.VerificationRequest, drafts.DraftContent, drafts.DraftSubmission,
    administration.OfficeEntry, administration.RuleKeeperEntry, administration.AddressEntry,
    people.SecondFactorBeginning, people.SecondFactorCode, people.SignInRulesChange, operations.SecretRotation,
)  # fmt: skip
_FIELDS = {
    each.__name__: frozenset(field.alias or name for name, field in each.model_fields.items()) for each in SHAPES
}


def fields_of(route: APIRoute) -> frozenset[str] | None:
    """The fields of a route's body in JSON; None of a route that has none, or takes sheets."""
    asked = (route.openapi_extra or {}).get("requestBody", {}).get("content", {}).get("application/json", {})
    return _FIELDS.get(str(asked.get("schema", {}).get("$ref", "")).rpartition("/")[2])
