import { type AddressSet, meets, share } from "../../aws/address-sets.js";
import { type Cidr, formatCidr } from "../../aws/cidr.js";
import { isManagedByAws } from "../../graph/build/references.js";
import type { Graph, Key, ResourceRef, SecurityGroup, SecurityGroupRule } from "../../graph/model.js";
import { isKnown, type Maybe } from "../../resources/unknown.js";
import { tcpPorts } from "../ports.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** The other end, as a security group rule may name it. */
export interface Peer {
  readonly addresses: AddressSet;
  /** Groups that the other end's network interface is a member of. */
  readonly groups: readonly Maybe<Key>[];
  /** AWS-managed prefix lists that cover the other end; `unknown`: any of them may. */
  readonly prefixLists: readonly Key[] | "unknown";
  readonly label: string;
}

/** A network interface's side: its owner and the groups; without any, it is a host whose groups are not asked about. */
export interface GroupMember {
  readonly owner: ResourceRef;
  readonly groups: readonly Maybe<Key>[];
}

/** Rules that concern a packet, sorted by what is known of them. */
interface Matching {
  readonly certain: SecurityGroupRule[];
  readonly blocks: { readonly rule: SecurityGroupRule; readonly cidr: Cidr }[];
  readonly doubtful: ResourceRef[];
}

/**
 * Whether the groups let a connection through. They are stateful, so the answers need no rule, and they only allow,
 * so the rules of all groups add up.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function securityGroups(
  walk: Walk,
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
    if (group === undefined || group.rulesUnknown) matching.doubtful.push(graph.refOf(key));
    if (group === undefined) continue;
    found.push(group);
    for (const rule of group[direction]) {
      match(graph, rule, peer, port, matching);
      if (matching.certain.length > 0) break;
    }
  }
  const [rule] = matching.certain;
  if (rule !== undefined) return allowed(walk, graph, found, direction, rule, peer, port);

  const covered = share(
    peer.addresses,
    matching.blocks.map(({ cidr }) => cidr),
  );
  const [first] = matching.blocks;
  if (covered === "all" && first !== undefined) {
    return allowed(walk, graph, found, direction, first.rule, peer, port);
  }
  const [doubt] = matching.doubtful;
  const way = direction === "egress" ? "to" : "from";
  if (doubt !== undefined) {
    return walk.miss(
      doubt,
      `whether the security groups of ${owner.name} allow tcp ${port} ${way} ${peer.label}`,
    );
  }
  if (covered === "some" && first !== undefined) {
    const blocks = matching.blocks.map(({ cidr }) => formatCidr(cidr)).join(", ");
    return walk.miss(
      first.rule.ref,
      `${owner.name} may use tcp ${port} ${way} ${blocks} only, which is part of ${peer.label}`,
    );
  }
  return refused(walk, found, direction, owner, peer, port);
}

function match(graph: Graph, rule: SecurityGroupRule, peer: Peer, port: number, into: Matching): void {
  const ports = tcpPorts(rule);
  if (ports === undefined) return;
  const portsKnown = isKnown(ports);
  if (portsKnown && (port < ports.from || ports.to < port)) return;
  const verdict = matchPeer(graph, rule, peer);
  if (verdict === "no") return;
  if (!portsKnown || verdict === "doubt") into.doubtful.push(rule.ref);
  else if (verdict === "yes") into.certain.push(rule);
  else into.blocks.push(...verdict.map((cidr) => ({ rule, cidr })));
}

/** Blocks are judged together: two halves of a range do as well as the whole. */
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
      if (isKnown(group) && peer.groups.includes(group)) return "yes";
      const mayBe = isKnown(group) ? peer.groups.some((key) => !isKnown(key)) : peer.groups.length > 0;
      return mayBe ? "doubt" : "no";
    }
    case "prefix-list": {
      const { prefixList } = rule.peer;
      if (!isKnown(prefixList)) return "doubt";
      const managed = isManagedByAws(prefixList);
      if (peer.prefixLists === "unknown") {
        if (managed) return "doubt";
      } else if (peer.prefixLists.includes(prefixList)) return "yes";
      const list = graph.prefixLists.get(prefixList);
      if (list === undefined) return managed ? "no" : "doubt";
      const entries = list.entries.filter(isKnown);
      if (!list.complete) return "doubt";
      return share(peer.addresses, entries) === "none" ? "no" : entries;
    }
  }
}

function allowed(
  walk: Walk,
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
  return walk.pass(
    group?.ref ?? rule.ref,
    peerText(graph, rule) === peer.label ? text : `${text} (${peer.label})`,
    rule.ref,
  );
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
  walk: Walk,
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
  return walk.block({
    at,
    code: isEmpty ? "SG_HAS_NO_RULES" : "ENI_SG_RULES_MISMATCH",
    why: isEmpty
      ? `security group ${at.name} of ${owner.name} has no ${direction} rule`
      : `security group ${at.name} of ${owner.name} has no ${direction} rule for tcp ${port} ${way} ${peer.label}${others}`,
    mend: `Add an ${direction} rule for tcp ${port} ${way} ${peer.label} to ${at.name}.`,
  });
}
