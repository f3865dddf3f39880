// Functions on dates. Months are clamped to their last day; weeks begin on Monday; days outside the years 1 to 9999 are blank.
import { dayAt, dayIn, dayOf, momentOf, monthLength, monthsLater, numberOf, partsOf, weekdayOf } from "newel/expressions/dates";
import { Exact, wholeTime } from "newel/expressions/values";

const whole = (number) => number.trunc().toNumber();
const quarterOf = (month) => Math.ceil(month / 3);

export const DATES = {
  today: (facts) => facts.today,
  now: (facts) => momentOf(facts.now),
  date: (facts, moment) => dayIn(moment, facts.time_zone),
  datetime: momentOf,
  time: wholeTime,
  duration: (hours, minutes = new Exact(0), seconds = new Exact(0)) => hours.times(3600).plus(minutes.times(60)).plus(seconds).trunc(),
  add_days: (day, count) => dayAt(numberOf(day) + whole(count)),
  add_months: (day, count) => monthsLater(day, whole(count)),
  add_years: (day, count) => monthsLater(day, whole(count) * 12),
  days_between: (start, end) => new Exact(numberOf(end) - numberOf(start)),
  start_of: startOf,
  end_of: endOf,
  year: (day) => new Exact(partsOf(day)[0]),
  quarter: (day) => new Exact(quarterOf(partsOf(day)[1])),
  month: (day) => new Exact(partsOf(day)[1]),
  day: (day) => new Exact(partsOf(day)[2]),
  weekday: (day) => new Exact(weekdayOf(day)),
};

function startOf(day, unit) {
  const [year, month] = partsOf(day);
  if (unit === "week") return dayAt(numberOf(day) - weekdayOf(day) + 1);
  return dayOf(year, { month, quarter: quarterOf(month) * 3 - 2, year: 1 }[unit], 1);
}

function endOf(day, unit) {
  const [year, month] = partsOf(day);
  if (unit === "week") return dayAt(numberOf(day) - weekdayOf(day) + 7);
  const last = { month, quarter: quarterOf(month) * 3, year: 12 }[unit];
  return dayOf(year, last, monthLength(year, last));
}
