import type { Graph } from "../../graph/model.js";
import { authorize, type Policies } from "../../iam/index.js";
import { weigh } from "../decisions.js";
import { resourceByArn } from "../find.js";
import { named } from "../policies.js";
import type { ServicePlace } from "../service-calls.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/**
 * A call that nobody has signed, from outside the account's VPCs. It has no policies of its own, so the resource's has
 * to let everybody in; a resource without one lets nobody in.
 */
export function anonymousCall(
  walk: Walk,
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
    mend: `Allow ${action} to everybody in the policy of ${ref.name}.`,
  } as const;
  return weigh(walk, decision, what, { resource: side, identity: side }, ref);
}
