import { addressesOf, share } from "../../aws/address-sets.js";
import { parseCidr } from "../../aws/cidr.js";
import type { Key, Listener, ListenerRule, RuleCondition } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { agreed, matchesRegex, matchesWildcards, rewritten } from "./patterns.js";
import {
  hostReadings,
  inAllReadings,
  type LoadBalancerRequest,
  type Reading,
  readingsOf,
  unique,
} from "./readings.js";
import { refusalsOf } from "./refusals.js";

/** What a load balancer does with a request. */
export interface RoutingDecision {
  /** The rule that matches; undefined if the request is refused before any rule. */
  readonly rule: ListenerRule | undefined;
  readonly action: MaybeUnknown<"forward" | "redirect" | "fixed-response" | "refuse">;
  /** The target groups that may get the request. */
  readonly target: readonly MaybeUnknown<Key>[];
  /** The Host header that a target gets. */
  readonly host: MaybeUnknown<string>;
  /** The path and query string that a target gets. */
  readonly path: MaybeUnknown<string>;
  /** The status that the load balancer answers by itself; undefined if a target answers. */
  readonly status: MaybeUnknown<number> | undefined;
  /** Where a redirect leads. */
  readonly location: MaybeUnknown<string> | undefined;
}

/** What is known about a load balancer's decision. */
export interface Ruling {
  /** Undefined: one of `possible`, and it is not known which. */
  readonly decision: RoutingDecision | undefined;
  readonly possible: readonly RoutingDecision[];
}

/**
 * What an Application Load Balancer does with a request: its rules by priority, the default rule last, then the
 * transforms of the rule that matches. What AWS does not document, such as how it normalizes a path, is decided in every
 * way that it may be; if the ways differ, `decision` is undefined.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
 */
export function decide(
  listener: Pick<Listener, "rules" | "port" | "protocol">,
  request: LoadBalancerRequest,
): Ruling {
  const refusals = refusalsOf(request);
  const refused = refusals.map(({ status }) => refusal(request, status));
  const isRefused = refusals.some(({ isCertain }) => isCertain);
  const answered = isRefused
    ? []
    : readingsOf(request).flatMap((reading) => byRules(listener, request, reading));
  const possible = distinct([...refused, ...answered]);
  return { decision: possible.length === 1 ? possible[0] : undefined, possible };
}

function refusal({ path }: LoadBalancerRequest, status: number): RoutingDecision {
  return { rule: undefined, action: "refuse", target: [], host: "", path, status, location: undefined };
}

function distinct(decisions: readonly RoutingDecision[]): RoutingDecision[] {
  const keyOf = ({ rule, action, host, path, status, location }: RoutingDecision) =>
    [rule?.ref.urn, action, host, path, status, location].map(String).join("\n");
  return [...new Map(decisions.map((decision) => [keyOf(decision), decision])).values()];
}

/** The decisions that the rules may come to, for one reading of the request. */
function byRules(
  listener: Pick<Listener, "rules" | "port" | "protocol">,
  request: LoadBalancerRequest,
  reading: Reading,
): RoutingDecision[] {
  const { rules } = listener;
  const ordered = rules.filter(({ priority }) => priority === undefined || isKnown(priority));
  const anywhere = rules
    .filter(({ priority }) => priority === UNKNOWN)
    .map((rule) => ({ rule, matches: matchesRule(rule, request, reading) }))
    .filter(({ matches }) => matches !== false);
  const found = anywhere.flatMap(({ rule }) => perform(listener, rule, request, reading));
  const isTaken = anywhere.some(({ matches }) => matches === true);
  for (const rule of ordered) {
    // The default rule is the last of all, also of those whose priority is not known.
    if (rule.priority === undefined && isTaken) break;
    const matches = matchesRule(rule, request, reading);
    if (matches !== false) found.push(...perform(listener, rule, request, reading));
    if (matches === true) break;
  }
  return found;
}

