// What keeps a rule from running away: a limit to its size, to the steps that it takes, to the texts that it makes.

/** A rule could not be computed: a path that was not loaded, a text that grew without bounds. */
export class RuleFailed extends Error {}

export const MOST_NODES = 600; // a little more than an expression may have
export const DEEPEST = 100;
export const MOST_STEPS = 200_000; // calls and lines that one evaluation may go through
const LONGEST = 5_000_000;

/** Counts one step of an evaluation. */
export function spend(at) {
  at.budget.steps -= 1;
  if (at.budget.steps < 0) throw new RuleFailed("the rule takes too long");
}

/** The text, if it is not too long to go on with; an empty one is blank. */
export function kept(text) {
  if (text !== null && text.length > LONGEST) throw new RuleFailed("a text grows beyond all bounds");
  return text || null;
}
