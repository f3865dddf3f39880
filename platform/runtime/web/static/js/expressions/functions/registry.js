// What an expression may call, by the name that its entry in the registry (platform/rules/functions) gives its twin here.
import { BLANKS } from "newel/expressions/functions/blanks";
import { DATES } from "newel/expressions/functions/dates";
import { LISTS } from "newel/expressions/functions/lists";
import { MONEY } from "newel/expressions/functions/money";
import { NUMBERS } from "newel/expressions/functions/numbers";
import { PEOPLE } from "newel/expressions/functions/people";
import { TEXTS } from "newel/expressions/functions/texts";

export const FUNCTIONS = { ...BLANKS, ...NUMBERS, ...MONEY, ...TEXTS, ...DATES, ...LISTS, ...PEOPLE };
