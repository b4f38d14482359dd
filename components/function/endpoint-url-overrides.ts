import * as pulumi from "@pulumi/pulumi";
import type { ServiceEndpoint } from "../network/endpoints/service-endpoint.js";

/**
 * Endpoints without private DNS, by service: `ssm`. The function's SDK needs their own names because it would otherwise
 * call the service's public name.
 */
export type EndpointUrlOverrides = Readonly<Record<string, ServiceEndpoint>>;

/** The SDK's ids of services that the name of their endpoint does not tell. */
const SERVICE_IDS: Readonly<Record<string, string>> = {
  events: "EVENTBRIDGE",
  secretsmanager: "SECRETS_MANAGER",
};

/**
 * Environment variables that set the endpoints' URLs for the SDK.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function endpointUrls(endpoints: EndpointUrlOverrides): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([service, { dnsName }]) => [
      `AWS_ENDPOINT_URL_${SERVICE_IDS[service] ?? service.toUpperCase().replaceAll("-", "_")}`,
      pulumi.interpolate`https://${dnsName}`,
    ]),
  );
}

/**
 * Logical names of the endpoints, for the preflight. While one variable's value is unknown, the engine hides which
 * variables exist.
 */
export function endpointNames(endpoints: EndpointUrlOverrides): Record<string, string> {
  return Object.fromEntries(
    Object.entries(endpoints).map(([service, { logicalName }]) => [service, logicalName]),
  );
}
