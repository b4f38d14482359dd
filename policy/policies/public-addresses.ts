import { UNKNOWN } from "@lambda-networking/preflight";
import { knownProperties } from "@lambda-networking/preflight/policy";

/** Properties that give a resource, or the instances that start in it, a public address. */
const PUBLIC_ADDRESS: Readonly<Record<string, string>> = {
  "aws:ec2/subnet:Subnet": "mapPublicIpOnLaunch",
  "aws:ec2/defaultSubnet:DefaultSubnet": "mapPublicIpOnLaunch",
  "aws:ec2/instance:Instance": "associatePublicIpAddress",
  "aws:rds/instance:Instance": "publiclyAccessible",
  "aws:rds/clusterInstance:ClusterInstance": "publiclyAccessible",
};

/** The property that gives a resource a public address. Undefined if none does. */
export function publicAddress(type: string, inputs: object): string | undefined {
  const property = PUBLIC_ADDRESS[type];
  if (property === undefined) return undefined;
  const value = knownProperties(inputs)[property];
  if (value === undefined || value === false || value === "false") return undefined;
  const fix = `Set ${property}: false.`;
  return value === UNKNOWN
    ? `Whether ${property} is on is not known before deployment. ${fix}`
    : `${property} is on, so it is reached from the internet without a gateway's consent. ${fix}`;
}
