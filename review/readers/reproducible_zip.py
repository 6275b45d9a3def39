"""Office files without the time of writing: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile

# Stands in every archive for the time of writing.
MOMENT = (2020, 1, 1, 0, 0, 0)


def same_bytes(written: bytes) -> bytes:
    """The file's parts in order of name, without the times at which they were written."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name == "docProps/core.xml":
                start, end = data.find(b"<dcterms:modified"), data.find(b"</dcterms:modified>")
                data = data[:start] + data[end + len(b"</dcterms:modified>") :] if start >= 0 else data
            target.writestr(zipfile.ZipInfo(name, MOMENT), data, zipfile.ZIP_DEFLATED)
    return result.getvalue()
