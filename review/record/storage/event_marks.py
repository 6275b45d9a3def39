"""What events of any kind state (事件的标注): who acted, by which version, and how a person, file, project or finding is named."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class By(TypedDict):
    """Who acted: what the person or program was recognised by, the way in, and the session of somebody signed in."""

    principal: str
    channel: str
    session: NotRequired[str]


class Marked(TypedDict):
    """What an event says of who acted, by which version of the product, and how a project's state is folded from it.

    An event recorded before these were states none of them; `fold` is of events that change how projects stand. `clock` is what the
    clock said, where it had gone back behind the event before.
    """

    clock: NotRequired[str]
    by: NotRequired[By]
    product: NotRequired[str]
    fold: NotRequired[int]


class PersonNamed(TypedDict):
    """A person as an event names one: the name, and the subject that the office knows."""

    name: str
    subject: str


class FileNamed(TypedDict):
    """A file that an event brings or names: the digest of its bytes, its name without folders, its media type, and how many bytes."""

    digest: str
    name: str
    media: str
    bytes: int


class Held(Marked):
    """What an event of a project says where the case gets a holder by it (经办人): who that is."""

    holder: NotRequired[PersonNamed]


class ProjectNamed(TypedDict):
    """The project that an event is about; `new`: this event is its first, `new_code`: the code it brings."""

    id: int
    new: bool
    new_code: NotRequired[str | None]


class FindingNamed(TypedDict):
    """A finding of a review: its rule, and what of the sheet it is about."""

    rule: str
    subject: str
