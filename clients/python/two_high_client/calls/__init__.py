"""What can be asked of the API: a declaration for each call, in a module for each thing they are about."""

from __future__ import annotations

from two_high_client.calls.attachments import AttachmentCalls
from two_high_client.calls.audit import AuditCalls
from two_high_client.calls.cases import CaseCalls
from two_high_client.calls.consultations import ConsultationCalls
from two_high_client.calls.decisions import DecisionCalls
from two_high_client.calls.drafts import DraftCalls
from two_high_client.calls.health import HealthCalls
from two_high_client.calls.hooks import HookCalls
from two_high_client.calls.people import PeopleCalls
from two_high_client.calls.projects import ProjectCalls
from two_high_client.calls.proofs import ProofCalls
from two_high_client.calls.register import RegisterCalls
from two_high_client.calls.replays import ReplayCalls
from two_high_client.calls.reviews import ReviewCalls
from two_high_client.calls.rulesets import RulesetCalls


class Calls(
    ReviewCalls, DraftCalls, DecisionCalls, ProofCalls, ReplayCalls, ProjectCalls, CaseCalls, AttachmentCalls, ConsultationCalls, RegisterCalls, RulesetCalls, HookCalls, PeopleCalls,
    AuditCalls, HealthCalls,
):  # fmt: skip
    """Every call that both clients know."""
