"""Files that officers and auditors take away from pages are called by what the page is called, in the language of the reader."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.web.conftest import Site

pytestmark = pytest.mark.record

FILES = [
    ("/audit/decisions.csv", "决定清单.csv", "decisions.csv"),
    ("/audit/decisions.xlsx", "决定清单.xlsx", "decisions.xlsx"),
    ("/audit/events.csv", "事件.csv", "events.csv"),
    ("/audit/log.csv", "审计日志.csv", "audit-log.csv"),
    ("/audit/figures.csv", "更正的数值.csv", "corrected-figures.csv"),
    ("/ledger.csv?period=2026-Q3", "台账-2026-Q3.csv", "ledger-2026-Q3.csv"),
]


@pytest.mark.parametrize(("address", "name", "plain"), FILES)
def test_a_file_has_a_name_in_the_language_of_the_reader(site: Site, address: str, name: str, plain: str) -> None:
    chinese, english = (site.visitor("auditor", each).client.get(address) for each in ("zh", "en"))
    assert chinese.status_code == english.status_code == 200
    saved = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    assert chinese.headers["content-disposition"] == saved
    assert english.headers["content-disposition"] == f'attachment; filename="{plain}"'
