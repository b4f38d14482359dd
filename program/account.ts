import { type ConfigIssue, describeIssues, issue, UserError } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "../components/base/deployment-target.js";
import { chooseZones } from "../components/network/vpc/availability-zones.js";
import type { StackConfig, VpcConfig } from "../config/index.js";
import { existingVpcIssues } from "./existing-vpc.js";
import { hostedZoneIssues } from "./hosted-zone.js";
import { madeInterfaces } from "./interface-endpoints.js";

/**
 * Refuses what only the account and its Region can tell, before any resource is registered: zones that the account does
 * not have, services that have no endpoint in the chosen zones, roles that are the stack's own, and a hosted zone that
 * cannot hold the front door's name.
 * @throws UserError with every mistake at once
 */
export async function checkAccount(config: StackConfig, target: DeploymentTarget): Promise<void> {
  const zones = config.networking === "vpc" ? await zoneIssues(config, target) : [];
  const vpc = config.networking === "vpc" ? await existingVpcIssues(config, target) : [];
  const hostedZone = config.networking === "vpc" ? await hostedZoneIssues(config) : [];
  const found = [...ownRoles(config, target), ...zones, ...vpc, ...hostedZone];
  if (found.length === 0) return;
  throw new UserError(describeIssues(found, `in the configuration of stack ${pulumi.getStack()}`));
}

/** A peer's role is in the other account, or it is not needed. */
function ownRoles({ api }: StackConfig, { accountId }: DeploymentTarget): ConfigIssue[] {
  return Object.entries(api.sharing.peers).flatMap(([name, { roleArn }]) => {
    if (roleArn?.split(":")[4] !== accountId) return [];
    const fix = `It is of the stack's own account, ${accountId}. Leave it out.`;
    return [issue(`api.sharing.peers.${name}.roleArn`, roleArn, fix)];
  });
}

/** @throws UserError if the account has too few zones, because nothing can be said about endpoints then */
async function zoneIssues(config: VpcConfig, target: DeploymentTarget): Promise<ConfigIssue[]> {
  const { existing } = config.vpc;
  const zones = existing
    ? Object.keys(existing.subnets)
    : await chooseZones(config.vpc.availabilityZones, config.vpc.azSlots);
  const offers = await Promise.all(
    madeInterfaces(config).map(async ({ service, key }) => ({
      service,
      key,
      offered: await zonesWith(service),
    })),
  );
  return endpointIssues(offers, zones, target.region);
}

/** The zones in which a service has interface endpoints; undefined if the Region has none. */
export async function zonesWith(service: string): Promise<readonly string[] | undefined> {
  try {
    const { availabilityZones } = await aws.ec2.getVpcEndpointService({ service, serviceType: "Interface" });
    return availabilityZones;
  } catch (error) {
    if (saysNoSuchService(error)) return undefined;
    throw error;
  }
}

/** Whether the provider's error means that the Region has no such endpoint service, and not that it could not ask. */
export function saysNoSuchService(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return /no matching EC2 VPC Endpoint Service|InvalidServiceName/i.test(text);
}

interface Offer {
  readonly service: string;
  /** The key that asks for the endpoint. */
  readonly key: string;
  /** Undefined: no zone of the Region. */
  readonly offered: readonly string[] | undefined;
}

/** Endpoints that AWS refuses because none of the chosen zones has the service. */
export function endpointIssues(
  offers: readonly Offer[],
  zones: readonly string[],
  region: string,
): ConfigIssue[] {
  return offers.flatMap(({ service, key, offered }) => {
    if (offered === undefined) {
      return [
        issue(key, service, `AWS has no interface endpoint for ${service} in ${region}. Leave it out.`),
      ];
    }
    if (offered.some((zone) => zones.includes(zone))) return [];
    const fix = `None of the zones ${zones.join(", ")} offers ${service}. Write one of ${offered.join(", ")} into vpc.availabilityZones, or leave the endpoint out.`;
    return [issue(key, service, fix)];
  });
}
