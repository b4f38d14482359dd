import type { Graph } from "../../graph/model.js";
import { authorize, type Policies } from "../../iam/index.js";
import { resourceByArn } from "../places/resolve.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { named, recordDecision, type ServicePlace } from "./authorization.js";

/**
 * Whether an unsigned call from outside the account's VPCs is allowed. The caller has no policies, so the resource's
 * policy has to allow every principal; a resource without a policy allows none.
 */
export function anonymousCall(
  trace: TraceBuilder,
  graph: Graph,
  { action, resource }: ServicePlace,
): Blocked | undefined {
  if (action === undefined || resource === undefined) return undefined;
  const found = resourceByArn(graph, resource);
  const what = `${action} on ${resource}, unsigned`;
  const ref = found?.ref ?? { urn: resource, type: "resource", name: resource };
  const policies: Policies =
    found?.policy === undefined
      ? {}
      : { resource: { kind: "resource", policy: named(found.policy, "resource") } };
  const context = {
    "aws:SourceVpce": null,
    "aws:SourceVpc": null,
    "aws:SourceIp": { present: true },
    "aws:SecureTransport": true,
  } as const;
  const decision = authorize({ principal: { kind: "anonymous" }, action, resource, context }, policies);
  const side = {
    at: ref,
    by: found?.policy?.ref,
    code: "RESOURCE_POLICY_DENIES",
    fix: `Allow ${action} to everybody in the policy of ${ref.name}.`,
  } as const;
  return recordDecision(trace, decision, what, { resource: side, identity: side }, ref);
}
