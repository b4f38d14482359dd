import type { ResourceContext } from "./resource-types/compute.js";

type Call = (
  inputs: Readonly<Record<string, unknown>>,
  at: Pick<ResourceContext, "region" | "accountId">,
) => Record<string, unknown>;

/** As many zones as any region has: the sandbox must not refuse what AWS may have. */
const zones = (region: string, letters = "abcdef") => [...letters].map((letter) => `${region}${letter}`);
const EVERY_LETTER = "abcdefghijklmnopqrstuvwxyz";

/** What the program asks the provider, by token. */
const CALLS: Readonly<Record<string, Call>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region }) => ({
    names: zones(region),
    zoneIds: zones(region),
  }),
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
  "aws:ec2/getVpcEndpointService:getVpcEndpointService": ({ service }, { region }) => ({
    serviceName: `com.amazonaws.${region}.${String(service)}`,
    availabilityZones: zones(region, EVERY_LETTER),
    owner: "amazon",
  }),
};

/**
 * What AWS would answer to a question.
 * @throws Error for a question that is not known here
 */
export function call(token: string, ...[inputs, at]: Parameters<Call>): Record<string, unknown> {
  const answer = CALLS[token];
  if (answer === undefined) throw new Error(`sandbox/functions.ts does not know the call ${token}`);
  return answer(inputs, at);
}
