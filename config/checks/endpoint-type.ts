import type { EndpointType } from "@lambda-networking/preflight/aws";
import type { RawConfig } from "../raw-config.js";
import { isValid, valid } from "./valid.js";

/** The API's endpoint type, as configured or by default; undefined if it is invalid. */
export function endpointTypeOf(raw: RawConfig): EndpointType | undefined {
  const networking = valid(raw, "networking");
  if (networking === undefined || !isValid(raw, "api.endpointType")) return undefined;
  return valid(raw, "api.endpointType") ?? (networking === "vpc" ? "PRIVATE" : "REGIONAL");
}
