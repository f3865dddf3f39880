// Functions on numbers.
import { divide, floorDivide, onAmount, rounded } from "newel/expressions/arithmetic";
import { WHITE_SPACE } from "newel/expressions/texts";
import { Exact, Money, order } from "newel/expressions/values";

const WRITTEN = new RegExp(`^[${WHITE_SPACE}]*([+-]?[0-9]{1,38}(?:\\.[0-9]{1,38})?)[${WHITE_SPACE}]*$`);
const amountOf = (value) => (value instanceof Money ? value.amount : value);
const least = (...values) => extreme(values, -1);
const greatest = (...values) => extreme(values, 1);

export const NUMBERS = {
  round: (value, places) => onAmount(value, (number) => rounded(number, places?.toNumber() ?? 0)),
  floor: (value) => onAmount(value, (number) => number.floor()),
  ceil: (value) => onAmount(value, (number) => number.ceil()),
  trunc: (value) => onAmount(value, (number) => number.trunc()),
  abs: (value) => onAmount(value, (number) => number.abs()),
  sign: (value) => new Exact(amountOf(value).cmp(0)),
  round_to: (value, step) => (step.isZero() ? null : onAmount(value, (number) => nearest(number, step.abs()))),
  min: least,
  max: greatest,
  clamp(value, low, high) {
    const above = greatest(value, low);
    return above && least(above, high);
  },
  percent(part, whole) {
    if (part instanceof Money && whole instanceof Money && part.currency !== whole.currency) return null;
    return divide(amountOf(part).times(100), amountOf(whole));
  },
  number(text) {
    const found = WRITTEN.exec(text);
    return found && new Exact(found[1]);
  },
};

/** The multiple of `width` that is nearest, half away from zero. */
function nearest(number, width) {
  const steps = floorDivide(number.abs().times(2).plus(width), width.times(2));
  return steps.times(width).times(number.cmp(0));
}

/** The first of the least (or greatest) values; blanks are passed over, and several currencies have no least and no greatest. */
export function extreme(values, sign) {
  const filled = values.filter((value) => value !== null);
  if (filled[0] instanceof Money && filled.some((each) => each.currency !== filled[0].currency)) return null;
  return filled.reduce((best, each) => (best === null || order(each, best) * sign > 0 ? each : best), null);
}
