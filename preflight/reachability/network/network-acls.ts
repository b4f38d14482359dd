import { type AddressSet, EVERYWHERE, intersect, isEmpty, subtract } from "../../aws/address-sets.js";
import type { Graph, NetworkAcl, NetworkAclRule, Subnet } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { EPHEMERAL, formatPorts, type PortRange, tcpPorts } from "../ports.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

type Direction = "ingress" | "egress";

/** What becomes of a stretch of ports: which rule decides, for all or for part of the addresses. */
interface Decision {
  readonly outcome: "allow" | "deny" | "mixed";
  readonly ports: PortRange;
  /** The rule that denies or, when all is allowed, the first that allows; undefined: the `*` rule. */
  readonly rule: NetworkAclRule | undefined;
}

/**
 * Whether the subnet's ACL lets a connection out (or in) and the answers back on ephemeral ports: ACLs are stateless.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 */
export function networkAcl(
  walk: Walk,
  graph: Graph,
  direction: Direction,
  subnet: Subnet,
  peer: AddressSet,
  port: number,
): Blocked | undefined {
  const back = direction === "egress" ? "ingress" : "egress";
  return (
    oneWay(walk, graph, direction, subnet, peer, { from: port, to: port }, false) ??
    oneWay(walk, graph, back, subnet, peer, EPHEMERAL, true)
  );
}

function oneWay(
  walk: Walk,
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
    return walk.miss(
      graph.refOf(subnet.networkAcl),
      `whether the network ACL of ${subnet.ref.name} allows ${what}`,
    );
  }
  const best = decide(acl, direction, peer, ports, "allow");
  const worst = decide(acl, direction, peer, ports, "deny");
  if (best.outcome === "deny") {
    const by = best.rule === undefined ? "no rule allows" : `rule ${String(best.rule.number)} denies`;
    const what = `${isAnswer ? "the answers on " : ""}tcp ${formatPorts(best.ports)} ${way} ${peer.label}`;
    return walk.block({
      at: acl.ref,
      by: best.rule?.ref,
      code: "SUBNET_ACL_RESTRICTION",
      why: `network ACL ${acl.ref.name} of ${subnet.ref.name}: ${by} ${what}`,
      mend: `Allow ${direction} tcp ${formatPorts(ports)} ${way} ${peer.label} in network ACL ${acl.ref.name}${
        isAnswer ? ", for the answers" : ""
      }${best.rule === undefined ? "" : `, with a number below ${String(best.rule.number)}`}.`,
    });
  }
  if (acl.rulesUnknown || best.outcome === "mixed" || worst.outcome !== "allow") {
    return walk.miss(
      worst.rule?.ref ?? acl.ref,
      `network ACL ${acl.ref.name} of ${subnet.ref.name} allows ${what} in part or not for certain`,
    );
  }
  return walk.pass(
    acl.ref,
    `${direction} rule ${String(best.rule?.number ?? "*")} allows ${what}`,
    best.rule?.ref,
  );
}

/** `assume`: what to make of a rule that is not fully known. Both ways round bound what is the case. */
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
  return (
    decisions.find(({ outcome }) => outcome === "deny") ??
    decisions.find(({ outcome }) => outcome === "mixed") ??
    decisions[0] ?? { outcome: "deny", ports, rule: undefined }
  );
}

interface ResolvedRule {
  readonly rule: NetworkAclRule;
  readonly action: "allow" | "deny";
  readonly ports: PortRange;
  readonly cidr: (typeof EVERYWHERE)[4];
}

/** A rule of which something is not known applies where that helps the assumption, and not where it does not. */
function resolve(rule: NetworkAclRule, assume: "allow" | "deny", family: 4 | 6): ResolvedRule[] {
  const ports = tcpPorts(rule);
  if (ports === undefined || rule.cidr === undefined) return [];
  const { action, cidr, number } = rule;
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

/** Cuts a range of ports where some rule begins or ends, so that every stretch has one answer. */
function stretches(ranges: readonly PortRange[], whole: PortRange): PortRange[] {
  const starts = new Set([whole.from]);
  for (const { from, to } of ranges) {
    for (const start of [from, to + 1]) if (whole.from < start && start <= whole.to) starts.add(start);
  }
  const sorted = [...starts].sort((a, b) => a - b);
  return sorted.map((from, i) => ({ from, to: (sorted[i + 1] ?? whole.to + 1) - 1 }));
}

/** The first rule that matches decides; what none matches is denied. */
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
