// Functions on lists: multi-choice fields, tags, and lists written in square brackets.
import { Exact } from "newel/expressions/values";

export const LISTS = {
  has: (values, value) => values.includes(value),
  has_any: (values, wanted) => wanted.some((each) => values.includes(each)),
  has_all: (values, wanted) => wanted.every((each) => values.includes(each)),
  size: (values) => new Exact(values?.length ?? 0),
};
