"""openpyxl for untrusted workbooks: defusedxml reads the XML, pictures are left out. Imported only where workbooks are opened."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Packages that openpyxl uses where it finds them, not to be found: what it reads here does not depend on what is installed."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with _without("lxml", "numpy", "PIL"):
    from openpyxl import load_workbook
    from openpyxl.worksheet.cell_range import CellRange

__all__ = ["CellRange", "load_workbook"]
