// Functions on texts.
import { lengthOf, lower, trimmed, upper } from "newel/expressions/texts";
import { Exact } from "newel/expressions/values";

export const TEXTS = {
  contains: (text, part) => text.includes(part),
  icontains: (text, part) => lower(text).includes(lower(part)),
  ieq: (text, other) => lower(text) === lower(other),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
  lower,
  upper,
  trim: trimmed,
  len: (text) => new Exact(lengthOf(text)),
  concat: (...texts) => texts.join(""),
};
