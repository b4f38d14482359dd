import { type ConfigIssue, didYouMean, issue, setCommand, under } from "@lambda-networking/preflight/errors";
import { field, type RawConfig } from "../raw-config.js";
import { isMethodName, METHODS, servedMethods } from "./served-methods.js";
import { throttlingChecks } from "./throttling.js";
import { entries, valid, validEntries, validFields } from "./valid.js";

/** Makes calls signed. */
export const SIGNED = setCommand(under("api.methods", "GET /messages", "authorization"), "AWS_IAM");

/** Checks across the API's settings. */
export function apiChecks(raw: RawConfig): ConfigIssue[] {
  return [
    ...unknownMethods(raw),
    ...throttlingChecks(raw),
    ...keysAndPlans(raw),
    ...sharedKeys(raw),
    ...methodCaching(raw),
    ...invalidators(raw),
  ];
}

/** Names of methods, which occur under `methods` and in each plan, but are not served. */
function unknownMethods(raw: RawConfig): ConfigIssue[] {
  const served = servedMethods(raw);
  const named = [
    ["api.methods", field(raw.api, "methods")] as const,
    ...entries(field(raw.api, "usagePlans")).map(
      ([plan, value]) =>
        [
          under("api.usagePlans", plan, "throttling", "methods"),
          field(field(value, "throttling"), "methods"),
        ] as const,
    ),
  ];
  return named.flatMap(([key, methods]) =>
    entries(methods)
      .filter(([name]) => isMethodName(name) && !served.includes(name))
      .map(([name, value]) => issue(under(key, name), value, whyNotServed(name, served))),
  );
}

function whyNotServed(name: string, served: readonly string[]): string {
  return METHODS.messageStore.some((method) => method === name)
    ? "It is the message store's. Set messageStore, such as {maximumTextLength: 4096}, or leave it out."
    : `There is no such method. ${didYouMean(name, served)}`;
}

/**
 * Keys without a plan, which open nothing, and plans without a method that requires a key, which limit nothing.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
function keysAndPlans(raw: RawConfig): ConfigIssue[] {
  const usagePlans = field(raw.api, "usagePlans");
  const wanting = entries(field(raw.api, "methods"))
    .filter(([, settings]) => field(settings, "apiKeyRequired") === true)
    .map(([name]) => name);
  if (entries(usagePlans).length === 0) {
    const fix = "Without a usage plan every call is answered 403. Set api.usagePlans, or write false.";
    return wanting.map((name) => issue(under("api.methods", name, "apiKeyRequired"), true, fix));
  }
  const none = `No method asks for an API key, so the plans limit nobody. Set it: ${asksForKey("GET /messages")}`;
  if (wanting.length === 0) return [issue("api.usagePlans", usagePlans, none)];
  return [...validEntries(raw, "api.usagePlans")].flatMap(([plan, { throttling }]) =>
    Object.entries(throttling?.methods ?? {})
      .filter(([name]) => !wanting.includes(name))
      .map(([name, value]) =>
        issue(
          under("api.usagePlans", plan, "throttling", "methods", name),
          value,
          `The method asks for no API key, so this limits nobody. Leave it out, or set: ${asksForKey(name)}`,
        ),
      ),
  );
}

function asksForKey(method: string): string {
  return setCommand(under("api.methods", method, "apiKeyRequired"), true);
}

/** Keys in several plans, because AWS refuses a key in two plans of one stage. */
function sharedKeys(raw: RawConfig): ConfigIssue[] {
  const owners = new Map<string, string>();
  return [...validEntries(raw, "api.usagePlans")].flatMap(([plan, { keys = [] }]) =>
    keys.flatMap((key) => {
      const owner = owners.get(key);
      if (owner === undefined) {
        owners.set(key, plan);
        return [];
      }
      const fix = `${under("api.usagePlans", owner, "keys")} has it too, and a key is in one plan of a stage. Keep it in one of them.`;
      return [issue(under("api.usagePlans", plan, "keys"), key, fix)];
    }),
  );
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html */
function methodCaching(raw: RawConfig): ConfigIssue[] {
  return [...validEntries(raw, "api.methods")].flatMap(([name, { caching: own }]) => {
    if (!own) return [];
    const key = under("api.methods", name, "caching");
    if (!name.startsWith("GET ")) {
      return [issue(key, own, "Only GET methods are cached. Write false, or leave it out.")];
    }
    const found = unknownVariables(name, own.keys);
    if (valid(raw, "api.caching") !== false) return found;
    const fix = "The stage has no cache. Set api.caching, such as {size: 0.5}, or leave it out.";
    return [issue(key, own, fix), ...found];
  });
}

/** Cache keys `path.id` that are not a variable of the path. */
function unknownVariables(name: string, keys: readonly string[]): ConfigIssue[] {
  const variables = [...name.matchAll(/\{([^}+]+)\+?\}/g)].map(([, variable]) => `path.${variable}`);
  return keys
    .filter((key) => key.startsWith("path.") && !variables.includes(key))
    .map((key) =>
      issue(
        under("api.methods", name, "caching", "keys"),
        key,
        variables.length === 0
          ? "The path has no variable. Write querystring.NAME or header.NAME, or leave it out."
          : `The path has no such variable. ${didYouMean(key, variables)}`,
      ),
    );
}

/**
 * Invalidators without a signed method. An unsigned request has no known caller, so a policy that names a caller never
 * allows it.
 */
function invalidators(raw: RawConfig): ConfigIssue[] {
  const { invalidators: callers = [] } = validFields(raw, "api.caching") ?? {};
  if (callers.length === 0) return [];
  const isSigned = [...validEntries(raw, "api.methods")].some(
    ([name, { authorization, caching: own }]) =>
      name.startsWith("GET ") && authorization === "AWS_IAM" && own !== false,
  );
  if (isSigned) return [];
  const fix = `Only a signed request has a caller with an ARN. Write [], or set: ${SIGNED}`;
  return [issue("api.caching.invalidators", callers, fix)];
}
