import { zonesOf } from "../../aws/regions.js";
import { type DescribedVpcFile, isAboutVpc } from "./described-vpc.js";
import type { ResourceContext } from "./resource-types/compute.js";

type Invoke = (
  inputs: Readonly<Record<string, unknown>>,
  at: Pick<ResourceContext, "region" | "accountId"> & {
    /** Zones that a deployed stack uses, which its account has. */
    readonly deployedZones?: readonly string[];
    /** What AWS said of a VPC of somebody else. Throws if nobody asked. */
    readonly describedVpc?: () => DescribedVpcFile;
  },
) => Record<string, unknown>;

/** The zones of a Region by their first letters; of an unlisted Region as many as the largest one has. */
const zones = (region: string, letters = "abcdef".slice(0, zonesOf(region))) =>
  [...letters].map((letter) => `${region}${letter}`);
const EVERY_LETTER = "abcdefghijklmnopqrstuvwxyz";

/**
 * The zones that an account is offered. If it uses others than the first ones, it was not offered those in between.
 */
export function offeredZones(all: readonly string[], used: readonly string[]): string[] {
  const last = [...used].sort().at(-1);
  if (last === undefined) return [...all];
  return [...new Set([...used, ...all.filter((zone) => zone > last)])].sort();
}

/** Answers to Pulumi invokes, by token. */
const INVOKES: Readonly<Record<string, Invoke>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region, deployedZones = [] }) => {
    const names = offeredZones(zones(region), deployedZones);
    return { names, zoneIds: names };
  },
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { accountId }) => ({
    accountId,
    arn: `arn:aws:iam::${accountId}:user/preflight`,
    userId: "preflight",
  }),
  "aws:index/getPartition:getPartition": () => ({
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getRegion:getRegion": (_, { region }) => ({ region, name: region }),
  // No earlier configuration of the stack left anything in AWS.
  "aws:resourcegroupstaggingapi/getResources:getResources": () => ({ resourceTagMappingLists: [] }),
  // Which names the account's zones have is not known here.
  "aws:route53/getZone:getZone": ({ zoneId }) => ({ id: zoneId, zoneId, name: "", privateZone: false }),
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": ({ service }, { region }) => ({
    serviceName: `com.amazonaws.${region}.${String(service)}`,
    availabilityZones: zones(region, EVERY_LETTER),
    owner: "amazon",
  }),
};

/**
 * Answers an invoke as AWS would.
 * @throws Error for an unknown token
 */
export function invoke(token: string, ...[inputs, at]: Parameters<Invoke>): Record<string, unknown> {
  if (isAboutVpc(token)) {
    if (at.describedVpc === undefined) throw new Error(`nothing describes a VPC for ${token}`);
    return at.describedVpc().answer(token, inputs, at.accountId);
  }
  const answer = INVOKES[token];
  if (answer === undefined)
    throw new Error(`preflight/sources/mocks/invokes.ts does not know the call ${token}`);
  return answer(inputs, at);
}
