import type { AddressSet } from "../../aws/address-sets.js";
import type { Key, Listener, ListenerRule, ResourceRef, RuleCondition } from "../../graph/model.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { ruleRegex } from "./patterns.js";
import { type LoadBalancerRequest, unique } from "./readings.js";
import { decide } from "./rules.js";

/** An API as the rules of a listener may lead to it. */
export interface WantedApi {
  readonly api:
    | { readonly key: Key; readonly id: MaybeUnknown<string>; readonly host: string }
    /** Any API but those of the stack and those with these ids. */
    | { readonly besides: readonly string[] };
  readonly method: string;
  /** The paths that API Gateway has to get, with the stage: `/prod/messages`. Undefined: any path. */
  readonly paths: readonly string[] | undefined;
}

/** Whether requests that a rule takes get to an API. */
export type Leading =
  /** @property sample a request that does */
  | {
      readonly leads: "yes";
      readonly sample: LoadBalancerRequest;
      readonly host: string;
      readonly path: string;
    }
  /** Only if the caller chooses so, by a header that the load balancer passes on. */
  | { readonly leads: "chosen"; readonly header: string; readonly sample: LoadBalancerRequest }
  | { readonly leads: "unknown"; readonly missing: ResourceRef; readonly reason: string }
  /** @property why the Host header or the path is another one; undefined if both are */
  | { readonly leads: "no"; readonly why: "host" | "path" | undefined; readonly got: string };

/** What the Host header of a rule's requests is. */
type HostAfter =
  | { readonly kind: "constant"; readonly host: string }
  /** Not known yet, but made from the id of an API of the stack. */
  | { readonly kind: "api"; readonly api: Key }
  | { readonly kind: "callers" }
  | { readonly kind: "unknown" };

/** Expressions that match every Host header or every path as a whole, so that the replacement is all that is left. */
const EVERYTHING = new Set(["^.*$", "^.+$", "^(.*)$", "^(.+)$"]);

/** The header by which API Gateway also chooses a private API. */
const API_ID_HEADER = "x-apigw-api-id";

/**
 * Whether any request gets through a rule to an API. The path is judged in its normal form, as a browser sends it; what
 * a load balancer makes of any other see {@link decide}.
 */
export function leadsTo(
  listener: Listener,
  rule: ListenerRule,
  wanted: WantedApi,
  source: AddressSet,
): Leading {
  const { ref } = rule;
  const host = hostAfter(rule);
  const { api } = wanted;
  const { paths, isExact } = pathsBefore(rule, wanted.paths);
  const asked = requestsFor(rule, wanted.method, paths, source);
  const chosen = (header: string, value: string): Leading | undefined => {
    const taken = asked
      .map((request) => withHeader(request, header, value))
      .find((request) => isTaken(listener, rule, request, wanted.paths) !== false);
    return taken && { leads: "chosen", header, sample: taken };
  };
  const id = "id" in api && isKnown(api.id) ? api.id : "a1b2c3d4e5";
  const taken = asked.map((request) => ({
    request,
    taken: isTaken(listener, rule, request, wanted.paths),
  }));
  const certain = taken.find((each) => each.taken !== false && each.taken !== undefined);
  const doubtful = taken.find((each) => each.taken === undefined);
  const isNever = certain === undefined && doubtful === undefined && isExact;
  const isRight = isOf(host, api);
  if (host.kind === "callers") {
    const chosenHost = "host" in api ? api.host : `${id}.execute-api.invalid`;
    return chosen("host", chosenHost) ?? no(isNever ? undefined : "host", "the caller's own Host header");
  }
  const name = host.kind === "constant" ? host.host : "another API's";
  if (isRight === undefined && isNever) return no(undefined, "no request");
  if (isRight === undefined)
    return { leads: "unknown", missing: ref, reason: `whether ${ref.name} sends the Host header of the API` };
  if (!isRight)
    return (
      chosen(API_ID_HEADER, id) ?? no(certain === undefined ? undefined : "host", `the Host header ${name}`)
    );
  if (certain !== undefined && typeof certain.taken === "string")
    return { leads: "yes", sample: certain.request, host: name, path: certain.taken };
  if (doubtful !== undefined || !isExact)
    return {
      leads: "unknown",
      missing: ref,
      reason: `which paths ${ref.name} takes and what it makes of them`,
    };
  return no("path", `other paths than ${(wanted.paths ?? []).join(", ")}`);
}

