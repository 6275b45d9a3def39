"""Workbooks are opened in a process of their own (隔离读取), once their bounds have been validated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from review.confined import BrokeOff, confined
from review.readers.workbook_bounds import refused, validate_bounds

Item = TypeVar("Item")
_MODULES = (
    "review.readers.openpyxl_alone",
    "review.readers.workbook_content",
    "review.readers.past_worksheet",
    "review.readers.law_table",
)


def opened_alone(work: Callable[[bytes], Iterable[Item]], content: bytes) -> Iterator[Item]:
    """What `work`, a function of a module, makes of a workbook, in a process of its own. Raises SheetError, also where that process dies."""
    validate_bounds(content)
    try:
        yield from confined(work, content, _MODULES)
    except BrokeOff as error:
        raise refused(
            "读取该工作簿所需的时间或内存超过上限，未读取；请用模板重新填写，只保留模板中的内容",
            "takes more time or memory to read than it may, and was not read: fill in the template anew, with nothing else in it",
        ) from error
