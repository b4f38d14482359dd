import { formatCidr, parseCidr } from "../../../aws/cidr.js";
import { groupBy, inputValue, integer, list, oneOf, requiredText, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { FirewallRule, Key, NameResolution, ResolverRule, ResourceRef, Vpc } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, type Kind, refOf } from "../references.js";
import { resourcesOfProfiles, vpcsOfProfiles } from "./hosted-zones.js";

/** Something that applies to a VPC; undefined: the stack does not have it. */
interface Applied<T> {
  readonly vpc: MaybeUnknown<Key>;
  readonly by: ResourceRef;
  readonly what: T | undefined;
}

/**
 * What decides who answers a name in each VPC.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-DSN-queries-to-vpc.html
 */
export function buildNameResolution(context: Context, vpcs: ReadonlyMap<Key, Vpc>): Map<Key, NameResolution> {
  const options = dhcpOptions(context);
  const rules = resolverRules(context);
  const firewall = firewallRules(context);
  const others: readonly Applied<unknown>[] = [
    ...foreignZones(context),
    ...profiles(context),
    ...rules,
    ...firewall,
  ];
  return new Map(
    [...vpcs].map(([key, vpc]) => {
      const own = <T>(all: readonly Applied<T>[]) =>
        all.flatMap((each) => (each.vpc === key && each.what !== undefined ? [each.what] : []));
      return [
        key,
        {
          otherServers: options.find((each) => each.vpc === key && !isOwnResolver(vpc, each.what))?.by,
          rules: own(rules),
          firewall: own(firewall)
            .sort((a, b) => a.group - b.group || a.priority - b.priority)
            .map(({ rule }) => rule),
          outside: others
            .filter((each) => !isKnown(each.vpc) || (each.vpc === key && each.what === undefined))
            .map(({ by }) => by),
        },
      ];
    }),
  );
}

/** A resource that associates another with a VPC. */
interface Association {
  readonly by: SourceResource;
  readonly vpc: MaybeUnknown<Key>;
  readonly key: MaybeUnknown<Key>;
}

function associations(context: Context, type: string, property: string, kind: Kind): Association[] {
  const { ofType, references } = context;
  return ofType(type).map((by) => ({
    by,
    vpc: references.needed(by, "vpcId", by.properties.vpcId, KINDS.vpc),
    key: references.needed(by, property, by.properties[property], kind),
  }));
}

