import { type AddressSet, EVERYWHERE, intersect, isEmpty, subtract } from "../../aws/address-sets.js";
import { formatCidr } from "../../aws/cidr.js";
import type { Graph, NetworkAcl, NetworkAclRule, Subnet } from "../../graph/model.js";
import { unexplained } from "../../graph/unexplained.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The ports that answers come back to. NAT gateways and Lambda use all of 1024-65535.
 * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
export const EPHEMERAL: PortRange = { from: 1024, to: 65535 };

/**
 * How many of those ports an ACL may deny without a doubt that connections work. AWS recommends to deny single ports
 * that malicious programs use. https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
const FEW_PORTS = 64;

/** The TCP ports of a rule; undefined if the rule is for another protocol. */
export function tcpPorts(rule: {
  readonly protocol: MaybeUnknown<string>;
  readonly fromPort: MaybeUnknown<number>;
  readonly toPort: MaybeUnknown<number>;
}): MaybeUnknown<PortRange> | undefined {
  const { protocol, fromPort, toPort } = rule;
  if (protocol === UNKNOWN) return UNKNOWN;
  if (protocol === "-1") return { from: 0, to: 65535 };
  if (protocol !== "tcp") return undefined;
  if (fromPort === UNKNOWN || toPort === UNKNOWN) return UNKNOWN;
  return fromPort < 0 ? { from: 0, to: 65535 } : { from: fromPort, to: toPort };
}

export function formatPorts({ from, to }: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}

type Direction = "ingress" | "egress";

/** The decision on a range of ports, and the rule that decides for all or for part of the addresses. */
interface Decision {
  readonly outcome: "allow" | "deny" | "mixed";
  readonly ports: PortRange;
  /** The rule that denies or, if all is allowed, the first that allows; undefined for the `*` rule. */
  readonly rule: NetworkAclRule | undefined;
}

/**
 * Whether the subnet's network ACL allows a connection and its answers on ephemeral ports, because ACLs are stateless.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 */
export function networkAcl(
  trace: TraceBuilder,
  graph: Graph,
  direction: Direction,
  subnet: Subnet,
  peer: AddressSet,
  port: number,
): Blocked | undefined {
  const back = direction === "egress" ? "ingress" : "egress";
  return (
    oneWay(trace, graph, direction, subnet, peer, { from: port, to: port }, false) ??
    oneWay(trace, graph, back, subnet, peer, EPHEMERAL, true)
  );
}

function oneWay(
  trace: TraceBuilder,
  graph: Graph,
  direction: Direction,
  subnet: Subnet,
  peer: AddressSet,
  ports: PortRange,
  isAnswer: boolean,
): Blocked | undefined {
  const acl = isKnown(subnet.networkAcl) ? graph.networkAcls.get(subnet.networkAcl) : undefined;
  const way = direction === "egress" ? "to" : "from";
  const what = `${isAnswer ? "answers on " : ""}tcp ${formatPorts(ports)} ${way} ${peer.label}`;
  if (acl === undefined) {
    return trace.undetermined(
      graph.refOf(subnet.networkAcl),
      `whether the network ACL of ${subnet.ref.name} allows ${what}`,
    );
  }
  const best = decide(acl, direction, peer, ports, "allow");
  const worst = decide(acl, direction, peer, ports, "deny");
  if (best.outcome === "deny") {
    const by = best.rule === undefined ? "no rule allows" : `rule ${String(best.rule.number)} denies`;
    const what = `${isAnswer ? "the answers on " : ""}tcp ${formatPorts(best.ports)} ${way} ${peer.label}`;
    return trace.blocked({
      at: acl.ref,
      by: best.rule?.ref,
      code: "SUBNET_ACL_RESTRICTION",
      reason: `network ACL ${acl.ref.name} of ${subnet.ref.name}: ${by} ${what}`,
      fix: `Allow ${direction} tcp ${formatPorts(ports)} ${way} ${peer.label} in network ACL ${acl.ref.name}${
        isAnswer ? ", for the answers" : ""
      }${best.rule === undefined ? "" : `, with a number below ${String(best.rule.number)}`}.`,
    });
  }
  if (acl.rulesUnknown || best.outcome === "mixed" || worst.outcome !== "allow") {
    const doubt = [worst.rule, best.rule].find((rule) => rule?.isUnexplained);
    if (doubt !== undefined)
      return trace.undetermined(acl.ref, unexplained(acl.ref.name, aclRuleText(doubt)));
    const part = isAnswer ? ` (tcp ${formatPorts(worst.ports)})` : "";
    return trace.undetermined(
      worst.rule?.ref ?? acl.ref,
      `network ACL ${acl.ref.name} of ${subnet.ref.name} allows ${what} in part or not for certain${part}`,
    );
  }
  return trace.hop(
    acl.ref,
    `${direction} rule ${String(best.rule?.number ?? "*")} allows ${what}`,
    best.rule?.ref,
  );
}

