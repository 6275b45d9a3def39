"""A problem as the documentation shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class ProblemError(BaseModel):
    """One thing wrong, and where."""

    pointer: str | None = Field(
        None,
        description="请求正文（JSON）中的位置，JSON Pointer（RFC 6901） / the place in the JSON body",
        examples=["/voc/offsets/0/area"],
    )
    parameter: str | None = Field(
        None, description="不在正文中时，是哪一参数 / the parameter, where it is not in the body", examples=["as_of"]
    )
    in_: Literal["path", "query", "header"] | None = Field(
        None, alias="in", description="该参数在何处 / where that parameter is sent", examples=["query"]
    )
    path: str = Field(description="项目表路径 / sheet path", examples=["voc.offsets[0].area"])
    code: str = Field(description="固定代码，供程序区分 / a stable code for programs", examples=["second-unknown"])
    detail: str = Field(
        description="哪里不对、应怎样 / what is wrong and what is allowed",
        examples=["“新”不可用；可用：新建（new）、扩建（expansion）"],
    )


class ProblemDocument(BaseModel):
    """RFC 9457 problem details, in the language asked for."""

    type: str = Field(description="该代码的说明所在 / where the code is explained", examples=["/problems/unusable"])
    title: str = Field(examples=["内容不可用"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["“新”不可用；可用：新建（new）、扩建（expansion）"])
    instance: str | None = Field(
        description="请求编号，查日志用 / the request's id, as it is in the log", examples=["6f1c0d2ab3e4"]
    )
    code: str = Field(
        description="首个有代码的错误的代码，否则为该状态的代码 / the code of the first fault that has one, else of the status",
        examples=["unusable"],
    )
    errors: list[ProblemError]
