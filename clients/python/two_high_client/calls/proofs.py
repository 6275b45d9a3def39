"""Papers and what proves them: receipts, checkpoints, verifications of the record."""

from __future__ import annotations

from typing import Any

from two_high_client.answers.proofs import CheckpointShown, PaperFound, Verifications, VerificationShown
from two_high_client.declarations import content, new_key, of, one, pages
from two_high_client.operations import Asked
from two_high_client.words import Language, PaperForm, PaperKind
from two_high_client.writing import body, stated


class ProofCalls:
    """Calls about papers and proofs."""

    @one("GET", "/reviews/{number}/papers/{kind}", content)
    def paper(
        self,
        number: str | int,
        kind: PaperKind,
        *,
        form: PaperForm | None = None,
        language: Language | None = None,
        decision: int | None = None,
        attached: int | None = None,
    ) -> Asked:
        """The bytes of a printed paper, a PDF unless another `form` is asked for; `decision` and `attached` as the code of an earlier one names them."""
        return Asked(
            {"number": number, "kind": kind},
            stated(form=form, language=language, decision=decision, attached=attached),
        )

    @one("GET", "/papers/{code}", of(PaperFound))
    def look_up_paper(self, code: str) -> Asked:
        """What a paper's code belongs to, and whether it still stands."""
        return Asked({"code": code})

    @one("GET", "/reviews/{number}/sheet", of(dict[str, Any]))
    def sheet(self, number: str | int) -> Asked:
        """The sheet of a review; figures that are JSON numbers are Decimal."""
        return Asked({"number": number})

    @one("GET", "/reviews/{number}/sheet", content)
    def sheet_workbook(self, number: str | int) -> Asked:
        """The sheet of a review as the bytes of a workbook."""
        return Asked({"number": number}, {"form": "xlsx"})

    @one("GET", "/reviews/{number}/receipt", content)
    def receipt(self, number: str | int) -> Asked:
        """The review, its decisions and later steps with what proves them: the bytes of a JSON file that is examined by itself."""
        return Asked({"number": number})

    @pages("/checkpoints", CheckpointShown, cursor="after", by="position")
    def checkpoints(self) -> Asked:
        """The signed checkpoints in order."""
        return Asked()

    @one("GET", "/checkpoints/last", of(CheckpointShown))
    def last_checkpoint(self) -> Asked:
        """The last checkpoint; it has no `signature` where it is not signed yet."""
        return Asked()

    @one("POST", "/checkpoints", of(CheckpointShown))
    def record_checkpoint(self) -> Asked:
        """Record and sign a checkpoint of the chain as it stands."""
        return Asked()

    @one("POST", "/verifications", of(VerificationShown))
    def start_verification(self, *, quick: bool = False, key: str | None = None) -> Asked:
        """Verify the whole record in the background; `quick`: without judging every review again."""
        return Asked(body=body(quick=quick), key=key or new_key())

    @one("GET", "/verifications", of(Verifications))
    def verifications(self, *, limit: int = 50) -> Asked:
        """The latest verifications, newest first."""
        return Asked(query={"limit": limit})

    @one("GET", "/verifications/{verification}", of(VerificationShown))
    def verification(self, verification: str) -> Asked:
        """A verification's progress, and what it found."""
        return Asked({"verification": verification})

    @one("POST", "/verifications/{verification}/cancel", of(VerificationShown), again=True)
    def cancel_verification(self, verification: str) -> Asked:
        """Stop a verification."""
        return Asked({"verification": verification})
