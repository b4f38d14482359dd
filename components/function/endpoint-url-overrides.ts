import * as pulumi from "@pulumi/pulumi";
import type { InterfaceEndpoint } from "../network/endpoints/interface-endpoint.js";

/**
 * Endpoints without private DNS, by service: `ssm`. A function's SDK is told their own names, for it would ask for the
 * service's public one.
 */
export type EndpointUrlOverrides = Readonly<Record<string, InterfaceEndpoint>>;

/**
 * The environment variables that tell it.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointUrls(endpoints: EndpointUrlOverrides): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([service, { dnsName }]) => [
      `AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`,
      pulumi.interpolate`https://${dnsName}`,
    ]),
  );
}

/**
 * The same for the preflight, by the endpoints' logical names: as long as one variable is not known, the engine says
 * of none whether it is there.
 */
export function endpointNames(endpoints: EndpointUrlOverrides): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([service, { logicalName }]) => [service, logicalName]),
  );
}
