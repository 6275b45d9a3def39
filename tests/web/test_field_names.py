"""The summary of what is wrong with a form says of each fault which field it is of."""

from __future__ import annotations

import pytest

from api.web.field_names import with_field_names
from tests.web.conftest import Site

_HEAD = '<div class="errors" role="alert" aria-labelledby="errors-title" tabindex="-1"><ul><li><a href="#f-x">{}</a></li></ul></div>'


@pytest.mark.parametrize(
    ("field", "fault", "words"),
    [
        ('<label for="f-x">登录名 <small>必填</small></label>', "必须填写", "登录名 必填：必须填写"),
        ('<label for="f-x">姓名</label>', "姓名混用了几种文字", "姓名混用了几种文字"),
        ('<label for="f-x">用电量 kWh</label>', "用电量：应为数字", "用电量：应为数字"),
        ('<fieldset><legend>角色</legend><input id="f-x"></fieldset>', "必须填写", "角色：必须填写"),
        ('<fieldset><legend>别的</legend></fieldset><input id="f-x">', "必须填写", "必须填写"),
        ("", "必须填写", "必须填写"),
        ('<label for="f-x">收到之日</label>', "“日期”：“?” 读不出来", "收到之日：“?” 读不出来"),
        ('<label for="f-x">收到之日</label>', "“?” 读不出来：应为日期", "收到之日：“?” 读不出来：应为日期"),
        ('<label for="f-x">日期</label>', "节能验收 · 日期：应为日期", "日期（节能验收）：应为日期"),
        ('<label for="f-x">日期</label>', "节能验收 · 文号：应为日期", "日期：节能验收 · 文号：应为日期"),
        ('<label for="f-x">名称（可不填）</label>', "名称混用了几种文字", "名称（可不填）：混用了几种文字"),
        ('<label for="f-x">日</label>', "日期有误", "日：日期有误"),
    ],
)
def test_a_fault_is_named_by_the_label_of_its_field(field: str, fault: str, words: str) -> None:
    named = with_field_names(_HEAD.format(fault) + field, "zh")
    assert named == _HEAD.format(words) + field
    assert with_field_names(field, "zh") == field


@pytest.mark.parametrize(
    ("label", "fault", "words"),
    [
        ("Received on", "“day”: “?” cannot be read", "Received on: “?” cannot be read"),
        ("date", "energy acceptance · date: should be a date", "date (energy acceptance): should be a date"),
        ("Day", "Days should be whole", "Day: Days should be whole"),
    ],
)
def test_a_fault_is_named_in_english(label: str, fault: str, words: str) -> None:
    field = f'<label for="f-x">{label}</label>'
    assert with_field_names(_HEAD.format(fault) + field, "en") == _HEAD.format(words) + field


@pytest.mark.record
@pytest.mark.parametrize(
    ("login", "path", "typed", "action", "words"),
    [
        ("admin", "/people/new", {"login": "X", "name": "甲（示例）"}, None, "登录名：应为 2 至 32 个小写字母"),
        ("admin", "/people/new", {"login": "xyz", "name": "Иван甲"}, None, "姓名混用了几种文字（汉字、西里尔字母）"),
        ("admin", "/calendar", {"review_days": "-1"}, "/calendar/term", "应为正整数"),
    ],
)
def test_pages_name_their_fields(
    site: Site, login: str, path: str, typed: dict[str, str], action: str | None, words: str
) -> None:
    visitor = site.visitor(login).open(path).send(typed, action=action)
    assert visitor.status == 422
    [link] = visitor.document.xpath("//div[@class='errors']//a")
    assert words in link.text_content()