/** Whether every condition of a rule matches; undefined if that is not known. */
export function matchesRule(
  { conditions }: ListenerRule,
  request: LoadBalancerRequest,
  reading: Reading,
): boolean | undefined {
  const answers = conditions.map((condition) =>
    isKnown(condition) ? matchesCondition(condition, request, reading) : undefined,
  );
  if (answers.includes(false)) return false;
  return answers.includes(undefined) ? undefined : true;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
function matchesCondition(
  condition: RuleCondition,
  request: LoadBalancerRequest,
  { host, path, query }: Reading,
): boolean | undefined {
  switch (condition.kind) {
    case "path-pattern":
      return any([
        ...condition.values.map((value) => known(value, (pattern) => matchesWildcards(pattern, path))),
        ...condition.regexValues.map((value) => known(value, (regex) => matchesRegex(regex, [path]))),
      ]);
    case "host-header": {
      const hosts = hostReadings(host);
      return any([
        ...condition.values.map((value) => known(value, (pattern) => matchesHost(pattern, hosts))),
        ...condition.regexValues.map((value) => known(value, (regex) => matchesRegex(regex, hosts))),
      ]);
    }
    case "http-header":
      return matchesHeader(condition, request);
    case "http-request-method":
      return any(condition.values.map((value) => known(value, (method) => method === request.method)));
    case "query-string":
      return any(
        condition.pairs.map((pair) => known(pair, ({ key, value }) => matchesQuery(key, value, query ?? ""))),
      );
    case "source-ip":
      return any(condition.values.map((value) => known(value, (block) => isFrom(block, request.source))));
  }
}

function known<T>(value: MaybeUnknown<T>, ask: (value: T) => boolean | undefined): boolean | undefined {
  return isKnown(value) ? ask(value) : undefined;
}

function any(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

/** Names of hosts have no case. Whether the port counts AWS does not say. */
function matchesHost(pattern: string, hosts: readonly string[]): boolean | undefined {
  const lower = unique(hosts.map((host) => host.toLowerCase()));
  return inAllReadings(lower, (host) => matchesWildcards(pattern.toLowerCase(), host));
}

/** Neither the name nor the value has a case. Of several headers of one name, one has to match. */
function matchesHeader(
  { header, values, regexValues }: Extract<RuleCondition, { kind: "http-header" }>,
  { headers }: LoadBalancerRequest,
): boolean | undefined {
  if (!isKnown(header)) return undefined;
  const found = headers.filter(([name]) => name.trim().toLowerCase() === header.toLowerCase());
  const matches = any(
    found.flatMap(([, own]) => {
      const text = own.trim();
      return [
        ...values.map((value) =>
          known(value, (pattern) => matchesWildcards(pattern.toLowerCase(), text.toLowerCase())),
        ),
        ...regexValues.map((value) =>
          known(value, (regex) => matchesRegex(regex, [text, text.toLowerCase()])),
        ),
      ];
    }),
  );
  // A header whose name has other characters is dropped if the load balancer says so (dropInvalidHeaderFields).
  return matches === true && !/^[-A-Za-z0-9]+$/.test(header) ? undefined : matches;
}

/**
 * The comparison has no case, and `\` takes the meaning from a wildcard. Whether AWS decodes percent-encodings first it
 * does not say.
 */
function matchesQuery(
  key: MaybeUnknown<string> | undefined,
  value: MaybeUnknown<string>,
  query: string,
): boolean | undefined {
  if (key === UNKNOWN || !isKnown(value)) return undefined;
  const escaped = value.includes("\\") || key?.includes("\\") === true;
  if (escaped) return undefined;
  const same = (pattern: string, text: string) => matchesWildcards(pattern.toLowerCase(), text.toLowerCase());
  const asked = (text: string) =>
    text.split("&").some((pair) => {
      const equals = pair.indexOf("=");
      const own = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      const [name = "", content = ""] = own;
      return key === undefined
        ? same(value, content) || same(value, pair)
        : same(key, name) && same(value, content);
    });
  return agreed([asked(query), asked(plainText(query))]);
}

function plainText(query: string): string {
  try {
    return decodeURIComponent(query.replaceAll("+", " "));
  } catch {
    return query;
  }
}

/** Whether the client's address is in a block; X-Forwarded-For does not count. */
function isFrom(block: string, source: LoadBalancerRequest["source"]): boolean | undefined {
  const address = typeof source === "string" ? parseCidr(source) : undefined;
  const own = typeof source === "string" ? address && addressesOf(address) : source;
  const asked = parseCidr(block);
  if (own === undefined || asked === undefined) return undefined;
  const covered = share(own, [asked]);
  return covered === "all" ? true : covered === "none" ? false : undefined;
}

/** What a rule makes of a request that it takes. */
function perform(
  listener: Pick<Listener, "port" | "protocol">,
  rule: ListenerRule,
  request: LoadBalancerRequest,
  reading: Reading,
): RoutingDecision[] {
  const { action } = rule;
  const base: Omit<RoutingDecision, "host" | "path" | "status"> = {
    rule,
    action: action.kind,
    target: action.targetGroups,
    location: undefined,
  };
  const same = { host: reading.host, path: request.path };
  if (action.kind === "fixed-response") return [{ ...base, ...same, status: action.status ?? UNKNOWN }];
  if (action.kind === "redirect")
    return [
      { ...base, ...same, status: action.status ?? UNKNOWN, location: locationOf(listener, rule, reading) },
    ];
  if (!isKnown(action.kind)) return [{ ...base, ...same, status: UNKNOWN }];
  return hostsAfter(rule, reading).flatMap((host) =>
    pathsAfter(rule, request, reading).map((path) => ({ ...base, host, path, status: undefined })),
  );
}

function rewriteOf({ transforms }: ListenerRule, kind: "host-header-rewrite" | "url-rewrite") {
  const own = transforms.filter((each) => !isKnown(each) || !isKnown(each.kind) || each.kind === kind);
  if (own.length === 0) return undefined;
  const [only] = own;
  if (own.length > 1 || only === undefined || !isKnown(only) || !isKnown(only.kind)) return UNKNOWN;
  const { regex, replace } = only;
  return isKnown(regex) && isKnown(replace) ? { regex, replace } : UNKNOWN;
}

/** The Host headers that a target may get. Whether the regular expression is asked about the port AWS does not say. */
function hostsAfter(rule: ListenerRule, { host }: Reading): MaybeUnknown<string>[] {
  const rewrite = rewriteOf(rule, "host-header-rewrite");
  if (rewrite === undefined) return [host];
  if (!isKnown(rewrite)) return [UNKNOWN];
  const port = /:\d*$/.exec(host)?.[0] ?? "";
  const after = hostReadings(host).map((text) => {
    const made = rewritten(rewrite.regex, rewrite.replace, text);
    if (made === undefined) return undefined;
    const isUnchanged = made.every((each) => each === text);
    if (isUnchanged) return [host];
    return port === "" || text.endsWith(port) ? made : made.flatMap((each) => [each, `${each}${port}`]);
  });
  return after.includes(undefined)
    ? [UNKNOWN]
    : unique<MaybeUnknown<string>>(after.flatMap((made) => made ?? []));
}

/**
 * The paths that a target may get. Whether the regular expression is asked about the path alone or with its query
 * string, as sent or normalized, AWS does not say: `^/pets` is the same in every reading, `^/pets(/.*)?$` is not.
 */
function pathsAfter(
  rule: ListenerRule,
  { path: sent }: LoadBalancerRequest,
  reading: Reading,
): MaybeUnknown<string>[] {
  const rewrite = rewriteOf(rule, "url-rewrite");
  if (rewrite === undefined) return [sent];
  if (!isKnown(rewrite)) return [UNKNOWN];
  const mark = sent.indexOf("?");
  const own = mark < 0 ? sent : sent.slice(0, mark);
  const suffix = mark < 0 ? "" : sent.slice(mark);
  const after = unique([own, reading.path]).flatMap((path): MaybeUnknown<string>[] => {
    const whole = rewritten(rewrite.regex, rewrite.replace, `${path}${suffix}`);
    const alone = rewritten(rewrite.regex, rewrite.replace, path);
    if (whole === undefined || alone === undefined) return [UNKNOWN];
    return [...whole, ...alone.map((made) => `${made}${suffix}`)];
  });
  return unique<MaybeUnknown<string>>(after);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions */
function locationOf(
  { port, protocol }: Pick<Listener, "port" | "protocol">,
  { action: { redirect } }: ListenerRule,
  { host, path, query }: Reading,
): MaybeUnknown<string> {
  if (redirect === undefined || !isSet(protocol) || !isKnown(port)) return UNKNOWN;
  const own: Readonly<Record<string, string>> = {
    protocol: protocol.toLowerCase(),
    host: host.replace(/:\d*$/, ""),
    port: String(port),
    path: path.replace(/^\//, ""),
    query: query ?? "",
  };
  const fill = (text: MaybeUnknown<string>) =>
    isKnown(text) ? text.replace(/#\{(\w+)\}/g, (all, name: string) => own[name] ?? all) : undefined;
  const [scheme, name, to, where, asked] = [
    fill(redirect.protocol),
    fill(redirect.host),
    fill(redirect.port),
    fill(redirect.path),
    fill(redirect.query),
  ];
  if (scheme === undefined || name === undefined || to === undefined || where === undefined) return UNKNOWN;
  if (asked === undefined) return UNKNOWN;
  const at = `${scheme.toLowerCase()}://${name}:${to}${where.startsWith("/") ? where : `/${where}`}`;
  return asked === "" ? at : `${at}?${asked}`;
}
