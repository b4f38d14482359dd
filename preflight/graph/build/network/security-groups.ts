import { EVERYWHERE } from "../../../aws/address-sets.js";
import { formatCidr } from "../../../aws/cidr.js";
import {
  cidr,
  inputValue,
  integer,
  list,
  type Properties,
  records,
  requiredText,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, ResourceRef, SecurityGroup, SecurityGroupRule } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";
import { isNew } from "./vpcs.js";

type Direction = "ingress" | "egress";
type Peer = SecurityGroupRule["peer"];

interface Draft {
  readonly ref: ResourceRef;
  readonly vpc: MaybeUnknown<Key>;
  readonly ingress: SecurityGroupRule[];
  readonly egress: SecurityGroupRule[];
  readonly rulesUnknown: boolean;
}

/**
 * Security groups with their rules, in any of the provider's three forms.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function buildSecurityGroups(context: Context): Map<Key, SecurityGroup> {
  const groups = new Map<Key, Draft>();
  for (const vpc of context.ofKind(KINDS.vpc)) {
    const key = `${vpc.urn}#default-security-group`;
    if (isNew(vpc) && context.references.canonical(key) === key) {
      groups.set(key, defaultGroup(context.references.refOf(key), key, vpc.urn));
    }
  }
  for (const resource of context.ofKind(KINDS.securityGroup))
    groups.set(resource.urn, inlineGroup(context, resource));
  const add = (group: MaybeUnknown<Key>, direction: Direction, rules: readonly SecurityGroupRule[]) => {
    if (!isKnown(group)) return;
    const draft = groups.get(group) ?? external(context, group);
    draft[direction].push(...rules);
    groups.set(group, draft);
  };
  for (const resource of context.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")) {
    add(groupOf(context, resource), "ingress", [singleRule(context, resource)]);
  }
  for (const resource of context.ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")) {
    add(groupOf(context, resource), "egress", [singleRule(context, resource)]);
  }
  for (const resource of context.ofType("aws:ec2/securityGroupRule:SecurityGroupRule")) {
    const { type, self, sourceSecurityGroupId } = resource.properties;
    const group = groupOf(context, resource);
    const source = context.references.one(
      resource,
      "sourceSecurityGroupId",
      inputValue(resource, "sourceSecurityGroupId") === undefined ? undefined : sourceSecurityGroupId,
      KINDS.securityGroup,
    );
    const peers = [
      ...(source === undefined ? [] : [{ kind: "security-group", group: source } as const]),
      ...(self === true ? [{ kind: "security-group", group } as const] : []),
      ...peersOf(context, resource, resource.properties),
    ];
    if (type !== "ingress" && type !== "egress") continue;
    add(group, type, rulesOf(refOf(resource), resource.properties, "protocol", peers));
  }
  for (const resource of context.ofKind(KINDS.securityGroup)) {
    for (const direction of ["ingress", "egress"] as const)
      add(resource.urn, direction, unexplainedRules(context, resource, direction, groups.get(resource.urn)));
  }
  return groups;
}

/** The rules in a group's outputs that none of its written rules explains. */
function unexplainedRules(
  context: Context,
  resource: SourceResource,
  direction: Direction,
  group: SecurityGroup | undefined,
): SecurityGroupRule[] {
  const found = inlineRules(context, resource, direction, resource.found?.[direction]);
  return notWritten(found, group?.[direction] ?? [], contentOf);
}

/** The rules that are found and not written, marked as such. */
export function notWritten<Rule>(
  found: readonly Rule[],
  written: readonly Rule[],
  spell: (rule: Rule) => string,
): (Rule & { readonly isUnexplained: true })[] {
  const known = new Set(written.map(spell));
  return found.filter((rule) => !known.has(spell(rule))).map((rule) => ({ ...rule, isUnexplained: true }));
}

/** What a rule allows, in one spelling. */
function contentOf(rule: SecurityGroupRule): string {
  const { protocol, peer } = rule;
  const name = isKnown(protocol) ? protocol : "?";
  return [name, ...portsSpelt(rule), peerOf(peer)].map(String).join(" ");
}

/** The first and the last port of a rule. Several spellings mean every port. */
export function portsSpelt({
  protocol,
  fromPort,
  toPort,
}: Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort">): readonly MaybeUnknown<number>[] {
  const isEveryPort = protocol === "-1" || ((protocol === "tcp" || protocol === "udp") && fromPort === -1);
  return isEveryPort ? [0, 65535] : [fromPort, toPort];
}

function peerOf(peer: Peer): string {
  switch (peer.kind) {
    case "cidr":
      return isKnown(peer.cidr) ? formatCidr(peer.cidr) : "?";
    case "security-group":
      return isKnown(peer.group) ? peer.group : "?";
    case "prefix-list":
      return isKnown(peer.prefixList) ? peer.prefixList : "?";
  }
}

