// Functions about what is not filled in.
import { divide } from "newel/expressions/arithmetic";
import { Exact, Money, equal } from "newel/expressions/values";

const isBlank = (value) => value === null || (Array.isArray(value) && !value.length);

export const BLANKS = {
  is_blank: isBlank,
  not_blank: (value) => !isBlank(value),
  coalesce: (...values) => values.find((value) => value !== null) ?? null,
  zero: (value) => value ?? new Exact(0),
  blank_if: (value, unwanted) => (equal(value, unwanted) ? null : value),
  safe_div(dividend, divisor, otherwise = new Exact(0)) {
    if (dividend === null) return null;
    const amount = dividend instanceof Money ? dividend.amount : dividend;
    const found = (divisor && divide(amount, divisor)) ?? otherwise;
    return found && dividend instanceof Money ? new Money(found, dividend.currency) : found;
  },
};
