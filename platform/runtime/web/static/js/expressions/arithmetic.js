// Exact arithmetic on numbers, money and durations; a blank on either side gives blank.
// Results are exact, save that division rounds half away from zero to 10 places.
import { Decimal } from "decimal.js";
import { kept } from "newel/expressions/bounds";
import { Exact, Money } from "newel/expressions/values";

const PLACES = 10; // of a quotient
const Truncated = Decimal.clone({ rounding: Decimal.ROUND_DOWN, toExpNeg: -9e15, toExpPos: 9e15, defaults: true });

export const add = (left, right) => left.plus(right);
export const subtract = (left, right) => left.minus(right);
export const multiply = (left, right) => left.times(right);

/** The quotient to 10 places, half away from zero; blank where the divisor is 0. */
export function divide(left, right) {
  if (right.isZero()) return null;
  // What is cut off lies beyond the place that decides, so rounding what is left is right.
  Truncated.precision = Math.max(1, left.e - right.e + PLACES + 3);
  return rounded(new Exact(Truncated.div(left, right)), PLACES);
}

export function floorDivide(left, right) {
  return right.isZero() ? null : left.minus(modulo(left, right)).divToInt(right);
}

/** What is left after floor division; it has the sign of the divisor. */
export function modulo(left, right) {
  if (right.isZero()) return null;
  const rest = left.mod(right);
  return !rest.isZero() && rest.isNegative() !== right.isNegative() ? rest.plus(right) : rest;
}

/** Half away from zero, to `places` decimals; negative places round to tens, hundreds... */
export function rounded(number, places = 0) {
  if (places >= 0) return number.toDecimalPlaces(places, Decimal.ROUND_HALF_UP);
  return number.times(`1e${places}`).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).times(`1e${-places}`);
}

/** What an operator does with values of two kinds that are not blank. */
export const OPERATIONS = {
  "number+number": add,
  "number-number": subtract,
  "number*number": multiply,
  "number/number": divide,
  "number//number": floorDivide,
  "number%number": modulo,
  "money+money": ofMoney(add),
  "money-money": ofMoney(subtract),
  "money/money": (left, right) => (left.currency === right.currency ? divide(left.amount, right.amount) : null),
  "money*number": (money, number) => new Money(multiply(money.amount, number), money.currency),
  "number*money": (number, money) => new Money(multiply(money.amount, number), money.currency),
  "money/number": (money, number) => (number.isZero() ? null : new Money(divide(money.amount, number), money.currency)),
  "duration+duration": add,
  "duration-duration": subtract,
  "duration/duration": divide,
  "duration*number": inSeconds(multiply),
  "number*duration": inSeconds(multiply),
  "duration/number": inSeconds(divide),
};

/** Money with money: blank where the currencies differ. */
function ofMoney(operate) {
  return (left, right) => (left.currency === right.currency ? new Money(operate(left.amount, right.amount), left.currency) : null);
}

/** Durations are whole seconds. */
function inSeconds(operate) {
  return (left, right) => {
    const result = operate(left, right);
    return result === null ? null : rounded(result);
  };
}

/** Texts one after the other; a blank adds nothing. */
export const joined = (left, right) => kept((left ?? "") + (right ?? ""));

/** A number, duration or amount with the other sign. */
export function negative(value) {
  return value instanceof Money ? new Money(value.amount.neg(), value.currency) : value.neg();
}

/** The same done to a number, or to the amount of money. */
export function onAmount(value, operate) {
  return value instanceof Money ? new Money(operate(value.amount), value.currency) : operate(value);
}