export function aclRuleText({ number, action, cidr }: NetworkAclRule): string {
  const block = cidr === undefined || !isKnown(cidr) ? "some addresses" : formatCidr(cidr);
  return `rule ${String(number)} (${String(action)} ${block})`;
}

/**
 * The decision of an ACL on a range of ports. The two assumptions are the bounds of the real decision.
 * @param assume the action of a rule that is not fully known
 */
function decide(
  acl: NetworkAcl,
  direction: Direction,
  peer: AddressSet,
  ports: PortRange,
  assume: "allow" | "deny",
): Decision {
  const rules = acl[direction].flatMap((rule) => resolve(rule, assume, peer.family));
  const decisions = stretches(
    rules.map((rule) => rule.ports),
    ports,
  ).map((stretch) => decideStretch(rules, peer, stretch));
  const denied = decisions.filter(({ outcome }) => outcome === "deny");
  const [first = { outcome: "deny", ports, rule: undefined }] = denied;
  if (denied.length === decisions.length) return first;
  const mixed = decisions.find(({ outcome }) => outcome === "mixed");
  const count = denied.reduce((sum, { ports: { from, to } }) => sum + to - from + 1, 0);
  // A client takes any port of the range, so it gets answers on the open ones.
  if (count > FEW_PORTS) return { ...first, outcome: "mixed" };
  return mixed ?? decisions.find(({ outcome }) => outcome === "allow") ?? first;
}

interface ResolvedRule {
  readonly rule: NetworkAclRule;
  readonly action: "allow" | "deny";
  readonly ports: PortRange;
  readonly cidr: (typeof EVERYWHERE)[4];
}

/** The rule under an assumption: a rule that is not fully known counts only if it supports the assumption. */
function resolve(rule: NetworkAclRule, assume: "allow" | "deny", family: 4 | 6): ResolvedRule[] {
  const ports = tcpPorts(rule);
  if (ports === undefined || rule.cidr === undefined) return [];
  const { action, cidr, number, isUnexplained } = rule;
  if (isUnexplained && action !== assume) return [];
  if (isKnown(ports) && isKnown(action) && isKnown(cidr) && isKnown(number))
    return [{ rule, action, ports, cidr }];
  if (isKnown(action) && action !== assume) return [];
  return [
    {
      rule,
      action: assume,
      ports: isKnown(ports) ? ports : { from: 0, to: 65535 },
      cidr: isKnown(cidr) ? cidr : EVERYWHERE[family],
    },
  ];
}

/** The parts of a port range between the ends of the rules' ranges. Each part has one decision. */
function stretches(ranges: readonly PortRange[], whole: PortRange): PortRange[] {
  const starts = new Set([whole.from]);
  for (const { from, to } of ranges) {
    for (const start of [from, to + 1]) if (whole.from < start && start <= whole.to) starts.add(start);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, i) => ({ from, to: (sorted[i + 1] ?? whole.to + 1) - 1 }));
}

/** The decision of the first rule that matches. Addresses that no rule matches are denied. */
function decideStretch(rules: readonly ResolvedRule[], peer: AddressSet, ports: PortRange): Decision {
  let rest = peer;
  let allow: NetworkAclRule | undefined;
  let deny: NetworkAclRule | undefined;
  for (const { rule, action, cidr, ports: own } of rules) {
    if (isEmpty(rest)) break;
    if (own.from > ports.from || own.to < ports.to || isEmpty(intersect(rest, cidr))) continue;
    if (action === "allow") allow ??= rule;
    else deny ??= rule;
    rest = subtract(rest, [cidr]);
  }
  const isDenied = deny !== undefined || !isEmpty(rest);
  if (!isDenied) return { outcome: "allow", ports, rule: allow };
  return { outcome: allow === undefined ? "deny" : "mixed", ports, rule: deny };
}
