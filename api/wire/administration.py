"""The office's own data, addresses and rights of persons, on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.wire.reading import read
from review.record.access.office import Office


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class OfficeEntry(_Asked):
    """What papers say of the office; empty where not entered."""

    name: str = Field("", max_length=2000, description="单位名称", examples=["示例市发展和改革局"])
    series: str = Field("", max_length=2000, description="文号代字 / of document numbers", examples=["示发改两高审"])
    contact: str = Field("", max_length=2000, description="联系人")
    telephone: str = Field("", max_length=2000, description="联系电话")
    address: str = Field("", max_length=2000, description="地址")


class RuleKeeperEntry(_Asked):
    """Whether a person may confirm changes of the rules, and why that is changed."""

    on: bool = Field(examples=[True])
    reason: str = Field(max_length=2000, examples=["岗位分工（示例）"])


class AddressEntry(_Asked):
    """Where a person gets mail; null for nowhere."""

    address: str | None = Field(max_length=254, examples=["name@office.example"])


class EventMade(BaseModel):
    """The number of the event that was recorded; null where it was so already."""

    id: str | None


def office_from(content: Any) -> Office:
    """Raises Refused."""
    found = read(OfficeEntry, content)
    return Office(found.name, found.series, found.contact, found.telephone, found.address)


def rule_keeper_from(content: Any) -> RuleKeeperEntry:
    """Raises Refused."""
    return read(RuleKeeperEntry, content)


def address_from(content: Any) -> str | None:
    """Raises Refused."""
    return read(AddressEntry, content).address
