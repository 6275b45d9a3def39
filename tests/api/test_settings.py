"""Settings that cannot be used: each is named by where it is stated, with its value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings, read_settings
from review.errors import Refused


def refused(**given: object) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as found:
        read_settings(**given)
    return [(each.where, each.text.zh) for each in found.value.faults]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TWO_HIGH_PORT", "abc", "“abc”不可用：应为整数（≥ 0，≤ 65535）"),
        ("TWO_HIGH_HEAD_SECONDS", "0", "“0”不可用：应大于 0.0（> 0）"),
        ("TWO_HIGH_SECOND_PERSON", "maybe", "“maybe”不可用：应为 true 或 false"),
        ("TWO_HIGH_WEBHOOK_NETWORKS", "foo", "设置不可用：“foo”；webhook_networks 应为网段，逗号分隔，如 10.20.0.0/16,fd00:20::/32"),
        ("TWO_HIGH_SMTP_HOST", "mail.office.example", "设置不可用：smtp_host 须与可用的 mail_from 一起设置"),
        ("TWO_HIGH_SMTP_SECURITY", "", "“”不可用；可用：starttls、tls、none"),
        ("TWO_HIGH_SMTP_SECURITY", "ssl", "“ssl”不可用；可用：starttls、tls、none"),
        ("TWO_HIGH_PUBLIC_URL", "office.example", "“office.example”不可用：应为 http:// 或 https:// 开头的网址，不含空格，汉字等须写成编码"),
        ("TWO_HIGH_PUBLIC_URL", "", "“”不可用：应为 http:// 或 https:// 开头的网址，不含空格，汉字等须写成编码"),
        ("TWO_HIGH_PROT", "1", "没有这个设置；是否为 TWO_HIGH_PORT？"),
        ("TWO_HIGH_QQQQ", "1", "没有这个设置"),
    ],
)  # fmt: skip
def test_a_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str) -> None:
    monkeypatch.setenv(variable, value)
    assert refused() == [(variable, said)]


def test_a_setting_of_the_file_is_named_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text("prot = 1\nworkers = 99\n", encoding="utf-8")
    monkeypatch.setenv("TWO_HIGH_CONFIG", str(file))
    assert refused() == [
        (f"{file}: workers", "“99”不可用：不得大于 64（≥ 1，≤ 64）"),
        (f"{file}: prot", "没有这个设置；是否为 port？"),
    ]
    # The environment wins over the file: the fault lies there.
    monkeypatch.setenv("TWO_HIGH_WORKERS", "0")
    assert refused()[0][0] == "TWO_HIGH_WORKERS"


def test_an_option_is_named() -> None:
    assert refused(workers=100) == [("--workers", "“100”不可用：不得大于 64（≥ 1，≤ 64）")]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"a b", "不是有效的 TOML（第 1 行第 3 列）"), (b"\xff", "应为 UTF-8 编码的 TOML")],
)
def test_a_file_that_holds_no_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "office.toml"
    file.write_bytes(content)
    monkeypatch.setenv("TWO_HIGH_CONFIG", str(file))
    assert refused() == [(str(file), said)]


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.touch()
    monkeypatch.setenv("TWO_HIGH_CONFIG", str(file))

    def denied(**_: object) -> Settings:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr("api.settings.Settings", denied)
    assert refused() == [(str(file), "无法读取：没有权限")]


@pytest.mark.parametrize("variable", ["TWO_HIGH_DATABASE", "TWO_HIGH_SMTP_PASSWORD", "TWO_HIGH_OIDC_CLIENT_SECRET"])
def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str) -> None:
    file = tmp_path / "office.toml"
    name = variable.removeprefix("TWO_HIGH_").lower()
    file.write_text(f"{name} = ['secret-example']\n", encoding="utf-8")
    monkeypatch.setenv("TWO_HIGH_CONFIG", str(file))
    assert refused() == [(f"{file}: {name}", "设置不可用：应为文字")]


def test_variables_read_beside_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWO_HIGH_OFFICER", "审查岗甲")
    monkeypatch.setenv("two_high_port", "8001")
    assert read_settings().port == 8001
