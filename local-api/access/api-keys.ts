import type { RecordedResource } from "../../preflight/sources/mocks/recorder.js";
import { hex } from "../../preflight/sources/mocks/resource-types/compute.js";

/** An API key. */
export interface ApiKey {
  readonly id: string;
  /** Logical name. */
  readonly name: string;
  readonly value: string;
  /** Whether the value is made up here, in the place of the one that AWS makes. Only such a value may be shown. */
  readonly isStandIn: boolean;
  readonly isEnabled: boolean;
}

/**
 * A stack's API keys. AWS makes the values of those that are given none; here each gets one that is the same at
 * every start.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-keys.html
 */
export function apiKeysOf(resources: readonly RecordedResource[]): ApiKey[] {
  return resources.flatMap(({ type, id = "", name, urn, inputs, properties }) => {
    if (type !== "aws:apigateway/apiKey:ApiKey") return [];
    const given = inputs.value;
    return [
      {
        id,
        name,
        value: textOr(given, textOr(properties.value, hex(40, "api key", urn))),
        isStandIn: typeof given !== "string",
        isEnabled: properties.enabled !== false,
      },
    ];
  });
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
