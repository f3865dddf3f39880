// Functions on numbers.
import { onAmount, rounded } from "newel/expressions/arithmetic";
import { WHITE_SPACE } from "newel/expressions/texts";
import { Exact, Money, order } from "newel/expressions/values";

const WRITTEN = new RegExp(`^[${WHITE_SPACE}]*([+-]?[0-9]{1,38}(?:\\.[0-9]{1,38})?)[${WHITE_SPACE}]*$`);

export const NUMBERS = {
  round: (value, places) => onAmount(value, (number) => rounded(number, places?.toNumber() ?? 0)),
  floor: (number) => number.floor(),
  ceil: (number) => number.ceil(),
  abs: (value) => onAmount(value, (number) => number.abs()),
  min: (...values) => extreme(values, -1),
  max: (...values) => extreme(values, 1),
  number(text) {
    const found = WRITTEN.exec(text);
    return found && new Exact(found[1]);
  },
};

/** The first of the least (or greatest) values; blanks are passed over, and several currencies have no least and no greatest. */
export function extreme(values, sign) {
  const filled = values.filter((value) => value !== null);
  if (filled[0] instanceof Money && filled.some((each) => each.currency !== filled[0].currency)) return null;
  return filled.reduce((best, each) => (best === null || order(each, best) * sign > 0 ? each : best), null);
}
