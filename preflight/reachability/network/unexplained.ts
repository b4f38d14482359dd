import type { Graph, PolicySource, ResourceRef } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { aclRuleText } from "./network-acls.js";
import { describeRoute } from "./route-tables.js";
import { ruleText } from "./security-groups.js";

/** Something in a resource's outputs that no resource of the stack explains. */
export interface Unexplained {
  readonly resource: ResourceRef;
  /** `egress rule (all traffic to 0.0.0.0/0)` */
  readonly what: string;
}

/** All that operators may have changed by hand, whether or not a proof depends on it. */
export function unexplainedIn(graph: Graph): Unexplained[] {
  const found: Unexplained[] = [];
  for (const { ref, ...group } of graph.securityGroups.values()) {
    for (const direction of ["ingress", "egress"] as const)
      for (const rule of group[direction])
        if (rule.isUnexplained)
          found.push({ resource: ref, what: `${direction} rule (${ruleText(graph, rule, direction)})` });
  }
  for (const { ref, ...acl } of graph.networkAcls.values()) {
    for (const direction of ["ingress", "egress"] as const)
      for (const rule of acl[direction])
        if (rule.isUnexplained) found.push({ resource: ref, what: `${direction} ${aclRuleText(rule)}` });
  }
  for (const { ref, unexplained } of graph.routeTables.values())
    for (const route of unexplained) found.push({ resource: ref, what: describeRoute(graph, route) });
  for (const { ref, unexplained } of graph.prefixLists.values())
    if (unexplained.length > 0) found.push({ resource: ref, what: `entries (${unexplained.length})` });
  for (const { ref, networkAcl } of graph.subnets.values())
    if (isKnown(networkAcl) && networkAcl.includes(PART)) found.push({ resource: ref, what: "network ACL" });
  for (const { ref, subnets, securityGroups, policy } of graph.endpoints.values()) {
    found.push(...policies(ref, [policy]));
    for (const [what, keys] of [
      ["subnet", subnets],
      ["security group", securityGroups],
    ] as const)
      if (keys.some((key) => isKnown(key) && key.includes(PART))) found.push({ resource: ref, what });
  }
  for (const { ref, policy } of [...graph.apis.values(), ...graph.managedResources.values()])
    found.push(...policies(ref, [policy]));
  for (const { ref, policies: all } of graph.roles.values()) found.push(...policies(ref, all));
  return found;
}

/** The suffix of keys for parts that only outputs hold. */
const PART = "#unexplained-";

function policies(resource: ResourceRef, all: readonly (PolicySource | undefined)[]): Unexplained[] {
  return all.flatMap((policy) => {
    if (policy?.doubt === undefined) return [];
    return [{ resource, what: policy.ref.urn === resource.urn ? "policy" : `policy ${policy.ref.name}` }];
  });
}
