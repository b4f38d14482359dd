import { createRequire } from "node:module";
import { UNKNOWN } from "../../preflight/graph/index.js";
import { isRecord } from "../../preflight/resources/read.js";
import { holdsUnknown } from "../../preflight/resources/unknown.js";
import type { RecordedResource } from "../../preflight/sources/mocks/recorded-resource.js";
import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";
import type { EngineResource } from "../../preflight/sources/policy-engine/resources.js";
import { type Settings, synthesisOf } from "../support/stacks.js";

/** The engine's text for a value that is still unknown: https://github.com/pulumi/pulumi sdk/go/common/resource */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Wraps a value in the policy SDK's own Proxy, which the SDK does not export. */
export function guarded(value: object): object {
  const proxies: unknown = createRequire(import.meta.url)("@pulumi/policy/proxy.js");
  if (!isRecord(proxies) || typeof proxies.unknownCheckingProxy !== "function") {
    throw new Error("this version of @pulumi/policy has no unknownCheckingProxy");
  }
  return proxies.unknownCheckingProxy(onWire(value));
}

/** A plain copy with the engine's text in place of `UNKNOWN`. */
function onWire(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map(onWire);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onWire(item)]));
}

/** Builds a stack of this checkout once. */
export function stackOf(stack: "dev" | "prod", preview: boolean, changes: Settings = {}): Promise<Synthesis> {
  return synthesisOf(stack, changes, { preview });
}

/** Properties that a provider computes even if the program may set them. They are unknown at a first preview. */
const COMPUTED: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/securityGroup:SecurityGroup": ["ingress", "egress"],
  "aws:ec2/routeTable:RouteTable": ["routes", "propagatingVgws"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    "policy",
    "routeTableIds",
    "subnetIds",
    "securityGroupIds",
    "dnsEntries",
  ],
  "aws:ec2/vpc:Vpc": ["ipv6CidrBlock", "mainRouteTableId", "defaultNetworkAclId"],
  "aws:apigateway/restApi:RestApi": ["policy", "executionArn", "rootResourceId", "disableExecuteApiEndpoint"],
  "aws:apigateway/domainName:DomainName": [
    "domainNameId",
    "policy",
    "regionalDomainName",
    "cloudfrontDomainName",
    "managementPolicy",
  ],
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": [
    "acceptStatus",
    "accepter",
    "requester",
    "peerRegion",
    "peerOwnerId",
  ],
  "aws:apigateway/method:Method": ["apiKeyRequired"],
  "aws:apigateway/stage:Stage": ["cacheClusterSize", "executionArn", "invokeUrl"],
  "aws:route53/zone:Zone": ["zoneId", "nameServers", "primaryNameServer"],
  "aws:route53/record:Record": ["fqdn"],
};

/** Properties that a provider reports as unknown as a whole if any part of them is unknown. */
const WHOLE: Readonly<Record<string, readonly string[]>> = {
  "aws:lambda/function:Function": ["environment"],
};

/** Resources as the engine passes them to a policy: they refer to each other, and Proxies wrap unknown values. */
export function engineResources(resources: readonly RecordedResource[], preview: boolean): EngineResource[] {
  return resources.map((resource) => {
    const { urn, type, name, parent, dependencies, propertyDependencies = {} } = resource;
    return {
      urn,
      type,
      name,
      props: guarded(outputs(resource, preview)),
      ...(parent !== undefined && { parent: { urn: parent } }),
      dependencies: dependencies.map((source) => ({ urn: source })),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies)
          .filter(([, urns]) => urns.length > 0)
          .map(([property, urns]) => [property, urns.map((source) => ({ urn: source }))]),
      ),
    };
  });
}

function outputs({ type, id, isComponent, properties }: RecordedResource, preview: boolean): object {
  if (isComponent) return properties;
  if (!preview) return { ...properties, id, timeouts: null };
  const whole = (WHOLE[type] ?? []).filter((property) => holdsUnknown(properties[property]));
  const computed = ["id", "arn", ...(COMPUTED[type] ?? [])].map((property) => [property, UNKNOWN]);
  const blurred = whole.map((property) => [property, UNKNOWN]);
  return { ...Object.fromEntries(computed), ...properties, ...Object.fromEntries(blurred), timeouts: null };
}
