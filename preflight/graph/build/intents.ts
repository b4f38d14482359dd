import { UserError } from "../../../lib/user-error.js";
import type { Intent, Place, Via } from "../../intents.js";
import { isRecord, list } from "../../resources/read.js";
import { UNKNOWN } from "../../resources/unknown.js";
import type { Context } from "./context.js";

/** Components that say what must be reachable; their types begin with the project's name. */
const COMPONENT = "lambda-networking:";

/** The intents that components put into their outputs, once each. */
export function buildIntents({ resources }: Context): Intent[] {
  const found = new Map<string, Intent>();
  for (const { type, properties } of resources.values()) {
    if (!type.startsWith(COMPONENT)) continue;
    for (const item of list(properties.intents)) {
      if (item === UNKNOWN) continue;
      if (!isIntent(item))
        throw new UserError(`not an intent, in the outputs of a ${type}: ${JSON.stringify(item)}`);
      found.set(JSON.stringify(item), item);
    }
  }
  return [...found.values()];
}

const VIAS: readonly Via[] = ["interface-endpoint", "gateway-endpoint", "nat", "internet-gateway", "peering"];

function isIntent(value: unknown): value is Intent {
  return (
    isRecord(value) &&
    isPlace(value.from) &&
    isPlace(value.to) &&
    typeof value.port === "number" &&
    (value.must === "reach" || value.must === "not-reach") &&
    (value.via === undefined || VIAS.some((via) => via === value.via)) &&
    typeof value.why === "string"
  );
}

/** What a place of each kind must have; what else it has is optional text or a port. */
const REQUIRED: Readonly<Record<Place["kind"], readonly string[]>> = {
  function: ["name"],
  subnet: ["name"],
  subnets: ["tier"],
  vpc: ["name"],
  "vpc-without-endpoint": ["service"],
  peer: ["name"],
  "security-group": ["name"],
  endpoint: ["name"],
  method: ["method", "path"],
  service: ["service"],
  address: ["address"],
  resource: ["name"],
  internet: [],
};

function isPlace(value: unknown): value is Place {
  if (!isRecord(value)) return false;
  const required = Object.entries(REQUIRED).find(([kind]) => kind === value.kind)?.[1];
  return required?.every((property) => typeof value[property] === "string") ?? false;
}