function no(why: "host" | "path" | undefined, got: string): Leading {
  return { leads: "no", why, got };
}

/** Whether a Host header is an API's: undefined if that is not known. */
function isOf(host: HostAfter, api: WantedApi["api"]): boolean | undefined {
  if (host.kind === "api") return "key" in api && host.api === api.key;
  if (host.kind !== "constant") return undefined;
  const [, id] = /^([a-z0-9-]+)\.execute-api\./i.exec(host.host) ?? [];
  // A name of another kind, such as a private custom domain name, leads where its mappings say.
  if (id === undefined || id.includes("-vpce-")) return undefined;
  if ("besides" in api) return !api.besides.some((other) => other.toLowerCase() === id.toLowerCase());
  return host.host.toLowerCase() === api.host.toLowerCase();
}

function hostAfter({ transforms }: ListenerRule): HostAfter {
  const own = transforms.filter((each) => !isKnown(each) || each.kind !== "url-rewrite");
  const [only, ...others] = own;
  if (only === undefined) return { kind: "callers" };
  if (others.length > 0 || !isKnown(only) || only.kind !== "host-header-rewrite") return { kind: "unknown" };
  const { regex, replace, apis } = only;
  if (!isKnown(regex) || !EVERYTHING.has(regex)) return { kind: "unknown" };
  if (isKnown(replace))
    return replace.includes("$") ? { kind: "unknown" } : { kind: "constant", host: replace };
  const [api] = apis;
  return api !== undefined && apis.length === 1 ? { kind: "api", api } : { kind: "unknown" };
}

interface Before {
  readonly paths: readonly string[];
  /** Whether no other path can lead to the same. */
  readonly isExact: boolean;
}

/** The paths of requests that a rule may send on as one of the wanted paths. */
function pathsBefore(rule: ListenerRule, wanted: readonly string[] | undefined): Before {
  const samples = samplePaths(rule);
  const isPlain = rule.conditions.every(isExactCondition);
  if (wanted === undefined) return { paths: samples.paths, isExact: false };
  const rewrites = rule.transforms.filter((each) => !isKnown(each) || each.kind !== "host-header-rewrite");
  const [only, ...others] = rewrites;
  if (only === undefined) return { paths: wanted, isExact: isPlain };
  if (others.length > 0 || !isKnown(only) || !isKnown(only.regex) || !isKnown(only.replace))
    return { paths: samples.paths, isExact: false };
  const { regex, replace } = only;
  if (EVERYTHING.has(regex) && !replace.includes("$"))
    return { paths: samples.paths, isExact: !wanted.includes(replace) || (isPlain && samples.isExact) };
  const inverse = wanted.map((path) => invert(regex, replace, path));
  const unchanged = wanted.filter((path) => ruleRegex(regex)?.test(path) !== true);
  const paths = unique([...inverse.flatMap((found) => found ?? []), ...unchanged, ...samples.paths]);
  return { paths, isExact: isPlain && !inverse.includes(undefined) };
}

