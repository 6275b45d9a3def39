"""Calls as values, and the methods of the clients that make them: one call, or a call for each part of a long list."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import httpx

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What a call is made with: the steps of its path by name, query, body, headers, and the Idempotency-Key under which it is recorded once.

    `callers`: the key that the caller gives or makes again, where `key` is that of one part of what is sent.
    """

    steps: Mapping[str, str | int] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    callers: str | None = None

    @property
    def again_by(self) -> str | None:
        """The key with which the caller makes the same call again."""
        return self.key if self.callers is None else self.callers


@dataclass(frozen=True)
class Answer(Generic[T]):
    """How an answer is read: by which shape (None where it has none), from its JSON values and itself. `read` raises Unfit, ValueError."""

    shape: Any
    read: Callable[[httpx.Response], T]


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and how its answer is read. `again`: making it twice does no harm, so that it is tried again where no answer came."""

    method: str
    path: str
    asked: Asked
    answer: Answer[T]
    again: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Part(Generic[T]):
    """Some items of a long list, and the call for those after them, None at the end."""

    items: Sequence[T]
    following: Callable[[], Call[Part[T]] | None]


class Waiting(ABC):
    """A client whose calls wait for their answer."""

    @abstractmethod
    def carry_out(self, call: Call[T]) -> T:
        """Make a call, again where that can do no harm. Raises CallError."""

    @abstractmethod
    def through(self, first: Call[Part[T]] | None) -> Iterator[T]:
        """Every item of every part, from the one that this call answers with. Raises CallError."""


class Eventual(ABC):
    """A client whose calls are awaited."""

    @abstractmethod
    async def carry_out(self, call: Call[T]) -> T:
        """Make a call, again where that can do no harm. Raises CallError."""

    @abstractmethod
    def through(self, first: Call[Part[T]] | None) -> AsyncIterator[T]:
        """Every item of every part, from the one that this call answers with. Raises CallError."""


class One(Generic[P, T]):
    """A method of both clients that makes one call. `operation`: method and path as the OpenAPI document has them."""

    def __init__(
        self,
        operation: tuple[str, str],
        shape: Any,
        ask: Callable[Concatenate[Any, P], Any],
        make: Callable[Concatenate[Any, P], Call[T]],
    ) -> None:
        self.operation, self.shape, self.ask, self.make = operation, shape, ask, make
        self.__doc__ = ask.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Waiting, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Eventual, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Waiting | Eventual | None, owner: type) -> Any:
        if client is None:
            return self
        return wraps(self.ask)(lambda *args, **kwargs: client.carry_out(self.make(client, *args, **kwargs)))


class Many(Generic[P, T]):
    """A method of both clients that goes through a long list, a call for each part of it. `shape`: of an item."""

    def __init__(
        self,
        operation: tuple[str, str],
        shape: Any,
        ask: Callable[Concatenate[Any, P], Any],
        make: Callable[Concatenate[Any, P], Call[Part[T]] | None],
    ) -> None:
        self.operation, self.shape, self.ask, self.make = operation, shape, ask, make
        self.__doc__ = ask.__doc__

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Waiting, owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, client: Eventual, owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, client: Waiting | Eventual | None, owner: type) -> Any:
        if client is None:
            return self
        return wraps(self.ask)(lambda *args, **kwargs: client.through(self.make(client, *args, **kwargs)))
