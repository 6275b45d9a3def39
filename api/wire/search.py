"""What a search finds, on the wire."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.wire.document import Both


class FoundText(BaseModel):
    """文字和所在处 / a text in which a word stands, and where it stands."""

    place: Both
    words: str = Field(examples=["融环〔2025〕1 号（示例）"])


class SearchHit(BaseModel):
    """检索结果 / a `project`, `source` or `proposal`, or an event of the office for auditors and administrators, by its kind."""

    kind: str = Field(examples=["project"])
    id: str = Field(description="编号或来源编号 / its number, or the id of a source", examples=["3"])
    title: Both
    found: list[FoundText]


class SearchPage(BaseModel):
    """一页结果 / a page of hits, by when the words came up last, the latest first."""

    items: list[SearchHit]
    next: str | None = Field(description="后一页的 after / `after` of the next page; null at the end")
    behind: int = Field(description="尚未编入检索的事件数 / events that are not in the index yet", examples=[0])
