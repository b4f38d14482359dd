import { groupBy, inputValue, list, records, requiredText, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { DnsRecord, HostedZone, Key } from "../model.js";
import type { Context } from "./context.js";
import { KINDS, refOf } from "./references.js";

/**
 * Hosted zones with the VPCs that are associated with them.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
 */
export function buildHostedZones(context: Context): Map<Key, HostedZone> {
  const { references } = context;
  const associations = groupBy(context.ofType("aws:route53/zoneAssociation:ZoneAssociation"), (resource) =>
    references.needed(resource, "zoneId", resource.properties.zoneId, KINDS.hostedZone),
  );
  return new Map(
    context.ofKind(KINDS.hostedZone).map((resource) => {
      const own = records(inputValue(resource, "vpcs")).map((vpc) =>
        isKnown(vpc) ? references.needed(resource, "vpcs", vpc.vpcId, KINDS.vpc) : UNKNOWN,
      );
      const associated = (associations.get(resource.urn) ?? []).map((association) =>
        references.needed(association, "vpcId", association.properties.vpcId, KINDS.vpc),
      );
      return [
        resource.urn,
        {
          ref: refOf(resource),
          name: nameOf(resource),
          apis: references.dependencies(resource, "name", KINDS.api),
          vpcs: [...own, ...associated],
        },
      ];
    }),
  );
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
