"""Holds samples against the Model: fields, options, references, lists and recipes. Every fault at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from newel.metadata.model import Model
from newel.metadata.problems import Problems
from newel.metadata.reading import Branch
from newel.metadata.samples.checking import Check
from newel.metadata.samples.looking import SIGN_IN
from newel.metadata.samples.stock import PLACEHOLDER, Stock, list_columns, stock_of

__all__ = ["PLACEHOLDER", "SIGN_IN", "Stock", "check_samples", "list_columns", "stock_of"]


def check_samples(model: Model, documents: Mapping[str, Branch]) -> Problems:
    """Every fault of every sample of the model. `documents` holds them as they were read, by name: they know their places."""
    problems = Problems()
    as_read = {name: replace(sample, body=documents.get(name, sample.body)) for name, sample in model.samples.items()}
    stock = stock_of(as_read, problems)
    for sample in as_read.values():
        Check(model, stock, sample, model.objects[sample.object], problems).run()
    return problems