/** The resources of a kind that Profiles apply to VPCs. */
function inProfiles(context: Context, kind: Kind): Association[] {
  const vpcs = vpcsOfProfiles(context);
  return resourcesOfProfiles(context, kind).flatMap(({ by, profile, key }): Association[] => {
    const found = isKnown(key) ? context.resources.get(key) : undefined;
    if (found === undefined || !kind.types.includes(found.type)) return [];
    return (vpcs.get(profile) ?? []).map((vpc) => ({ by, vpc, key: found.urn }));
  });
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html */
function dhcpOptions(context: Context): Applied<SourceResource>[] {
  const { ofKind, references, resources } = context;
  const type = "aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation";
  const separate = associations(context, type, "dhcpOptionsId", KINDS.dhcpOptions)
    // The set that a Region has by default leads to the VPC's resolver.
    .filter(({ key }) => key !== "default")
    .map(({ by, vpc, key }): Applied<SourceResource> => {
      const found = isKnown(key) ? resources.get(key) : undefined;
      return { vpc, by: refOf(found ?? by), what: found };
    });
  const read = ofKind(KINDS.vpc).flatMap((vpc): Applied<SourceResource>[] => {
    const key = references.one(vpc, "dhcpOptionsId", vpc.properties.dhcpOptionsId, KINDS.dhcpOptions);
    const found = isSet(key) ? resources.get(key) : undefined;
    return found === undefined ? [] : [{ vpc: vpc.urn, by: refOf(found), what: found }];
  });
  return [...separate, ...read];
}

/** Whether DHCP options lead to the VPC's own resolver: by its name, its link-local address, or the VPC's base plus two. */
function isOwnResolver({ cidrBlocks }: Vpc, options: SourceResource | undefined): boolean {
  const servers = options === undefined ? [] : list(inputValue(options, "domainNameServers"));
  const plusTwo = cidrBlocks.flatMap((block) =>
    isKnown(block)
      ? formatCidr({ ...block, first: block.first + 2n, last: block.first + 2n, prefix: 32 })
      : [],
  );
  const own = new Set<unknown>(["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253", ...plusTwo]);
  return servers.length > 0 && servers.every((server) => own.has(addressOf(server)));
}

function addressOf(server: unknown): unknown {
  const cidr = typeof server === "string" ? parseCidr(server) : undefined;
  return cidr === undefined || cidr.family === 6 ? server : formatCidr(cidr);
}

/** The rule by which the resolver asks public name servers. Every VPC has it. */
const INTERNET_RULE = "rslvr-autodefined-rr-internet-resolver";

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-overview-forward-vpc-to-network-using-rules.html */
function resolverRules(context: Context): Applied<ResolverRule>[] {
  const type = "aws:route53/resolverRuleAssociation:ResolverRuleAssociation";
  return [
    ...associations(context, type, "resolverRuleId", KINDS.resolverRule),
    ...inProfiles(context, KINDS.resolverRule),
  ]
    .filter(({ key }) => key !== INTERNET_RULE)
    .map(({ by, vpc, key }): Applied<ResolverRule> => {
      const found = isKnown(key) ? context.resources.get(key) : undefined;
      return { vpc, by: refOf(by), what: found && ruleOf(found) };
    });
}

function ruleOf(resource: SourceResource): ResolverRule {
  const type = text(resource.properties.ruleType);
  const domain = requiredText(resource.properties.domainName);
  return {
    ref: refOf(resource),
    domain: isKnown(domain) ? domain.replace(/\.$/, "").toLowerCase() : UNKNOWN,
    forwards: type === undefined || !isKnown(type) ? UNKNOWN : type === "FORWARD",
  };
}

interface Ordered {
  readonly rule: FirewallRule;
  readonly group: number;
  readonly priority: number;
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-rule-actions.html */
function firewallRules(context: Context): Applied<Ordered>[] {
  const { ofType, references, resources } = context;
  const type = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation";
  const property = "firewallRuleGroupId";
  const groups = [
    ...associations(context, type, property, KINDS.firewallRuleGroup),
    ...inProfiles(context, KINDS.firewallRuleGroup),
  ];
  const rules = groupBy(ofType("aws:route53/resolverFirewallRule:ResolverFirewallRule"), (rule) =>
    references.needed(rule, property, rule.properties[property], KINDS.firewallRuleGroup),
  );
  return groups.flatMap(({ by, vpc, key }): Applied<Ordered>[] => {
    if (!isKnown(key) || !resources.has(key)) return [{ vpc, by: refOf(by), what: undefined }];
    const group = orderOf(by.properties.priority);
    return [...(rules.get(key) ?? []), ...(rules.get(UNKNOWN) ?? [])].map((rule) => ({
      vpc,
      by: refOf(rule),
      what: { rule: firewallRule(context, rule), group, priority: orderOf(rule.properties.priority) },
    }));
  });
}

function orderOf(value: unknown): number {
  const order = integer(value);
  return typeof order === "number" ? order : 0;
}

function firewallRule({ references, resources }: Context, rule: SourceResource): FirewallRule {
  const property = "firewallDomainListId";
  const key = references.one(rule, property, inputValue(rule, property), KINDS.firewallDomainList);
  const found = key !== undefined && isKnown(key) ? resources.get(key) : undefined;
  const domains = found && list(inputValue(found, "domains")).map(requiredText);
  return {
    ref: refOf(rule),
    action: oneOf(rule.properties.action, ["BLOCK", "ALLOW", "ALERT"]) ?? UNKNOWN,
    domains: domains?.map((domain) => (isKnown(domain) ? domain.replace(/\.$/, "").toLowerCase() : UNKNOWN)),
  };
}

/** Zones outside the stack that the stack associates with its VPCs. */
function foreignZones(context: Context): Applied<true>[] {
  const type = "aws:route53/zoneAssociation:ZoneAssociation";
  return associations(context, type, "zoneId", KINDS.hostedZone).map(({ by, vpc, key }) => ({
    by: refOf(by),
    vpc,
    what: isKnown(key) && context.resources.has(key) ? true : undefined,
  }));
}

const SHARED = [KINDS.hostedZone, KINDS.resolverRule, KINDS.firewallRuleGroup];

/** Profiles that the stack does not have, or that hold what is not read here, such as endpoints. */
function profiles(context: Context): Applied<true>[] {
  const { ofType, references, resources } = context;
  const read = new Set(SHARED.flatMap((kind) => inProfiles(context, kind).map(({ by }) => by.urn)));
  const unread = resourcesOfProfiles(context, KINDS.any).filter(({ by }) => !read.has(by.urn));
  return ofType("aws:route53/profilesAssociation:ProfilesAssociation").map((each): Applied<true> => {
    const profile = references.needed(each, "profileId", each.properties.profileId, KINDS.profile);
    const isRead =
      isKnown(profile) &&
      resources.has(profile) &&
      !unread.some((other) => other.profile === profile || !isKnown(other.profile));
    return {
      by: refOf(each),
      vpc: references.needed(each, "resourceId", each.properties.resourceId, KINDS.vpc),
      what: isRead ? true : undefined,
    };
  });
}
