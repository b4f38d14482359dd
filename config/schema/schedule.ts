/**
 * Whether EventBridge takes it as a rule's schedule.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function isSchedule(text: string): boolean {
  const [, kind, body = ""] = /^(rate|cron)\((.*)\)$/.exec(text) ?? [];
  if (kind === "rate") return isRate(body);
  return kind === "cron" && isCron(body.split(" "));
}

/** One minute, but two minutes. */
function isRate(body: string): boolean {
  const [, count, unit, plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(body) ?? [];
  return unit !== undefined && (count === "1") === (plural === "");
}

interface Field {
  readonly first: number;
  readonly last: number;
  /** Names for the numbers from `first` on. */
  readonly names?: readonly string[];
  /** What else one value may be. */
  readonly special?: RegExp;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: readonly Field[] = [
  { first: 0, last: 59 },
  { first: 0, last: 23 },
  { first: 1, last: 31, special: /^(L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { first: 1, last: 12, names: MONTHS },
  { first: 1, last: 7, names: DAYS, special: /^(L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$/ },
  { first: 1970, last: 2199 },
];
const DAY_OF_MONTH = 2;
const DAY_OF_WEEK = 4;

function isCron(parts: readonly string[]): boolean {
  if (parts.length !== FIELDS.length) return false;
  // A day is said in one of the two fields, and the other is a question mark.
  if ((parts[DAY_OF_MONTH] === "?") === (parts[DAY_OF_WEEK] === "?")) return false;
  return FIELDS.every((field, index) => {
    const part = parts[index] ?? "";
    if (part === "?") return index === DAY_OF_MONTH || index === DAY_OF_WEEK;
    if (part.includes("#") && part.includes(",")) return false; // one such day at most
    return part.split(",").every((item) => isItem(item, field));
  });
}

/** `*`, a value, a range, or one of them with an increment. */
function isItem(item: string, field: Field): boolean {
  if (field.special?.test(item)) return true;
  const [, range = "", step] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(item) ?? [];
  if (range === "" || (step !== undefined && Number(step) > field.last)) return false;
  if (range === "*") return true;
  const ends = range.split("-").map((value) => numberIn(value, field));
  const [from, to = from] = ends;
  return from !== undefined && to !== undefined && ends.length <= 2 && from <= to;
}

function numberIn(text: string, { first, last, names = [] }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? first + named : /^\d{1,4}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= first && value <= last ? value : undefined;
}
