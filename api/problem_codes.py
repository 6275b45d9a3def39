"""Codes of problems (问题代码): what programs tell failures apart by. A code stays what it is; `/problems/{code}` says what it means.

Each status has a code of its own, for what has no other; the others are stated by the faults themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review.errors import Text


@dataclass(frozen=True)
class Code:
    """A code of problems: the HTTP status that it comes with, and its words, which are the title of such a problem."""

    code: str
    status: int
    words: Text


_OF_STATUS = (
    Code("unreadable", 400, Text("请求无法读取", "the request cannot be read")),
    Code("key-needed", 401, Text("未提供有效密钥", "no valid key")),
    Code("role-lacking", 403, Text("该角色无此权限", "not allowed in this role")),
    Code("not-found", 404, Text("没有这一项", "there is no such thing")),
    Code("method-not-allowed", 405, Text("不支持这种方法", "this method is not allowed here")),
    Code("not-acceptable", 406, Text("没有可接受的格式", "there is no format that you accept")),
    Code("too-slow", 408, Text("接收超时", "the request took too long")),
    Code("conflict", 409, Text("与记录冲突", "conflicts with the record")),
    Code("moved-on", 412, Text("记录已有变化", "the record has moved on")),
    Code("too-large", 413, Text("请求过大", "the request is too large")),
    Code("media-type", 415, Text("不支持这种内容类型", "this media type is not supported")),
    Code("unusable", 422, Text("内容不可用", "the content cannot be used")),
    Code("condition-needed", 428, Text("须先查看已有的决定", "see the decision that is there first")),
    Code("too-many-requests", 429, Text("请求过于频繁", "too many requests")),
    Code(
        "internal-error", 500, Text("程序内部错误，未出具结论", "an error of the product itself: there is no verdict")
    ),
    Code("not-available", 503, Text("暂时不可用", "not available now")),
)
_OF_FAULTS = (
    Code(
        "second-unknown",
        422,
        Text(
            "复核人或代表的审批人员不是本单位已知的人员，或姓名与登记的不同",
            "the second person, or on whose behalf it is, is no person known to the office, or is known by another name",
        ),
    ),
    Code(
        "decided-already",
        428,
        Text(
            "已有决定，须以 If-Match 说明所见的是哪一项",
            "there is a decision already: say by If-Match which one was seen",
        ),
    ),
    Code(
        "project-differs",
        409,
        Text(
            "项目代码属于已批准的项目，而名称、单位或信用代码不同",
            "the code is an approved project's, and name, company or credit code are another's",
        ),
    ),
    Code(
        "reason-needed",
        422,
        Text(
            "审查日不是今天，或以另一名称、单位替代已批准的项目，须写明理由",
            "as of another day than today, or an approved project gets another name: a reason is asked for",
        ),
    ),
    Code(
        "second-same",
        422,
        Text(
            "复核人与作出决定的人是同一人，或提案人确认自己的提案",
            "the second person is who decides, or who proposed it confirms it",
        ),
    ),
    Code(
        "edition-adopted", 422, Text("已采用的版本名称，内容不同", "an edition of an adopted name has another content")
    ),
    Code(
        "law-changed",
        409,
        Text(
            "提案所依据的版本已不是施行的版本，须重新提出",
            "what a proposal was made from is not in force any more: propose it anew",
        ),
    ),
    Code("not-rule-keeper", 422, Text("没有规则管理权", "the person has not the right rule_keeper")),
    Code("proposal-ended", 422, Text("提案已采用、退回或撤回", "the proposal is adopted, returned or withdrawn")),
    Code(
        "file-type",
        422,
        Text(
            "文件的内容不是可用的类型、含有宏，或文件名与内容不符",
            "the content of a file is of no type that is taken, holds macros, or its name ends otherwise",
        ),
    ),
    Code(
        "file-too-large",
        422,
        Text(
            "一个文件、一次提案或记录中的文件超过上限",
            "a file, those of a proposal, or those of the record are larger than they may be",
        ),
    ),
    Code("nothing-changes", 422, Text("上传的表与现行的没有不同", "an uploaded table differs in nothing")),
    Code("document-needed", 422, Text("改动须写明所依据的文件", "a change names the document it rests on")),
    Code("attachment-withdrawn", 422, Text("附件已撤回", "the attachment is withdrawn already")),
    Code(
        "too-many-attachments",
        422,
        Text("项目或来源的附件已达上限", "as many files are attached to a project or a source as there may be"),
    ),
    Code(
        "signatures-needed",
        422,
        Text(
            "该决定须经两至三步签批，不能由一人作出",
            "the decision goes through two or three signatures: one person alone cannot make it",
        ),
    ),
    Code("sign-off-open", 409, Text("该审查有一项决定正在签批", "a decision on the review waits to be signed")),
    Code(
        "signed-meanwhile",
        409,
        Text("他人已先签批、退回或撤回", "somebody else was first: it was signed, returned or withdrawn"),
    ),
    Code(
        "content-moved",
        409,
        Text(
            "拟定之后内容有变动，不能就原来的内容签批",
            "something moved since it was drafted: it cannot be signed as it was",
        ),
    ),
    Code(
        "signed-already",
        422,
        Text("拟定人或已签批的人不能再签另一步", "who drafted it, or signed a step, signs no other step"),
    ),
    Code(
        "no-signer",
        422,
        Text(
            "不能签这一步：不是签批人，也不代签批人；须留待下一步；或已无人可签",
            "the person cannot sign that step: no signer of it nor deputy of one, the only one for the next step, or nobody can by now",
        ),
    ),
    Code(
        "person-needed",
        422,
        Text("须由登录的人员办理，不能由接口密钥", "it is for a person who is signed in, not for a key to the API"),
    ),
    Code(
        "signer-ended",
        409,
        Text("拟定人或先前签批人的账号已停用", "the account of the drafter or of an earlier signer has ended"),
    ),
    Code(
        "second-factor-needed",
        401,
        Text("密码正确，还须填写动态口令", "the password is right, the code of the second factor is needed too"),
    ),
    Code(
        "second-factor-wrong",
        401,
        Text(
            "动态口令不正确，或已用过（设置或停用时为 422）",
            "the code is wrong, or was used (422 where it is set up or ended)",
        ),
    ),
    Code(
        "second-factor-unreadable",
        401,
        Text(
            "密钥文件已丢失，动态口令无法核对，须由管理员在命令行取消（停用时为 422）",
            "the key file was lost and no code can be checked: an administrator takes the second factor away on the command line (422 where it is ended)",
        ),
    ),
    Code(
        "second-factor-due",
        403,
        Text(
            "本单位规定该角色须先设置动态口令",
            "the office asks a second factor of the role: it is to be set up first",
        ),
    ),
    Code(
        "feed-beyond",
        409,
        Text(
            "所给编号在记录的末尾之后：记录已由备份恢复，或是另一份记录",
            "the number is beyond the end of the record: it was restored, or is another record",
        ),
    ),
    Code(
        "record-damaged",
        500,
        Text("记录已被改动，请核验", "the record is no longer what was recorded: verify it"),
    ),
    Code("password-weak", 422, Text("新密码太容易猜到", "the new password is guessed too soon")),
)
CODES: Mapping[str, Code] = {each.code: each for each in (*_OF_STATUS, *_OF_FAULTS)}
BY_STATUS: Mapping[int, Code] = {each.status: each for each in _OF_STATUS}


def code_of(status: int, stated: str | None) -> Code:
    """The code of a problem: the one that a fault states, else that of its status, else of what cannot be read."""
    return CODES[stated] if stated else BY_STATUS.get(status, BY_STATUS[400])
