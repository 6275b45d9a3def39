"""Contents of editions that earlier versions of the product came with (随程序发布的版本), by name: those of this version stand in `rulesets/`.

Whoever changes the content of an edition that was shipped adds its digest of before.
"""

from __future__ import annotations

from collections.abc import Mapping

SHIPPED: Mapping[str, tuple[str, ...]] = {
    "fuqing@2022": ("sha256:ca039cb7ca27ceb21f083a04f6a72cc09c4691863f28358dd85c4b680e6146f7",),
    "fuqing@2023": ("sha256:ada6209c9861df1ff3cccbe32a0b71c3adb9c86e74eda11948afce40db6df69c",),
}
