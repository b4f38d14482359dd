import { EVERYWHERE } from "../../../aws/address-sets.js";
import { formatCidr } from "../../../aws/cidr.js";
import {
  cidr,
  inputValue,
  integer,
  list,
  oneOf,
  type Properties,
  records,
  requiredText,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, NetworkAcl, NetworkAclRule, ResourceRef } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";
import { normaliseProtocol, notWritten, portsSpelt } from "./security-groups.js";
import { isNew } from "./vpcs.js";

interface Draft extends NetworkAcl {
  readonly ingress: NetworkAclRule[];
  readonly egress: NetworkAclRule[];
}

/**
 * Network ACLs with inline rules and `NetworkAclRule` resources. The one that AWS creates with a VPC allows all. One
 * that the stack creates, or takes over with `DefaultNetworkAcl`, has only the written rules.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
 */
export function buildNetworkAcls(context: Context): Map<Key, NetworkAcl> {
  const { references } = context;
  const acls = new Map<Key, Draft>();
  for (const vpc of context.ofKind(KINDS.vpc)) {
    const key = `${vpc.urn}#default-network-acl`;
    if (isNew(vpc) && references.canonical(key) === key)
      acls.set(key, defaultAcl(references.refOf(key), vpc.urn));
  }
  for (const resource of context.ofKind(KINDS.networkAcl)) {
    acls.set(resource.urn, {
      ref: refOf(resource),
      vpc: references.needed(resource, "vpcId", resource.properties.vpcId, KINDS.vpc),
      ingress: inlineRules(resource, inputValue(resource, "ingress")),
      egress: inlineRules(resource, inputValue(resource, "egress")),
      rulesUnknown: [
        inputValue(resource, "ingress"),
        inputValue(resource, "egress"),
        resource.found?.ingress,
        resource.found?.egress,
      ].some((rules) => list(rules).includes(UNKNOWN)),
    });
  }
  for (const resource of context.ofType("aws:ec2/networkAclRule:NetworkAclRule")) {
    const { networkAclId, egress } = resource.properties;
    const key = references.needed(resource, "networkAclId", networkAclId, KINDS.networkAcl);
    const acl = isKnown(key) ? acls.get(key) : undefined;
    const rule = ruleOf(refOf(resource), resource.properties, "ruleNumber", "ruleAction");
    acl?.[egress === true ? "egress" : "ingress"].push(rule);
  }
  for (const resource of context.ofKind(KINDS.networkAcl)) {
    for (const direction of ["ingress", "egress"] as const) {
      const rules = acls.get(resource.urn)?.[direction];
      // First, so that it comes before a written rule of the same number, which it may have replaced.
      rules?.unshift(...unexplainedRules(resource, direction, rules));
    }
  }
  for (const acl of acls.values()) {
    acl.ingress.sort(byNumber);
    acl.egress.sort(byNumber);
  }
  return acls;
}

function defaultAcl(ref: ResourceRef, vpc: Key): Draft {
  const all = [EVERYWHERE[4], EVERYWHERE[6]].map(
    (block, i): NetworkAclRule => ({
      ref,
      number: 100 + i,
      action: "allow",
      protocol: "-1",
      fromPort: -1,
      toPort: -1,
      cidr: block,
    }),
  );
  return { ref, vpc, ingress: all, egress: [...all], rulesUnknown: false };
}

/** The rules in an ACL's outputs that none of its written rules explains. */
function unexplainedRules(
  resource: SourceResource,
  direction: "ingress" | "egress",
  written: readonly NetworkAclRule[],
): NetworkAclRule[] {
  return notWritten(inlineRules(resource, resource.found?.[direction]), written, contentOf);
}

/** What a rule decides, in one spelling. */
function contentOf(rule: NetworkAclRule): string {
  const { number, action, protocol, cidr } = rule;
  const block = cidr === undefined || !isKnown(cidr) ? "?" : formatCidr(cidr);
  return [number, action, protocol, ...portsSpelt(rule), block].map(String).join(" ");
}

function inlineRules(resource: SourceResource, rules: unknown): NetworkAclRule[] {
  return records(rules)
    .filter((rule) => isKnown(rule))
    .map((rule) => ruleOf(refOf(resource), rule, "ruleNo", "action"));
}

function ruleOf(ref: ResourceRef, rule: Properties, number: string, action: string): NetworkAclRule {
  return {
    ref,
    number: integer(rule[number]) ?? UNKNOWN,
    action: oneOf(rule[action], ["allow", "deny"]) ?? UNKNOWN,
    protocol: normaliseProtocol(requiredText(rule.protocol)),
    fromPort: integer(rule.fromPort) ?? -1,
    toPort: integer(rule.toPort) ?? -1,
    cidr: cidr(rule.cidrBlock) ?? cidr(rule.ipv6CidrBlock),
  };
}

/** Order by number. A rule whose number is not known may come first. */
function byNumber(a: NetworkAclRule, b: NetworkAclRule): number {
  const value = (number: MaybeUnknown<number>) => (isKnown(number) ? number : -1);
  return value(a.number) - value(b.number);
}
