// A day is a text, 2026-11-21, and a moment is one in UTC, 2026-11-21T08:00:00.000000Z. The calendar is reckoned here, by number
// of the day (1 is January 1 of the year 1); the browser's own dates know no plain days.
export const LAST_DAY = 3_652_059; // December 31, 9999
const SECONDS = 86_400;
const UNIX_DAY = 719_163; // January 1, 1970

const padded = (number, width) => String(number).padStart(width, "0");
const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysBeforeYear = (year) => 365 * (year - 1) + Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400);
const BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** How many days the month has. */
export const monthLength = (year, month) => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);

/** [year, month, day] of a day. */
export const partsOf = (day) => day.split("-").map(Number);

export const dayOf = (year, month, day) => `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;

/** The number of a day. */
export function numberOf(day) {
  const [year, month, at] = partsOf(day);
  return daysBeforeYear(year) + BEFORE_MONTH[month - 1] + (month > 2 && isLeap(year) ? 1 : 0) + at;
}

/** The day with a number; blank outside the years 1 to 9999. */
export function dayAt(number) {
  if (!(number >= 1 && number <= LAST_DAY)) return null;
  let year = Math.floor((number - 1) / 365.2425) + 1;
  if (daysBeforeYear(year) >= number) year -= 1;
  else if (daysBeforeYear(year + 1) < number) year += 1;
  let rest = number - daysBeforeYear(year);
  let month = 1;
  while (rest > monthLength(year, month)) rest -= monthLength(year, month++);
  return dayOf(year, month, rest);
}

/** 1 for Monday to 7 for Sunday. */
export const weekdayOf = (day) => ((numberOf(day) + 6) % 7) + 1;

/** The same day so many months later, or the month's last; blank outside the years 1 to 9999. */
export function monthsLater(day, count) {
  const [year, month, at] = partsOf(day);
  const months = year * 12 + month - 1 + count;
  if (!(months >= 12 && months <= 9999 * 12 + 11)) return null;
  const [there, then] = [Math.floor(months / 12), (months % 12) + 1];
  return dayOf(there, then, Math.min(at, monthLength(there, then)));
}

const MOMENT = /^(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d{1,6})\d*)?)?)?)(Z|z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)$/;

/** The moment that an ISO text with an offset says, in UTC; blank where it says none. */
export function momentOf(text) {
  const found = MOMENT.exec(text);
  if (!found) return null;
  const [, year, month, day, hour, minute = "0", second = "0", fraction = "", offset] = found;
  if (+month < 1 || +month > 12 || +day < 1 || +day > monthLength(+year, +month) || +hour > 23 || +minute > 59 || +second > 59) return null;
  const seconds = +hour * 3600 + +minute * 60 + +second - offsetOf(offset);
  return momentAt(numberOf(dayOf(+year, +month, +day)) * SECONDS + seconds, +fraction.padEnd(6, "0"));
}

function offsetOf(text) {
  if (/z/i.test(text)) return 0;
  const [hour, minute = 0, second = 0] = text.slice(1).match(/\d\d/g).map(Number);
  return (text[0] === "-" ? -1 : 1) * (hour * 3600 + minute * 60 + second);
}

/** The moment so many seconds (and millionths of one) after the day number 0 began; blank outside the years 1 to 9999. */
export function momentAt(seconds, micros = 0) {
  const day = dayAt(Math.floor(seconds / SECONDS));
  const rest = ((seconds % SECONDS) + SECONDS) % SECONDS;
  const time = [rest / 3600, (rest % 3600) / 60, rest % 60].map((part) => padded(Math.floor(part), 2)).join(":");
  return day === null ? null : `${day}T${time}.${padded(micros, 6)}Z`;
}

/** [seconds since the day number 0 began, millionths of a second beyond] of a moment. */
export function secondsOf(moment) {
  const [hour, minute, second] = moment.slice(11, 19).split(":").map(Number);
  return [numberOf(moment.slice(0, 10)) * SECONDS + hour * 3600 + minute * 60 + second, Number(moment.slice(20, 26))];
}

/** What the clocks of a time zone show at a moment: {year, month, day, hour, minute, second}; blank outside the years 1 to 9999. */
export function clockOf(moment, zone) {
  const [seconds] = secondsOf(moment);
  const shown = {};
  for (const { type, value } of formatIn(zone).formatToParts((seconds - UNIX_DAY * SECONDS) * 1000)) shown[type] = value;
  const [year, month, day, hour, minute, second] = ["year", "month", "day", "hour", "minute", "second"].map((part) => Number(shown[part]));
  return shown.era.startsWith("A") && year <= 9999 ? { year, month, day, hour, minute, second } : null;
}

/** The day of a moment on the clocks of a time zone. */
export function dayIn(moment, zone) {
  const shown = clockOf(moment, zone);
  return shown && dayOf(shown.year, shown.month, shown.day);
}

const formats = new Map();

function formatIn(zone) {
  if (!formats.has(zone)) {
    const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    formats.set(zone, new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", { timeZone: zone, era: "short", hourCycle: "h23", ...numeric }));
  }
  return formats.get(zone);
}
