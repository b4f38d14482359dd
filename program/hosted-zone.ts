import { type ConfigIssue, issue } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";
import type { VpcConfig } from "../config/index.js";

/**
 * What only the account tells about `frontDoor.hostedZoneId`. In a private zone the update would wait for the certificate
 * for more than an hour, and then fail.
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export async function hostedZoneIssues({ frontDoor }: VpcConfig): Promise<ConfigIssue[]> {
  if (frontDoor === false || frontDoor.hostedZoneId === undefined) return [];
  const { hostedZoneId, domainName, certificateArn } = frontDoor;
  const refuse = (fix: string) => [issue("frontDoor.hostedZoneId", hostedZoneId, fix)];
  const zone = await findZone(hostedZoneId);
  if (zone === undefined) {
    return refuse(
      "The account has no such hosted zone. Write the id of one that it has, or leave it out, write frontDoor.certificateArn, and make the record yourself.",
    );
  }
  const name = zone.name.replace(/\.$/, "");
  // Without an account the zone's name is not known.
  if (name !== "" && domainName !== name && !domainName.endsWith(`.${name}`)) {
    return refuse(
      `It is the zone of ${name}, which does not have ${domainName}. Write the id of a zone that does.`,
    );
  }
  if (zone.privateZone && certificateArn === undefined) {
    return refuse(
      "It is a private zone, and a certificate is validated in a public one. Write frontDoor.certificateArn too, or the id of a public zone.",
    );
  }
  return [];
}

/** A hosted zone of the account; undefined if it has none with the id. */
async function findZone(zoneId: string): Promise<aws.route53.GetZoneResult | undefined> {
  try {
    return await aws.route53.getZone({ zoneId });
  } catch (error) {
    if (saysNoSuchZone(error)) return undefined;
    throw error;
  }
}

/** Whether the provider's error means that there is no such zone, and not that it could not ask. */
function saysNoSuchZone(error: unknown): boolean {
  const text = error instanceof Error ? error.message : String(error);
  return /NoSuchHostedZone|no matching Route ?53|couldn't find resource|empty result/i.test(text);
}
