import { type Graph, isSet, type ManagedResource } from "../graph/index.js";
import { authorize } from "../iam/index.js";
import { homeAt } from "../reachability/places/home.js";
import { keyOf, ownKey } from "../reachability/services/encryption.js";
import { named } from "../reachability/services/policies.js";
import type { RefusedPolicy } from "../report/model.js";

/** What CloudWatch Logs does with the key of a log group. */
const ACTIONS = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"];

/**
 * Log groups that AWS refuses to create, because the policy of their key does not admit CloudWatch Logs. A key outside
 * the stack is not judged.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function refusedLogGroups(graph: Graph): RefusedPolicy[] {
  return [...graph.managedResources.values()].flatMap((group) => {
    const key = group.kind === "log-group" ? ownKey(keyOf(graph, group)) : undefined;
    if (key === undefined) return [];
    const { region } = homeAt(graph, group.ref.urn);
    const refused = ACTIONS.filter((action) => region !== undefined && !mayUse(region, action, group, key));
    const reason = `${key.ref.name} does not let ${logsIn(region ?? "")} do ${refused.join(", ")} for ${group.ref.name}`;
    return refused.length === 0 ? [] : [{ policy: group.ref, reason }];
  });
}

/** CloudWatch Logs, as the policy of a key names it. */
function logsIn(region: string): string {
  return `logs.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

/** Whether the key's policy may allow CloudWatch Logs an action. AWS's default policy admits no service. */
function mayUse(region: string, action: string, group: ManagedResource, key: ManagedResource): boolean {
  if (key.policy === undefined) return false;
  const arn = isSet(group.arn) ? group.arn.replace(/:\*$/, "") : undefined;
  const { decision } = authorize(
    {
      principal: { kind: "service", name: logsIn(region) },
      action,
      resource: isSet(key.arn) ? key.arn : undefined,
      context: { "kms:EncryptionContext:aws:logs:arn": arn ?? { present: true } },
    },
    { resource: { kind: "key", policy: named(key.policy, "key") } },
  );
  return decision === "allowed" || decision === "unknown";
}
