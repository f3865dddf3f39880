// Functions that choose, and that put several answers together.
import { Exact, equal } from "newel/expressions/values";

export const LOGIC = {
  case(value, ...rest) {
    for (let at = 0; at < rest.length - 1; at += 2) if (equal(value, rest[at])) return rest[at + 1];
    return rest.at(-1);
  },
  all_of: (...answers) => answers.every(Boolean),
  any_of: (...answers) => answers.some(Boolean),
  count_true: (...answers) => new Exact(answers.filter(Boolean).length),
};
