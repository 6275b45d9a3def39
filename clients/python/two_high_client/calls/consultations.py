"""Consultations of units, and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from two_high_client.answers.consultations import ConsultationMade, ConsultationShown, ProjectConsultations
from two_high_client.answers.notes import Note, NoteMade
from two_high_client.declarations import new_key, of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import Opinion
from two_high_client.writing import body, stated


class ConsultationCalls:
    """Calls about consultations and notes."""

    @one("GET", "/consultations", of(ProjectConsultations))
    def consultations(self, project: int) -> Asked:
        """The consultations on a project, in order."""
        return Asked(query={"project": project})

    @one("POST", "/consultations", of(ConsultationMade))
    def ask_units(
        self,
        project: int,
        units: Sequence[str | Mapping[str, str]],
        question: str,
        *,
        due: date | str | None = None,
        working_days: int | None = None,
        day: date | str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Ask units for their opinion, each by name, or `name` and `contact`; replies are due on a day, or in working days."""
        named = [{"name": each} if isinstance(each, str) else each for each in units]
        asked = body(project=project, units=named, question=question, due=due, working_days=working_days, day=day)
        return Asked(body=asked, key=key or new_key())

    @one("GET", "/consultations/{consultation}", of(ConsultationShown))
    def consultation(self, consultation: str | int) -> Asked:
        """A consultation with all replies."""
        return Asked({"consultation": consultation})

    @one("POST", "/consultations/{consultation}/replies", of(ConsultationMade))
    def record_reply(
        self,
        consultation: str | int,
        unit: str,
        opinion: Opinion,
        *,
        words: str | None = None,
        day: date | str | None = None,
        attachment: str | None = None,
        reason: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Record what a unit replied: agree, agree_with_conditions, object or no_opinion; a `reason` where it replied before."""
        said = body(unit=unit, opinion=opinion, words=words, day=day, attachment=attachment, reason=reason)
        return Asked({"consultation": consultation}, body=said, key=key or new_key())

    @one("POST", "/consultations/{consultation}/close", of(ConsultationMade))
    def close_consultation(
        self, consultation: str | int, *, reason: str | None = None, key: str | None = None
    ) -> Asked:
        """Close a consultation; a reason is needed where a unit has not replied."""
        return Asked({"consultation": consultation}, body=body(reason=reason), key=key or new_key())

    @one("POST", "/consultations/{consultation}/withdraw", of(ConsultationMade))
    def withdraw_consultation(self, consultation: str | int, reason: str, *, key: str | None = None) -> Asked:
        """Withdraw a consultation."""
        return Asked({"consultation": consultation}, body=body(reason=reason), key=key or new_key())

    @pages("/notes", Note, cursor="before")
    def notes(self, *, project: int | None = None, review: str | int | None = None) -> Asked:
        """The notes on a project or a review, the newest first."""
        return Asked(query=stated(project=project, review=review))

    @one("POST", "/notes", of(NoteMade))
    def write_note(
        self,
        text: str,
        *,
        project: int | None = None,
        review: str | None = None,
        rule: str | None = None,
        subject: str | None = None,
        path: str | None = None,
        key: str | None = None,
    ) -> Asked:
        """Write a note on a project or a review; beside a review `rule` and `subject` name a finding, or `path` a figure of its sheet."""
        said = body(project=project, review=review, rule=rule, subject=subject, path=path, text=text)
        return Asked(body=said, key=key or new_key())

    @one("POST", "/notes/{note}/withdraw", of(NoteMade))
    def withdraw_note(self, note: str | int, reason: str, *, key: str | None = None) -> Asked:
        """Withdraw a note; its text stays."""
        return Asked({"note": note}, body=body(reason=reason), key=key or new_key())
