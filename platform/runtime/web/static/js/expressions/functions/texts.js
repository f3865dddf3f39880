// Functions on texts. Characters are counted from 1; a count that is not whole is cut off.
import { charactersOf, lengthOf, lower, trimmed, upper } from "newel/expressions/texts";
import { Exact } from "newel/expressions/values";

const LONGEST_RESULT = 1_000_000; // characters: a function that would give a longer text gives a blank
const HIDDEN = "*";

const whole = (number) => number.trunc().toNumber();

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
  join: (separator, ...parts) => parts.flat().filter(Boolean).join(separator ?? ""),
  left: (text, count) => charactersOf(text).slice(0, Math.max(whole(count), 0)).join(""),
  right: (text, count) => (whole(count) > 0 ? charactersOf(text).slice(-whole(count)).join("") : null),
  mid(text, start, count) {
    const first = whole(start) - 1;
    if (first < 0) return null;
    return charactersOf(text).slice(first, count === undefined ? undefined : first + Math.max(whole(count), 0)).join("");
  },
  find: (text, part) => new Exact(text.includes(part) ? lengthOf(text.slice(0, text.indexOf(part))) + 1 : 0),
  replace(text, part, other) {
    if (text === null || part === null || lengthOf(text) * lengthOf(other ?? "") > LONGEST_RESULT) return null;
    return text.replaceAll(part, () => other ?? "");
  },
  pad_left: (text, length, fill) => fill.repeat(Math.max(whole(length) - lengthOf(text), 0)) + text,
  mask(text, first, last) {
    const characters = charactersOf(text);
    const [start, end] = [whole(first), characters.length - whole(last)];
    if (end <= start) return HIDDEN.repeat(characters.length);
    return characters.map((each, at) => (at < start || at >= end ? each : HIDDEN)).join("");
  },
  digits: (text) => text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)).replace(/[^0-9]/g, ""),
};
