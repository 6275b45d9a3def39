"""The letters of columns, and that reading a sheet does not load the library that opens workbooks."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from review.readers.cell_names import column_letter
from tests.commands import ROOT


@given(st.integers(1, 16_384))
def test_a_column_is_called_as_spreadsheets_call_it(number: int) -> None:
    assert column_letter(number) == get_column_letter(number)


def test_what_is_no_workbook_is_read_without_the_library_of_workbooks() -> None:
    script = (
        "import sys, review.readers.workbook_opening, review.readers.workbook_content, review.readers.past_decisions; "
        'from review import read_sheet; read_sheet(b\'{"project": {"name": "x"}}\', \'json\'); '
        "sys.exit(any(each.split('.')[0] in ('openpyxl', 'lxml', 'numpy', 'PIL') for each in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
