import { groupBy, inputValue, list, records, requiredText, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { DnsRecord, HostedZone, Key } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, type Kind, refOf } from "../references.js";

/**
 * Hosted zones with the VPCs that are associated with them.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
 */
export function buildHostedZones(context: Context): Map<Key, HostedZone> {
  const { references } = context;
  const associations = groupBy(context.ofType("aws:route53/zoneAssociation:ZoneAssociation"), (resource) =>
    references.needed(resource, "zoneId", resource.properties.zoneId, KINDS.hostedZone),
  );
  const profiles = vpcsOfProfiles(context);
  const profiled = resourcesOfProfiles(context, KINDS.hostedZone);
  return new Map(
    context.ofKind(KINDS.hostedZone).map((resource) => {
      const own = records(inputValue(resource, "vpcs")).map((vpc) =>
        isKnown(vpc) ? references.needed(resource, "vpcs", vpc.vpcId, KINDS.vpc) : UNKNOWN,
      );
      const shared = profiled
        .filter(({ key }) => key === resource.urn)
        .flatMap(({ profile }) => profiles.get(profile) ?? []);
      const associated = (associations.get(resource.urn) ?? []).map((association) =>
        references.needed(association, "vpcId", association.properties.vpcId, KINDS.vpc),
      );
      return [
        resource.urn,
        {
          ref: refOf(resource),
          name: nameOf(resource),
          apis: references.dependencies(resource, "name", KINDS.api),
          vpcs: [...own, ...associated, ...shared],
        },
      ];
    }),
  );
}

/** The VPCs of each Route 53 Profile: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html */
export function vpcsOfProfiles({ ofType, references }: Context): Map<MaybeUnknown<Key>, MaybeUnknown<Key>[]> {
  const profiles = new Map<MaybeUnknown<Key>, MaybeUnknown<Key>[]>();
  for (const each of ofType("aws:route53/profilesAssociation:ProfilesAssociation")) {
    const { profileId, resourceId } = each.properties;
    const profile = references.needed(each, "profileId", profileId, KINDS.profile);
    const vpc = references.needed(each, "resourceId", resourceId, KINDS.vpc);
    profiles.set(profile, [...(profiles.get(profile) ?? []), vpc]);
  }
  return profiles;
}

/** A resource that a Route 53 Profile applies to its VPCs. */
export interface ProfileResource {
  readonly by: SourceResource;
  readonly profile: MaybeUnknown<Key>;
  readonly key: MaybeUnknown<Key>;
}

/** What Profiles hold; what is not of the kind, or not in the stack, keeps its ARN as the key. */
export function resourcesOfProfiles({ ofType, references }: Context, kind: Kind): ProfileResource[] {
  return ofType("aws:route53/profilesResourceAssociation:ProfilesResourceAssociation").map((by) => ({
    by,
    profile: references.needed(by, "profileId", by.properties.profileId, KINDS.profile),
    key: references.needed(by, "resourceArn", by.properties.resourceArn, kind),
  }));
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
export function buildDnsRecords(context: Context): DnsRecord[] {
  const { references } = context;
  return context.ofType("aws:route53/record:Record").map((resource) => {
    const [alias] = records(inputValue(resource, "aliases"));
    return {
      ref: refOf(resource),
      zone: references.needed(resource, "zoneId", resource.properties.zoneId, KINDS.hostedZone),
      name: nameOf(resource),
      apis: references.dependencies(resource, "name", KINDS.api),
      type: requiredText(resource.properties.type),
      isAlias: alias !== undefined,
      target:
        alias === undefined
          ? targetOf(context, resource, "records", list(inputValue(resource, "records"))[0])
          : targetOf(context, resource, "aliases", isKnown(alias) ? alias.name : UNKNOWN),
    };
  });
}

function nameOf({ properties }: SourceResource): MaybeUnknown<string> {
  const name = requiredText(properties.name);
  return isKnown(name) ? withoutDot(name) : UNKNOWN;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

/**
 * The target of an alias. An endpoint's DNS names begin with its id. A custom domain name has one DNS name for each
 * kind of endpoint.
 */
function targetOf(
  { ofKind, references }: Context,
  resource: SourceResource,
  property: string,
  value: unknown,
): MaybeUnknown<Key> | undefined {
  const written = text(value);
  if (written === undefined) return undefined;
  if (!isKnown(written)) {
    const [only, ...others] = [
      ...references.dependencies(resource, property, KINDS.endpoint),
      ...references.dependencies(resource, property, KINDS.domainName),
    ];
    return only !== undefined && others.length === 0 ? only : UNKNOWN;
  }
  const name = withoutDot(written);
  const names = ({ id, properties }: SourceResource) =>
    records(properties.dnsEntries)
      .flatMap((entry) =>
        isKnown(entry) && typeof entry.dnsName === "string" ? [withoutDot(entry.dnsName)] : [],
      )
      .concat(id === undefined ? [] : [id.toLowerCase()]);
  const endpoint = ofKind(KINDS.endpoint).find((one) =>
    names(one).some((own) => name === own || name.startsWith(`${own}-`) || name.startsWith(`${own}.`)),
  );
  const domain = ofKind(KINDS.domainName).find(({ properties }) =>
    [properties.regionalDomainName, properties.cloudfrontDomainName, ...newer(properties)].includes(name),
  );
  return endpoint?.urn ?? domain?.urn;
}

function newer(properties: Readonly<Record<string, unknown>>): unknown[] {
  return records(properties.domainNameConfiguration).flatMap((configuration) =>
    isKnown(configuration) ? [configuration.targetDomainName] : [],
  );
}
