import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import {
  existingGatewayEndpoint,
  existingInterfaceEndpoint,
  type RoutedEndpoint,
  type ServiceEndpoint,
} from "../components/network/endpoints/service-endpoint.js";
import {
  type DescribedVpc,
  describeVpc,
  type FoundEndpoint,
} from "../components/network/existing/describe-vpc.js";
import { ExistingVpc } from "../components/network/existing/existing-vpc.js";
import type { VpcConfig } from "../config/index.js";
import { madeInterfaces } from "./interface-endpoints.js";
import { networkSettings } from "./settings.js";
import { tagged } from "./tags.js";

const described = new WeakMap<VpcConfig, Promise<DescribedVpc>>();

/** The VPC of `vpc.existing`, as AWS describes it; asked once. Undefined if the stack has its own. */
export async function findExistingVpc(
  config: VpcConfig,
  { region, accountId }: DeploymentTarget,
): Promise<DescribedVpc | undefined> {
  const { existing } = config.vpc;
  if (existing === false) return undefined;
  const known = described.get(config);
  if (known !== undefined) return known;
  const names = [
    ...Object.entries(existing.subnets).map(([zone, id]) => [id, `vpc-private-${zone.slice(-1)}`] as const),
    ...Object.entries(existing.publicSubnets).map(
      ([zone, id]) => [id, `vpc-public-${zone.slice(-1)}`] as const,
    ),
  ];
  const asked = describeVpc({
    vpcId: existing.id,
    subnetNames: new Map(names),
    region,
    accountId,
    endpoints: existing.endpoints,
    ownTags: { project: pulumi.getProject(), stack: pulumi.getStack() },
  });
  described.set(config, asked);
  return asked;
}

/** Takes the VPC of `vpc.existing` and its subnets, none of which the stack changes. */
export function useExistingVpc({ vpc }: VpcConfig, found: DescribedVpc): ExistingVpc {
  const { subnets = {}, publicSubnets = {} } = vpc.existing || {};
  return new ExistingVpc(
    "vpc",
    { described: found, subnets, publicSubnets, settings: existingSettings() },
    tagged("network"),
  );
}

/** The settings that help in a VPC of somebody else: not those of the VPC itself. */
function existingSettings() {
  return networkSettings(false).filter(({ change }) => !change.startsWith("vpc."));
}

interface ExistingEndpoints {
  readonly interfaces: ReadonlyMap<string, ServiceEndpoint>;
  readonly gateways: ReadonlyMap<string, RoutedEndpoint>;
}

/** The endpoints of `vpc.existing.endpoints`, by service. */
export function existingEndpoints({ vpc }: VpcConfig, found: DescribedVpc | undefined): ExistingEndpoints {
  const ids = new Set(Object.values((vpc.existing || undefined)?.endpoints ?? {}));
  const used = (found?.endpoints ?? []).filter(({ id }) => ids.has(id));
  const isGateway = ({ type }: FoundEndpoint) => type === "Gateway";
  return {
    interfaces: new Map(
      used.filter((one) => !isGateway(one)).map((one) => [one.service, existingInterfaceEndpoint(one)]),
    ),
    gateways: new Map(used.filter(isGateway).map((one) => [one.service, existingGatewayEndpoint(one)])),
  };
}

/**
 * What AWS would refuse in the middle of the update, because of what the VPC is or has already.
 */
export async function existingVpcIssues(config: VpcConfig, target: DeploymentTarget): Promise<ConfigIssue[]> {
  const found = await findExistingVpc(config, target);
  if (found === undefined) return [];
  return [...subnetIssues(config, found), ...dnsIssues(config, found), ...endpointIssues(config, found)];
}

function subnetIssues({ vpc }: VpcConfig, found: DescribedVpc): ConfigIssue[] {
  const { subnets = {}, publicSubnets = {} } = vpc.existing || {};
  return [...Object.entries({ subnets, publicSubnets })].flatMap(([name, map]) =>
    Object.entries(map).flatMap(([zone, id]) => {
      const key = `vpc.existing.${name}.${zone}`;
      const subnet = found.subnets.get(id);
      if (subnet === undefined) return [];
      if (subnet.vpcId !== found.id) {
        return [issue(key, id, `It is a subnet of ${subnet.vpcId}. Write one of ${found.id}.`)];
      }
      if (subnet.zone === zone) return [];
      return [issue(key, id, `It is in ${subnet.zone}. Write it as ${subnet.zone}: ${id}.`)];
    }),
  );
}

/** Private DNS needs both attributes: https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
function dnsIssues(config: VpcConfig, found: DescribedVpc): ConfigIssue[] {
  if (found.enableDnsSupport && found.enableDnsHostnames) return [];
  const off = found.enableDnsSupport ? "enableDnsHostnames" : "enableDnsSupport";
  return madeInterfaces(config)
    .filter(({ privateDns }) => privateDns)
    .map(({ key }) =>
      issue(
        `${key}.privateDns`,
        true,
        `${off} of ${found.id} is off, and AWS refuses private DNS without it. Ask its owner to turn it on, or write false.`,
      ),
    );
}

/** AWS takes one endpoint with private DNS for a service, and one gateway endpoint in a route table. */
function endpointIssues(config: VpcConfig, found: DescribedVpc): ConfigIssue[] {
  const given = new Set(Object.values((config.vpc.existing || undefined)?.endpoints ?? {}));
  const others = found.endpoints.filter(({ id }) => !given.has(id));
  const named = madeInterfaces(config).flatMap(({ service, key, privateDns }) => {
    const twin = others.find((other) => other.service === service && other.privateDns);
    if (twin === undefined || !privateDns) return [];
    const fix = `${found.id} has ${twin.id} for ${service}, whose private DNS has the names already. Write vpc.existing.endpoints.${service}: ${twin.id}${key === "logPipeline" ? "" : `, or ${key}.privateDns: false`}.`;
    return [issue(key, service, fix)];
  });
  const { subnets = {} } = config.vpc.existing || {};
  const tables = new Set(Object.values(subnets).map((id) => found.routeTableOf.get(id)));
  const routed = (["dynamodb", "s3"] as const).flatMap((service) => {
    const twin = others.find(
      (other) =>
        other.service === service &&
        other.type === "Gateway" &&
        other.routeTableIds.some((id) => tables.has(id)),
    );
    if (twin === undefined || !config.endpoints[service]) return [];
    const fix = `${found.id} has ${twin.id} for ${service}, and the subnets' route tables lead to it. Write vpc.existing.endpoints.${service}: ${twin.id}, or endpoints.${service}: false.`;
    return [issue(`endpoints.${service}`, true, fix)];
  });
  return [...named, ...routed];
}
