import { noSuchServiceAs, serviceNamed } from "../../aws/services.js";
import { UserError } from "../../errors/user-error.js";
import { type Intent, type Place, VIAS } from "../../intents.js";
import { isRecord, list } from "../../resources/read.js";
import type { Context } from "./context.js";
import { KINDS } from "./references.js";

/**
 * The intents in the outputs of components, of any project, without duplicates. A cloud resource may have a property of
 * the same name with another meaning (a Lex bot's intents), so only an item with `from` or `must` counts as an intent.
 * @throws UserError if an item with one of them is not an intent, or is about a service that does not exist
 */
export function buildIntents(context: Context): Intent[] {
  const { resources } = context;
  const found = new Map<string, Intent>();
  for (const { type, properties } of resources.values()) {
    if (type.startsWith("aws:")) continue;
    for (const item of list(properties.intents)) {
      if (!isRecord(item) || !("from" in item || "must" in item)) continue;
      const intent = ofOlderVersion(item);
      if (!isIntent(intent)) {
        throw new UserError(`not an intent, in the outputs of a ${type}: ${JSON.stringify(item)}`);
      }
      checkServices(context, intent);
      found.set(JSON.stringify(intent), intent);
    }
  }
  return [...found.values()];
}

/** @throws UserError if an intent is about a service that neither AWS nor an endpoint of the stack has */
function checkServices({ ofKind }: Context, { from, to }: Intent): void {
  for (const place of [from, to]) {
    if (!("service" in place) || serviceNamed(place.service) !== undefined) continue;
    const { service } = place;
    const isOwn = ofKind(KINDS.endpoint).some(({ properties }) =>
      String(properties.serviceName).endsWith(`.${service}`),
    );
    if (!isOwn) throw new UserError(`an intent is about a service: ${noSuchServiceAs(service)}`);
  }
}

/**
 * An intent as it is written now. Stacks that were deployed with an older version call the reason `why`, and do not say
 * that an intent for a function without a use of the service is about the network only.
 */
function ofOlderVersion(item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { why, ...rest } = item;
  const intent = why === undefined ? item : { ...rest, reason: why };
  const { to, reason } = intent;
  const isOffer = /^the network offers \S+ to its functions$/.test(String(reason));
  return isOffer && isRecord(to) && to.action === undefined
    ? { ...intent, to: { ...to, networkOnly: true } }
    : intent;
}

function isIntent(value: unknown): value is Intent {
  return (
    isRecord(value) &&
    isPlace(value.from) &&
    isPlace(value.to) &&
    typeof value.port === "number" &&
    (value.must === "reach" || value.must === "not-reach") &&
    (value.via === undefined || VIAS.some((via) => via === value.via)) &&
    typeof value.reason === "string" &&
    (value.fix === undefined || typeof value.fix === "string")
  );
}

/** Required fields of each kind of place. Its other fields are optional texts, a port or exceptions. */
const REQUIRED: Readonly<Record<Place["kind"], readonly string[]>> = {
  function: ["name"],
  subnet: ["name"],
  subnets: ["tier"],
  vpc: ["name"],
  "vpc-without-endpoint": ["service"],
  "foreign-endpoint": ["account"],
  peer: ["name"],
  "transit-gateway": ["name"],
  "security-group": ["name"],
  endpoint: ["name"],
  method: ["method", "path"],
  "other-api": [],
  invoker: ["principal"],
  service: ["service"],
  address: ["address"],
  host: ["name"],
  resource: ["name"],
  internet: [],
};

function isPlace(value: unknown): value is Place {
  if (!isRecord(value)) return false;
  const required = Object.entries(REQUIRED).find(([kind]) => kind === value.kind)?.[1];
  const isComplete = required?.every((property) => typeof value[property] === "string") ?? false;
  const { kind, besides, family, except, token, actions, exceptAccounts } = value;
  if (token !== undefined && typeof token !== "boolean") return false;
  if (exceptAccounts !== undefined && !areTexts(exceptAccounts)) return false;
  if (kind === "other-api" && !areTexts(besides)) return false;
  if (actions !== undefined && !areTexts(actions)) return false;
  const isFamily = family === undefined || (kind === "internet" && family === 6);
  return isComplete && isFamily && (except === undefined || isExceptions(except));
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isExceptions(value: unknown): boolean {
  return isRecord(value) && [value.vpcEndpoints, value.vpcs, value.accounts].every(areTexts);
}
