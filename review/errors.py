"""Every error the product raises, in one small tree.

TwoHighError
├── SheetError          the project sheet cannot be used: a list of faults, each with its path
├── RulesetError        an edition cannot be used: a list of faults, each with file and line
├── EditionNotFound     no edition of that name, or none in force on that day
├── EngineDisagreement  the two evaluators differ: there is no verdict
│   └── PortfolioDisagreement  a portfolio judged as columns differs from the exact evaluator: its result is withheld
├── EngineUnavailable   the rules engine cannot be loaded: there is no verdict by one evaluator alone
├── PaperUnavailable    a paper cannot be made: what it is made with is not installed
├── PortfolioError      a portfolio cannot be judged as columns: an extra lacks, facts rest on another basis, a figure is too wide
├── ServiceNotStarted   the service cannot listen where it is to, or ends while it starts
├── SignInUnavailable   the provider of single sign-on cannot be reached: nothing was done, try again
└── RecordError         the record: what was asked of it cannot be done
    ├── RecordUnavailable  the database cannot be reached, is busy or full: nothing was recorded, try again
    ├── RecordDamaged      a stored document is no longer what was recorded: verify the record
    ├── NotRecorded        no such entry
    ├── AccessEnded        the key or session of who acts has ended since it was let in: nothing was recorded
    ├── Refused            the entry is not allowed as it stands: what is missing or contradicts
    └── Conflict           the record has moved on since the caller looked, or the same key came with another content
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from review.canonical_json import write


@dataclass(frozen=True)
class Text:
    """Words a person sees: Chinese first, and English."""

    zh: str
    en: str

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    @cached_property
    def written(self) -> str:
        """The words as JSON text: written on first use and memoised."""
        return f'{{"zh":{write(self.zh)},"en":{write(self.en)}}}'

    @cached_property
    def encoded(self) -> bytes:
        """The words as JSON text in UTF-8."""
        return self.written.encode()


def quoted(names: Iterable[str]) -> Text:
    """What can be chosen or is there, each in quotation marks: one may have a comma or a space in it."""
    return joined(f"“{each}”" for each in names)


def joined(names: Iterable[str]) -> Text:
    """Names one after the other, parted as each language does."""
    found = list(names)
    return Text("、".join(found), ", ".join(found))


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where it is (a sheet path, a cell, or a file and line) and what to do about it.

    `code` is one of docs/reference/problems.md where programs are to tell this fault from others.
    """

    where: str
    text: Text
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.where or '-'}: {self.text.zh} / {self.text.en}"


class TwoHighError(Exception):
    """The root: whatever the product refuses on purpose is one of these."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SheetError(TwoHighError):
    """The project sheet cannot be used; `faults` name every offending path."""


class RulesetError(TwoHighError):
    """An edition of the rules cannot be used; `faults` name file and line."""


class EditionNotFound(RulesetError):
    """No such edition, or none in force on the day asked for."""


# Who can differ from the compiled rules.
RULES_ENGINE, EXACT_EVALUATOR = Text("规则引擎", "rules engine"), Text("精确求值", "exact evaluator")


class EngineDisagreement(TwoHighError):
    """Two evaluators gave different outcomes for one rule: no verdict is returned.

    `rule` and `subject` say which, `ours` what the compiled rules gave, `theirs` the rules engine or the exact evaluator; `facts` are what
    both were made of.
    """

    def __init__(
        self,
        rule: str,
        subject: str,
        ours: str,
        theirs: str,
        facts: dict[str, Any],
        *,
        by: Text = RULES_ENGINE,
    ) -> None:
        self.rule, self.subject, self.ours, self.theirs, self.facts = rule, subject, ours, theirs, facts
        super().__init__(
            [
                Fault(
                    f"{rule} [{subject}]",
                    Text(
                        f"两个求值器结论不一致（编译求值：{ours}；{by.zh}：{theirs}），不出具结论",
                        f"two evaluators disagree (compiled rules: {ours}; {by.en}: {theirs}), so there is no verdict",
                    ),
                )
            ]
        )


class PortfolioDisagreement(EngineDisagreement):
    """A portfolio judged as columns gave another status than `exact.py` for a review: nothing is concluded from it."""

    def __init__(self, review: int, rule: str, subject: str, exact: str, columns: str) -> None:
        super().__init__(rule, subject, exact, columns, {})
        text = Text(
            f"列式求值与精确求值不一致（精确求值：{exact}；列式求值：{columns}），整批结果不予采信",
            f"judged as columns it is {columns}, by the exact evaluator {exact}: nothing is concluded from this run",
        )
        self.faults = (Fault(f"{review}: {rule} [{subject}]", text),)


class EngineUnavailable(TwoHighError):
    """The compiled rules engine cannot be loaded; `faults` say why and how to build it."""


class PaperUnavailable(TwoHighError):
    """A paper cannot be made: `faults` name the extra and the system packages that are missing."""


class PortfolioError(TwoHighError):
    """A portfolio cannot be judged as columns: an extra is not installed, facts rest on another basis, or a condition is too wide."""


class ServiceNotStarted(TwoHighError):
    """The service could not start: `faults` name the address it was to listen on, and what to do."""


class SignInUnavailable(TwoHighError):
    """Whoever vouches for the caller cannot be reached. Nothing was done: the caller may try again."""


class RecordError(TwoHighError):
    """What was asked of the record cannot be done; the record is as it was."""


class RecordUnavailable(RecordError):
    """The database cannot be reached, is busy, full or not a record. Nothing was recorded: the caller may try again."""


class KeyFileUnusable(RecordUnavailable):
    """The key file is missing, can be read by others, or is another record's: `faults` name it. Nothing was done."""


class RecordDamaged(RecordError):
    """A stored document is no longer what was recorded; `two-high verify` says where."""


class NotRecorded(RecordError):
    """The record has no such entry."""


class AccessEnded(RecordError):
    """The key or session of who acts has ended since the caller was let in. Nothing was recorded."""


class Refused(RecordError):
    """The entry is not allowed as it stands; `faults` name what is missing or contradicts."""


class Conflict(RecordError):
    """The record has moved on since the caller looked, or a key was used again for another content."""


_SYSTEM_WORDS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EEXIST: "已有这个文件",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ENOTDIR: "不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "已超出磁盘配额",
    errno.EROFS: "所在磁盘只读",
    errno.EFBIG: "文件过大",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "打开的文件过多",
    errno.ENFILE: "打开的文件过多",
    errno.ENAMETOOLONG: "文件名过长",
    errno.ELOOP: "链接互相指向",
    errno.EXDEV: "不在同一磁盘",
    errno.EINVAL: "不能用作文件名",
}


def system_words(error: OSError) -> str:
    """In Chinese, why the system could not do something with a file; where that is not known, its number."""
    return _SYSTEM_WORDS.get(error.errno or 0, f"系统错误 {error.errno}")
