// What expressions compute with. A blank is null; numbers and durations are exact decimals; money has a class of its own;
// days, times and moments are texts that sort as they should; choices are keys, references are ids, lists hold texts.
import { Decimal } from "decimal.js";
import { momentOf } from "newel/expressions/dates";

/** Decimals that never round by themselves: digits enough for any product that one expression can make. */
export const Exact = Decimal.clone({ precision: 40_000, rounding: Decimal.ROUND_HALF_UP, toExpNeg: -9e15, toExpPos: 9e15, defaults: true });

/** Whom `user` means where nobody acts: never blank, and nobody's id. */
export const NOBODY = "00000000-0000-0000-0000-000000000000";

/** An amount in one currency. */
export class Money {
  constructor(amount, currency) {
    this.amount = amount;
    this.currency = currency;
  }
}

/** A value in JSON as expressions see it; a text, number or time that can't be one is blank. */
export function valueOf(kind, json) {
  if (kind === "boolean") return json === true;
  if (json === null || json === undefined || json === "") return null;
  const read = READERS[kind];
  return read ? read(json) : json;
}

const READERS = {
  number: (json) => new Exact(json),
  duration: (json) => new Exact(json),
  money: (json) => new Money(new Exact(json.amount), json.currency),
  datetime: momentOf,
  time: (json) => wholeTime(json),
  text: (json) => String(json),
  list: (json) => [...json],
};

/** A value as JSON holds it: decimals are text without an exponent. */
export function asJson(value) {
  if (value instanceof Decimal) return plain(value);
  if (value instanceof Money) return { amount: plain(value.amount), currency: value.currency };
  return value ?? null;
}

/** A decimal written out in full. */
export const plain = (number) => (number.isZero() ? "0" : number.toFixed());

/** A time of day with all its parts, so that times sort as texts. */
export function wholeTime(text) {
  const [hour, minute, second = "00"] = text.split(":");
  const [whole, fraction = ""] = second.split(".");
  return `${hour}:${minute}:${whole}.${fraction.padEnd(6, "0")}`;
}

/** Whether two values are the same; a blank is the same as a blank only. Beside a number, the amount of money counts. */
export function equal(left, right) {
  if (left === null || right === null) return left === right;
  if (left instanceof Money && right instanceof Money) return left.currency === right.currency && left.amount.eq(right.amount);
  const [first, second] = [amountOf(left), amountOf(right)];
  if (first instanceof Decimal && second instanceof Decimal) return first.eq(second);
  if (Array.isArray(first) && Array.isArray(second)) return first.length === second.length && first.every((each, at) => each === second[at]);
  return first === second;
}

/** Below 0, 0, above 0 as the first value is less, equal, greater; undefined where the two have no order. */
export function order(left, right) {
  if (left === null || right === null) return undefined;
  if (left instanceof Money && right instanceof Money && left.currency !== right.currency) return undefined;
  const [first, second] = [amountOf(left), amountOf(right)];
  if (first instanceof Decimal) return first.cmp(second);
  return first < second ? -1 : first > second ? 1 : 0;
}

const amountOf = (value) => (value instanceof Money ? value.amount : value);
