// Texts are read in characters (code points), never in the halves of which the browser makes some of them. Letters fold one by
// one, as everywhere in Newel: ß stays ß, İ becomes i.
export const WHITE_SPACE = " \\t\\n\\r\\f\\v\\xa0\\u3000";
const ENDS = new RegExp(`^[${WHITE_SPACE}]+|[${WHITE_SPACE}]+$`, "g");

export const charactersOf = (text) => [...text];

export function lengthOf(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export const trimmed = (text) => text.replace(ENDS, "");

/** Small letters; each character gives one character. */
export const lower = (text) => text.replace(/İ/g, "i").replace(/Σ/g, "σ").toLowerCase();

/** Capitals; each character gives one character. */
export const upper = (text) => charactersOf(text).map(capital).join("");

/** The capital of a character; where it would be two, the form that begins a word, and the character itself where that is two. */
function capital(character) {
  const found = character.toUpperCase();
  return lengthOf(found) === 1 ? found : (WORD_BEGINNINGS.get(character) ?? character);
}

// Greek letters with iota beneath: capitals would be two letters, at the beginning of a word they are one.
const WORD_BEGINNINGS = new Map([["ᾳ", "ᾼ"], ["ῃ", "ῌ"], ["ῳ", "ῼ"]]);
for (const first of [0x1f80, 0x1f90, 0x1fa0]) {
  for (let at = 0; at < 8; at++) WORD_BEGINNINGS.set(String.fromCodePoint(first + at), String.fromCodePoint(first + at + 8));
}
