import { isPrivateSet, meets, share } from "../../aws/address-sets.js";
import { type Cidr, formatCidr } from "../../aws/cidr.js";
import { isElsewhere } from "../../graph/build/homes.js";
import { isManagedByAws } from "../../graph/build/references.js";
import type { Graph, Key, ResourceRef, SecurityGroup, SecurityGroupRule } from "../../graph/model.js";
import { unexplained } from "../../graph/unexplained.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import type { Connection, Peer } from "./connection.js";
import { addressesTo, type NetworkInterface, type PacketDestination } from "./interfaces.js";
import { formatPorts, networkAcl, tcpPorts } from "./network-acls.js";

/** A network interface in security groups. */
interface GroupMember {
  readonly owner: ResourceRef;
  readonly groups: readonly MaybeUnknown<Key>[];
}

/** The rules that match a packet: certainly, for some blocks, or possibly. */
interface Matching {
  readonly certain: SecurityGroupRule[];
  readonly blocks: { readonly rule: SecurityGroupRule; readonly cidr: Cidr }[];
  readonly doubtful: { readonly ref: ResourceRef; readonly reason?: string }[];
}

/** Whether the security groups of the source let the connection out. */
export function egressAllowed(
  trace: TraceBuilder,
  { graph, source, target, port }: Connection,
): Blocked | undefined {
  const { owner, groups } = source;
  if (groups === undefined)
    return trace.hop(source.subnet.ref, "leaves from a host, whose own groups are not judged");
  if (groups.length === 0) return trace.hop(owner, "has no security groups, so it sends to anything");
  return securityGroups(trace, graph, "egress", { owner, groups }, receiverOf(target), port);
}

function receiverOf(target: PacketDestination): Peer {
  const addresses = addressesTo(target);
  if (target.kind !== "interface") {
    return { addresses, groups: [], prefixLists: target.prefixLists, label: addresses.label };
  }
  const label = `${target.to.owner.name} (${addresses.label})`;
  return { addresses, groups: target.to.groups ?? [], prefixLists: [], label };
}

/** The sender of a connection as the rules of the other end see it. */
export function senderIn({ source, seenAs }: Connection): Peer {
  return seenAs ?? senderOf(source);
}

export function senderOf({ owner, addresses, groups }: NetworkInterface): Peer {
  const label = `${owner.name} (${addresses.label})`;
  return { owner, addresses, groups: groups ?? [], prefixLists: [], label };
}

/** Whether the security groups of an interface let a sender in. */
export function ingressAllowed(
  trace: TraceBuilder,
  graph: Graph,
  { owner, groups, subnet }: NetworkInterface,
  sender: Peer,
  port: number,
): Blocked | undefined {
  if (groups === undefined)
    return trace.hop(subnet.ref, "arrives at a host, whose own groups are not judged");
  if (groups.length === 0) return trace.hop(owner, "has no security groups, so it accepts from anyone");
  return securityGroups(trace, graph, "ingress", { owner, groups }, sender, port);
}

/** Whether a sender in another subnet gets in: through the network ACL of the subnet, then the security groups. */
export function subnetIngressAllowed(
  trace: TraceBuilder,
  graph: Graph,
  to: NetworkInterface,
  sender: Peer,
  port: number,
): Blocked | undefined {
  return (
    networkAcl(trace, graph, "ingress", to.subnet, sender.addresses, port) ??
    ingressAllowed(trace, graph, to, sender, port)
  );
}