/** Rules of the group that AWS creates with every VPC: anything from its own members, anything out. */
function defaultGroup(ref: ResourceRef, key: Key, vpc: Key): Draft {
  const all = { ref, protocol: "-1", fromPort: -1, toPort: -1 };
  return {
    ref,
    vpc,
    ingress: [{ ...all, peer: { kind: "security-group", group: key } }],
    egress: [EVERYWHERE[4], EVERYWHERE[6]].map((block) => ({ ...all, peer: { kind: "cidr", cidr: block } })),
    rulesUnknown: false,
  };
}

/** A group outside the stack that has rules in the stack. */
function external(context: Context, key: Key): Draft {
  return { ref: context.references.refOf(key), vpc: UNKNOWN, ingress: [], egress: [], rulesUnknown: true };
}

function inlineGroup(context: Context, resource: SourceResource): Draft {
  const inline = (direction: Direction) =>
    inlineRules(context, resource, direction, inputValue(resource, direction));
  const { found } = resource;
  return {
    ref: refOf(resource),
    vpc: context.references.needed(resource, "vpcId", resource.properties.vpcId, KINDS.vpc),
    ingress: inline("ingress"),
    egress: inline("egress"),
    rulesUnknown: [
      inputValue(resource, "ingress"),
      inputValue(resource, "egress"),
      found?.ingress,
      found?.egress,
    ].some((rules) => list(rules).includes(UNKNOWN)),
  };
}

function inlineRules(
  context: Context,
  resource: SourceResource,
  direction: Direction,
  rules: unknown,
): SecurityGroupRule[] {
  return records(rules).flatMap((rule) => {
    if (!isKnown(rule)) return [];
    const peers = peersOf(context, resource, rule, direction);
    if (rule.self === true) peers.push({ kind: "security-group", group: resource.urn });
    return rulesOf(refOf(resource), rule, "protocol", peers);
  });
}

function groupOf({ references }: Context, rule: SourceResource): MaybeUnknown<Key> {
  return references.needed(rule, "securityGroupId", rule.properties.securityGroupId, KINDS.securityGroup);
}

/** A rule of the newer rule resources, which have exactly one peer each. */
function singleRule({ references }: Context, resource: SourceResource): SecurityGroupRule {
  const { cidrIpv4, cidrIpv6 } = resource.properties;
  const other = (property: string) => inputValue(resource, property);
  const group = references.one(
    resource,
    "referencedSecurityGroupId",
    accountless(other("referencedSecurityGroupId")),
    KINDS.securityGroup,
  );
  const prefixList = references.one(resource, "prefixListId", other("prefixListId"), KINDS.prefixList);
  let peer: Peer = { kind: "cidr", cidr: cidr(cidrIpv4) ?? cidr(cidrIpv6) ?? UNKNOWN };
  if (group !== undefined) peer = { kind: "security-group", group };
  if (prefixList !== undefined) peer = { kind: "prefix-list", prefixList };
  return { ref: refOf(resource), ...portsOf(resource.properties, "ipProtocol"), peer };
}

/** `inline` is the property of an inline rule. The rule's dependencies are recorded there. */
function peersOf(
  { references }: Context,
  resource: SourceResource,
  rule: Properties,
  inline?: string,
): Peer[] {
  const blocks = [...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks)];
  const property = inline ?? "prefixListIds";
  return [
    ...blocks.map((block): Peer => ({ kind: "cidr", cidr: cidr(block) ?? UNKNOWN })),
    ...list(rule.securityGroups).map((group): Peer => {
      const key = references.needed(
        resource,
        inline ?? "securityGroups",
        accountless(group),
        KINDS.securityGroup,
      );
      return { kind: "security-group", group: key };
    }),
    ...list(rule.prefixListIds).map((id): Peer => {
      return { kind: "prefix-list", prefixList: references.needed(resource, property, id, KINDS.prefixList) };
    }),
  ];
}

/** A group id without its account. A group of a peered VPC in another account is written `123456789012/sg-1a2b3c4d`. */
function accountless(id: unknown): unknown {
  return typeof id === "string" ? id.replace(/^\d{12}\//, "") : id;
}

function rulesOf(
  ref: ResourceRef,
  rule: Properties,
  protocol: string,
  peers: readonly Peer[],
): SecurityGroupRule[] {
  return peers.map((peer) => ({ ref, ...portsOf(rule, protocol), peer }));
}

function portsOf(
  rule: Properties,
  protocol: string,
): Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort"> {
  return {
    protocol: normaliseProtocol(requiredText(rule[protocol])),
    fromPort: integer(rule.fromPort) ?? -1,
    toPort: integer(rule.toPort) ?? -1,
  };
}

const PROTOCOLS = new Map([
  ["6", "tcp"],
  ["17", "udp"],
  ["1", "icmp"],
  ["58", "icmpv6"],
  ["all", "-1"],
]);

/**
 * A protocol in one spelling, because it may be written by name or by number:
 * https://www.iana.org/assignments/protocol-numbers
 */
export function normaliseProtocol(protocol: MaybeUnknown<string>): MaybeUnknown<string> {
  return isKnown(protocol) ? (PROTOCOLS.get(protocol.toLowerCase()) ?? protocol.toLowerCase()) : UNKNOWN;
}
