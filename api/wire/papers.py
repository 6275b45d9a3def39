"""What a printed paper's verification code belongs to, on the wire."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.wire.reviews import Number


class PaperFound(BaseModel):
    """The review and decision that a paper shows, and what has taken their place since; null where nothing has."""

    code: str = Field(examples=["12D15-7Q3M-0VXK-2A9C-H4TB"])
    project: int
    version: int
    review: Number
    decision: Number | None
    later_decision: Number | None = Field(description="其后的决定 / a decision made since")
    later_review: Number | None = Field(description="其后的审查 / a review made since")
    attached: int = Field(
        description="所列附件、条目意见和征求意见截至的事件，0 为不列 / the event up to which it shows attachments, answers and consultations; 0: none"
    )
    later_attached: int | None = Field(description="其后有变动的事件 / the last event that changed them since")
