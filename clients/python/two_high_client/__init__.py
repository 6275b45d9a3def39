"""Client of the API of “两高”项目对照审查 (two-high review), with answers as frozen dataclasses.

    with Client("http://127.0.0.1:8000", key) as client:
        made = client.submit(sheet)
        print(made.id, made.review.recommendation)

A call is tried again where the server could not be reached or was busy, and where that can do no harm: what is recorded under an
Idempotency-Key is recorded once. Whatever goes wrong is one of the tree in `two_high_client.errors`.
"""

from two_high_client.answers.document import Review
from two_high_client.clients import AsyncClient, Client
from two_high_client.errors import (
    AnswerUnreadable,
    CallError,
    CallRefused,
    ClientError,
    Conflict,
    ContentRefused,
    DeliveryRefused,
    NoAnswer,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    ProblemError,
    SheetError,
    TooManyRequests,
)
from two_high_client.webhooks import read_webhook, verify_webhook
from two_high_client.writing import Named, Sheet

__all__ = [
    "AnswerUnreadable", "AsyncClient", "CallError", "CallRefused", "Client", "ClientError", "Conflict", "ContentRefused", "DeliveryRefused", "Named",
    "NoAnswer", "NotAllowed", "NotFound", "NotSignedIn", "Problem", "ProblemError", "Review", "Sheet", "SheetError", "TooManyRequests", "read_webhook",
    "verify_webhook",
]  # fmt: skip
