"""The project sheet (项目表): what is submitted, every field with unit, label and example."""

from review.sheet.capacity import Capacity
from review.sheet.catalogue import FieldDescription, all_fields, all_parts, describe
from review.sheet.coal import Coal
from review.sheet.energy import Energy, EnergyItem
from review.sheet.model import SCHEMA, ProjectSheet
from review.sheet.parsing import (
    canonical_bytes,
    canonical_sheet,
    json_schema,
    parse_sheet,
    recorded_sheet,
    sheet_digest,
)
from review.sheet.products import Product
from review.sheet.voc import Offset, Voc

__all__ = [
    "SCHEMA", "Capacity", "Coal", "Energy", "EnergyItem", "FieldDescription", "Offset", "Product", "ProjectSheet", "Voc", "all_fields",
    "all_parts", "canonical_bytes", "canonical_sheet", "describe", "json_schema", "parse_sheet", "recorded_sheet", "sheet_digest",
]  # fmt: skip
