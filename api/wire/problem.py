"""A problem as the documentation shows it."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ProblemError(BaseModel):
    """One thing wrong, and where."""

    pointer: str = Field(description="JSON Pointer (RFC 6901)", examples=["/voc/offsets/0/area"])
    path: str = Field(description="项目表路径 / sheet path", examples=["voc.offsets[0].area"])
    code: str | None = Field(
        None,
        description="固定代码，供程序区分，见 docs/reference/problems.md / a stable code for programs; docs/reference/problems.md lists them",
        examples=["second-unknown"],
    )
    detail: str = Field(
        description="哪里不对、应怎样 / what is wrong and what is allowed", examples=["可用：new、expansion"]
    )


class ProblemDocument(BaseModel):
    """RFC 9457 problem details, in the language asked for."""

    type: str = Field(examples=["/problems/422"])
    title: str = Field(examples=["内容不可用"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["可用：new、expansion"])
    instance: str | None = Field(
        description="请求编号，查日志用 / the request's id, as it is in the log", examples=["6f1c0d2ab3e4"]
    )
    code: str | None = Field(
        None,
        description="首个有代码的错误的代码 / the code of the first fault that has one",
        examples=["second-unknown"],
    )
    errors: list[ProblemError]