/**
 * Whether the groups allow a connection. They are stateful, so the answers need no rule. Rules only allow, so the rules
 * of all groups add up.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
function securityGroups(
  trace: TraceBuilder,
  graph: Graph,
  direction: "egress" | "ingress",
  { owner, groups }: GroupMember,
  peer: Peer,
  port: number,
): Blocked | undefined {
  const found: SecurityGroup[] = [];
  const matching: Matching = { certain: [], blocks: [], doubtful: [] };
  for (const key of groups) {
    const group = isKnown(key) ? graph.securityGroups.get(key) : undefined;
    if (group === undefined || group.rulesUnknown)
      matching.doubtful.push({ ref: isKnown(key) ? graph.refOf(key) : owner });
    if (group === undefined) continue;
    found.push(group);
    for (const rule of group[direction]) {
      match(graph, rule, peer, port, matching, direction);
      if (matching.certain.length > 0) break;
    }
  }
  const [rule] = matching.certain;
  if (rule !== undefined) return allowed(trace, graph, found, direction, rule, peer, port);

  const covered = share(
    peer.addresses,
    matching.blocks.map(({ cidr }) => cidr),
  );
  const [first] = matching.blocks;
  if (covered === "all" && first !== undefined) {
    return allowed(trace, graph, found, direction, first.rule, peer, port);
  }
  const [doubt] = matching.doubtful;
  const way = direction === "egress" ? "to" : "from";
  if (doubt !== undefined) {
    const whose =
      owner.type === "address" ? `the interface with ${owner.name}, which is not known,` : owner.name;
    return trace.undetermined(
      doubt.ref,
      doubt.reason ?? `whether the security groups of ${whose} allow tcp ${port} ${way} ${peer.label}`,
    );
  }
  if (covered === "some" && first !== undefined) {
    const blocks = matching.blocks.map(({ cidr }) => formatCidr(cidr)).join(", ");
    return trace.undetermined(
      first.rule.ref,
      `${owner.name} may use tcp ${port} ${way} ${blocks} only, which is part of ${peer.label}`,
    );
  }
  return refused(trace, graph, found, direction, owner, peer, port);
}

function match(
  graph: Graph,
  rule: SecurityGroupRule,
  peer: Peer,
  port: number,
  into: Matching,
  direction: "egress" | "ingress",
): void {
  const ports = tcpPorts(rule);
  if (ports === undefined) return;
  const portsKnown = isKnown(ports);
  if (portsKnown && (port < ports.from || ports.to < port)) return;
  const verdict = matchPeer(graph, rule, peer);
  if (verdict === "no") return;
  if (rule.isUnexplained) {
    const what = `an ${direction} rule (${ruleText(graph, rule, direction)})`;
    into.doubtful.push({ ref: rule.ref, reason: unexplained(rule.ref.name, what) });
  } else if (!portsKnown || verdict === "doubt") into.doubtful.push({ ref: rule.ref });
  else if (verdict === "yes") into.certain.push(rule);
  else into.blocks.push(...verdict.map((cidr) => ({ rule, cidr })));
}

/** How a rule matches the other end. Blocks are returned, because several rules together may cover the other end. */
function matchPeer(
  graph: Graph,
  rule: SecurityGroupRule,
  peer: Peer,
): "yes" | "no" | "doubt" | readonly Cidr[] {
  switch (rule.peer.kind) {
    case "cidr":
      if (!isKnown(rule.peer.cidr)) return "doubt";
      if (!meets(peer.addresses, rule.peer.cidr)) return "no";
      return share(peer.addresses, [rule.peer.cidr]) === "all" ? "yes" : [rule.peer.cidr];
    case "security-group": {
      const { group } = rule.peer;
      if (isKnown(group) && peer.groups.includes(group))
        return isOfOtherRegion(graph, rule, group) ? "no" : "yes";
      const mayBe = isKnown(group) ? peer.groups.some((key) => !isKnown(key)) : peer.groups.length > 0;
      return mayBe ? "doubt" : "no";
    }
    case "prefix-list": {
      const { prefixList } = rule.peer;
      if (!isKnown(prefixList)) return "doubt";
      const asked = peer.prefixLists;
      if (asked !== "unknown" && asked.includes(prefixList)) return "yes";
      // Other services and hosts of the internet are in no list of an AWS service.
      if (isManagedByAws(prefixList) && (asked !== "unknown" || isPrivateSet(peer.addresses))) return "no";
      const list = graph.prefixLists.get(prefixList);
      if (list === undefined) return "doubt";
      const entries = list.entries.filter(isKnown);
      const covered = share(peer.addresses, entries);
      if (covered !== "all" && (!list.complete || mayMeet(peer, list.unexplained))) return "doubt";
      return covered === "none" ? "no" : entries;
    }
  }
}

