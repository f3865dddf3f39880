"""The kinds of field that a solution may declare, one file each, and the registry that lists them."""

from newel.metadata.field_types.base import Column, FieldType, Locale, ValueProblem
from newel.metadata.field_types.registry import REGISTRY, declared, type_of

__all__ = ["REGISTRY", "Column", "FieldType", "Locale", "ValueProblem", "declared", "type_of"]
