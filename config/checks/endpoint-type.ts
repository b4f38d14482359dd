import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { RawConfig } from "../raw-config.js";
import { isValid, valid } from "./valid.js";

/** The API's endpoint type, as configured or by default; undefined if that is invalid. */
export function endpointTypeOf(raw: RawConfig): EndpointType | undefined {
  if (!isValid(raw, "api.endpointType")) return undefined;
  const networking = valid(raw, "networking");
  const byDefault = networking && (networking === "vpc" ? "PRIVATE" : "REGIONAL");
  return valid(raw, "api.endpointType") ?? byDefault;
}
