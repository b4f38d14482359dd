import type { Graph, Key } from "@lambda-networking/preflight";
import { hex, type RecordedResource } from "@lambda-networking/preflight/mocks";
import { known } from "../known.js";

/** An API key. */
export interface ApiKey {
  readonly urn: Key;
  readonly id: string;
  /** Logical name. */
  readonly name: string;
  readonly value: string;
  /** Whether the value stands in for a value that AWS makes. Only a stand-in may be shown. */
  readonly isStandIn: boolean;
  readonly isEnabled: boolean;
}

/**
 * The API keys of a stack, in the order of registration. AWS makes the value of a key if the stack sets none; here such
 * a key gets a stand-in, which is the same at each start. Values are secrets, so only the resources have them.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-keys.html
 */
export function apiKeysOf({ apiKeys }: Graph, resources: readonly RecordedResource[]): ApiKey[] {
  return resources.flatMap(({ urn, id = "", name, inputs, properties }) => {
    const key = apiKeys.get(urn);
    if (key === undefined) return [];
    const given = inputs.value;
    return [
      {
        urn,
        id,
        name,
        value: textOr(given, textOr(properties.value, hex(40, "api key", urn))),
        isStandIn: typeof given !== "string",
        isEnabled: known(key.enabled, `whether the API key ${name} is enabled`),
      },
    ];
  });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
