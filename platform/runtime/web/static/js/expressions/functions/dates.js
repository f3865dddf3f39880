// Functions that make days and moments, and take them apart.
import { divide, rounded } from "newel/expressions/arithmetic";
import { clockOf, dayIn, dayOf, momentAt, momentOf, monthLength, numberOf, partsOf, secondsOf, weekdayOf } from "newel/expressions/dates";
import { dayOfText } from "newel/expressions/functions/writing";
import { trimmed } from "newel/expressions/texts";
import { Exact, wholeTime } from "newel/expressions/values";

const MOST_SECONDS = 10 ** 12; // more than all years have
const whole = (number) => number.trunc().toNumber();

/** The hour or minute of a time of day, or of a moment on the clocks of who asks. */
function clockPart(name, at) {
  return (facts, value) => {
    const found = value.includes("T") ? clockOf(value, facts.time_zone)?.[name] : Number(value.split(":")[at]);
    return found === undefined ? null : new Exact(found);
  };
}

export const DATES = {
  today: (facts) => facts.today,
  now: (facts) => momentOf(facts.now),
  date: (facts, moment, month, day) => (typeof moment === "string" ? dayIn(moment, facts.time_zone) : calendarDay(whole(moment), whole(month), whole(day))),
  to_date: (facts, text, form) => dayOfText(trimmed(text), form),
  datetime: momentOf,
  time: wholeTime,
  duration: (hours, minutes = new Exact(0), seconds = new Exact(0)) => hours.times(3600).plus(minutes.times(60)).plus(seconds).trunc(),
  year: (day) => new Exact(partsOf(day)[0]),
  quarter: (day) => new Exact(Math.ceil(partsOf(day)[1] / 3)),
  month: (day) => new Exact(partsOf(day)[1]),
  day: (day) => new Exact(partsOf(day)[2]),
  weekday: (day) => new Exact(weekdayOf(day)),
  iso_week: (day) => new Exact(weekOf(day)),
  hour: clockPart("hour", 0),
  minute: clockPart("minute", 1),
  add_hours(moment, count) {
    const seconds = whole(rounded(count.times(3600)));
    if (!(Math.abs(seconds) <= MOST_SECONDS)) return null;
    const [start, micros] = secondsOf(moment);
    return momentAt(start + seconds, micros);
  },
  hours_between(start, end) {
    const [[from, fromMicros], [to, toMicros]] = [secondsOf(start), secondsOf(end)];
    return divide(new Exact(to - from).times(1_000_000).plus(toMicros - fromMicros), new Exact(3_600_000_000));
  },
};

function calendarDay(year, month, day) {
  const known = year >= 1 && year <= 9999 && month >= 1 && month <= 12;
  return known && day >= 1 && day <= monthLength(year, month) ? dayOf(year, month, day) : null;
}

/** The number of the week, 1 to 53; the week's Thursday says in which year it counts. */
function weekOf(day) {
  const thursday = numberOf(day) - weekdayOf(day) + 4;
  const year = partsOf(day)[0];
  const firstDays = [year + 1, year, year - 1].map((each) => firstOf(each));
  return Math.floor((thursday - firstDays.find((first) => first <= thursday)) / 7) + 1;
}

/** The number of January 1 of a year, also of the years just outside the calendar. */
const firstOf = (year) => (year < 1 ? -365 : year > 9999 ? numberOf("9999-12-31") + 1 : numberOf(dayOf(year, 1, 1)));
