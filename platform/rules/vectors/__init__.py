"""Vectors: cases of one expression, one record and one context each, with the value that every engine must give."""
