/**
 * Whether a text matches a pattern with AWS's wildcards: `*` is any run of characters, also none and also with slashes,
 * `?` is exactly one. Everything else is literal.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function matchesWildcards(pattern: string, text: string): boolean {
  let at = 0;
  let back: { pattern: number; text: number } | undefined;
  let next = 0;
  while (at < text.length) {
    const char = pattern[next];
    if (char === "*") {
      back = { pattern: next, text: at };
      next += 1;
    } else if (char === "?" || char === text[at]) {
      next += 1;
      at += 1;
    } else if (back !== undefined) {
      back = { ...back, text: back.text + 1 };
      next = back.pattern + 1;
      at = back.text;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(next));
}

/**
 * A regular expression of a rule; undefined if it uses what AWS refuses (lookarounds, backreferences, …) or what
 * engines read differently, such as `[[:alpha:]]`, because AWS does not say which engine it has.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 */
export function ruleRegex(source: string): RegExp | undefined {
  if (UNCERTAIN.some((part) => part.test(source.replace(ESCAPED, "")))) return undefined;
  if ((source.match(ESCAPED) ?? []).some((pair) => !SAFE_ESCAPE.test(pair))) return undefined;
  try {
    return new RegExp(source);
  } catch {
    return undefined;
  }
}

const ESCAPED = /\\[\s\S]/g;
const SAFE_ESCAPE = /^\\(?:[dDwWsSbB]|[^A-Za-z0-9\s])$/;

const UNCERTAIN: readonly RegExp[] = [
  /\(\?(?!:)/, // lookarounds, named groups, flags
  /[*+?}]\+/, // possessive quantifiers
  /\[\^?\]/, // an empty class, or a class with a bracket
  /\[[^\]]*\[/, // POSIX and nested classes
  /&&/, // intersections
  /\{(?!\d+(?:,\d*)?\})/, // a brace that is no quantifier
];

/** Whether a regular expression matches; undefined if it matches a part of the text only, or case decides. */
export function matchesRegex(source: string, texts: readonly string[]): boolean | undefined {
  const regex = ruleRegex(source);
  const whole = ruleRegex(`^(?:${source})$`);
  if (regex === undefined || whole === undefined) return undefined;
  return agreed(texts.flatMap((text) => [regex.test(text), whole.test(text)]));
}

/** What all readings agree on; undefined if they do not. */
export function agreed(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const [first] = answers;
  return answers.every((answer) => answer === first) ? first : undefined;
}

/**
 * What a rewrite may make of a text: the first match is replaced, or every match. Undefined if that is not known; the
 * text itself if nothing matches.
 */
export function rewritten(regex: string, replace: string, text: string): readonly string[] | undefined {
  const first = ruleRegex(regex);
  if (first === undefined || !isPlainReplacement(replace)) return undefined;
  const groups = (new RegExp(`${first.source}|`).exec("")?.length ?? 1) - 1;
  if ((replace.match(/\$[1-9]/g) ?? []).some((reference) => Number(reference.slice(1)) > groups))
    return undefined;
  const fill = (...match: unknown[]): string =>
    replace.replace(/\$([1-9])/g, (_, group: string) => String(match[Number(group)] ?? ""));
  const every = new RegExp(first.source, "g");
  return [...new Set([text.replace(first, fill), text.replace(every, fill)])];
}

/** Whether a dollar sign always stands before the number of a group, one digit long. */
function isPlainReplacement(replace: string): boolean {
  return !/\$(?![1-9](?!\d))/.test(replace) && !replace.includes("\\");
}