/** A prefix of characters that stand for themselves, and the rest. A character before a quantifier is of the rest. */
const LITERAL = /^\^((?:(?:[^\\^$.|?*+()[\]{}]|\\[^A-Za-z0-9])(?![?*+{]))*)(.*)$/;

/**
 * The paths that a rewrite turns into a path; undefined if the expression is not one of those that routes are written
 * with: a prefix, with or without its rest as the group `$1`.
 */
function invert(regex: string, replace: string, path: string): string[] | undefined {
  const [, source, rest] = LITERAL.exec(regex) ?? [];
  if (source === undefined || rest === undefined) return undefined;
  const prefix = source.replace(/\\(.)/g, "$1");
  const kept = replace.endsWith("$1") ? replace.slice(0, -2) : replace;
  if (kept.includes("$")) return undefined;
  const isKept = replace !== kept;
  const tail = path.startsWith(kept) ? path.slice(kept.length) : undefined;
  switch (rest) {
    case "":
      return isKept ? undefined : tail === undefined ? [] : [prefix + tail];
    case "$":
      return isKept ? undefined : path === kept ? [prefix] : [];
    case "(.*)":
    case "(.*)$":
      return isKept ? (tail === undefined ? [] : [prefix + tail]) : undefined;
    case "(/.*)?":
    case "(/.*)?$":
      if (!isKept) return undefined;
      return tail === "" || tail?.startsWith("/") === true ? [prefix + tail] : [];
    case "/(.*)":
    case "/(.*)$":
      return isKept ? (tail === undefined ? [] : [`${prefix}/${tail}`]) : undefined;
    case "/?(.*)":
    case "/?(.*)$":
      return isKept ? (tail === undefined ? [] : [`${prefix}/${tail}`, prefix + tail]) : undefined;
    default:
      return undefined;
  }
}

/** Paths that the conditions of a rule ask for. */
function samplePaths({ conditions }: ListenerRule): Before {
  const patterns = conditions.flatMap((condition) =>
    isKnown(condition) && condition.kind === "path-pattern" ? [condition] : [],
  );
  if (patterns.length === 0) return { paths: ["/"], isExact: false };
  const values = patterns.flatMap((condition) => condition.values).filter(isKnown);
  const paths = values.flatMap((value) => ["", "x"].map((filled) => filledIn(value, filled)));
  return { paths: unique(paths), isExact: values.every((value) => !/[*?]/.test(value)) };
}

function filledIn(pattern: string, filled: string): string {
  return pattern.replaceAll("*", filled).replaceAll("?", "x");
}

/** Whether one request is enough to know whether a condition holds for any: it asks for texts, not for patterns. */
function isExactCondition(condition: MaybeUnknown<RuleCondition>): boolean {
  if (!isKnown(condition)) return false;
  switch (condition.kind) {
    case "path-pattern":
      return condition.regexValues.length === 0;
    case "http-request-method":
    case "source-ip":
      return true;
    case "host-header":
    case "http-header":
      return condition.regexValues.length === 0 && condition.values.length === 1;
    case "query-string":
      return condition.pairs.length === 1;
  }
}

const FRONT_DOOR = "front-door.invalid";

/** Requests for some paths with all that the conditions of a rule ask for. */
function requestsFor(
  rule: ListenerRule,
  method: string,
  paths: readonly string[],
  source: AddressSet,
): LoadBalancerRequest[] {
  const known = rule.conditions.filter(isKnown);
  const first = (values: readonly MaybeUnknown<string>[]) => {
    const value = values.find(isKnown);
    return value === undefined ? undefined : filledIn(value, "x");
  };
  const headers = known.flatMap((condition): [string, string][] => {
    if (condition.kind !== "http-header" || !isKnown(condition.header)) return [];
    const value = first(condition.values);
    return value === undefined ? [] : [[condition.header, value]];
  });
  const host = known.flatMap((condition) =>
    condition.kind === "host-header" ? [first(condition.values)] : [],
  )[0];
  const query = known
    .flatMap((condition) => (condition.kind === "query-string" ? [condition.pairs.find(isKnown)] : []))
    .flatMap((pair) => {
      if (pair === undefined || !isKnown(pair.value)) return [];
      const value = filledIn(pair.value, "x");
      return isSet(pair.key) ? [`${filledIn(pair.key, "x")}=${value}`] : [value];
    })
    .join("&");
  return paths.map((path) => ({
    method,
    path: query === "" ? path : `${path}?${query}`,
    headers: [["host", host ?? FRONT_DOOR], ...headers],
    source,
  }));
}

function withHeader(request: LoadBalancerRequest, header: string, value: string): LoadBalancerRequest {
  const name = header.toLowerCase();
  const others = request.headers.filter(([own]) => own.toLowerCase() !== name);
  return { ...request, headers: [...others, [name, value]] };
}

/** The path that a rule sends a request on with, if that is one of some paths; undefined if it is not known. */
function isTaken(
  listener: Listener,
  rule: ListenerRule,
  request: LoadBalancerRequest,
  paths: readonly string[] | undefined,
): string | false | undefined {
  const { decision, possible } = decide(listener, request);
  const isWanted = (path: MaybeUnknown<string>) =>
    isKnown(path) && (paths === undefined || paths.includes(path.split("?", 1)[0] ?? ""));
  if (decision === undefined)
    return possible.some((each) => each.rule === rule && (each.path === UNKNOWN || isWanted(each.path)))
      ? undefined
      : false;
  if (decision.rule !== rule) return false;
  if (!isKnown(decision.path)) return undefined;
  return isWanted(decision.path) ? decision.path : false;
}
