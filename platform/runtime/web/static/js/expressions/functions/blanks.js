// Functions about what is not filled in.
import { Exact } from "newel/expressions/values";

const isBlank = (value) => value === null || (Array.isArray(value) && !value.length);

export const BLANKS = {
  is_blank: isBlank,
  not_blank: (value) => !isBlank(value),
  coalesce: (...values) => values.find((value) => value !== null) ?? null,
  zero: (value) => value ?? new Exact(0),
};