/** Whether entries that may or may not be in a list concern the other end. */
function mayMeet({ addresses }: Peer, entries: readonly MaybeUnknown<Cidr>[]): boolean {
  return entries.some((entry) => !isKnown(entry) || meets(addresses, entry));
}

/** Whether a rule names a group of the other end that it cannot match. */
function namesFromAway(graph: Graph, rule: SecurityGroupRule, { groups }: Peer): boolean {
  if (rule.peer.kind !== "security-group" || !isKnown(rule.peer.group)) return false;
  return groups.includes(rule.peer.group) && isOfOtherRegion(graph, rule, rule.peer.group);
}

/**
 * Whether a rule refers to a group of another Region, which AWS does not match, not even over a peering connection.
 * https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
 */
function isOfOtherRegion(graph: Graph, { ref }: SecurityGroupRule, group: Key): boolean {
  return isElsewhere({ region: graph.homeOf(ref.urn).region }, { region: graph.homeOf(group).region });
}

function allowed(
  trace: TraceBuilder,
  graph: Graph,
  groups: readonly SecurityGroup[],
  direction: "egress" | "ingress",
  rule: SecurityGroupRule,
  peer: Peer,
  port: number,
): undefined {
  const group = groups.find((candidate) => candidate[direction].includes(rule));
  const way = direction === "egress" ? "to" : "from";
  const text = `${direction} rule allows tcp ${port} ${way} ${peerText(graph, rule)}`;
  return trace.hop(
    group?.ref ?? rule.ref,
    peerText(graph, rule) === peer.label ? text : `${text} (${peer.label})`,
    rule.ref,
  );
}

export function ruleText(graph: Graph, rule: SecurityGroupRule, direction: "egress" | "ingress"): string {
  const { protocol } = rule;
  const ports = tcpPorts(rule);
  const range = ports === undefined || !isKnown(ports) ? "" : ` ${formatPorts(ports)}`;
  const what = protocol === "-1" ? "all traffic" : `${isKnown(protocol) ? protocol : "traffic"}${range}`;
  return `${what} ${direction === "egress" ? "to" : "from"} ${peerText(graph, rule)}`;
}

function peerText(graph: Graph, { peer }: SecurityGroupRule): string {
  switch (peer.kind) {
    case "cidr":
      return isKnown(peer.cidr) ? formatCidr(peer.cidr) : "a block that is not known yet";
    case "security-group":
      return `members of ${graph.refOf(peer.group).name}`;
    case "prefix-list":
      return graph.refOf(peer.prefixList).name;
  }
}

function refused(
  trace: TraceBuilder,
  graph: Graph,
  groups: readonly SecurityGroup[],
  direction: "egress" | "ingress",
  owner: ResourceRef,
  peer: Peer,
  port: number,
): Blocked {
  const [group] = groups;
  const at = group?.ref ?? owner;
  const way = direction === "egress" ? "to" : "from";
  const others = groups.length > 1 ? ` nor do its ${groups.length - 1} other groups` : "";
  const isEmpty = group !== undefined && groups.every((each) => each[direction].length === 0);
  const away = groups.flatMap((each) => each[direction]).find((rule) => namesFromAway(graph, rule, peer));
  const foreign =
    away === undefined
      ? ""
      : `; rule ${away.ref.name} names a group of another Region, which matches nothing`;
  return trace.blocked({
    at,
    code: isEmpty ? "SG_HAS_NO_RULES" : "ENI_SG_RULES_MISMATCH",
    reason: isEmpty
      ? `security group ${at.name} of ${owner.name} has no ${direction} rule`
      : `security group ${at.name} of ${owner.name} has no ${direction} rule for tcp ${port} ${way} ${peer.label}${others}${foreign}`,
    fix: `Add an ${direction} rule for tcp ${port} ${way} ${peer.label} to ${at.name}.`,
  });
}
