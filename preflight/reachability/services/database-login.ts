import { LOGIN_ACTION, loginArn } from "../../graph/databases.js";
import type { Graph, ManagedResource } from "../../graph/model.js";
import { authorize } from "../../iam/index.js";
import { isKnown } from "../../resources/unknown.js";
import type { NetworkInterface } from "../network/interfaces.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { recordDecision } from "./decisions.js";
import { identityPolicies, principalOf } from "./policies.js";

/**
 * Whether a function may log in to a database, or its proxy, as one of its users with an IAM token. The SDK signs the
 * token locally, so it calls no service.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html
 */
export function databaseLogin(
  trace: TraceBuilder,
  graph: Graph,
  { function: caller }: NetworkInterface,
  database: ManagedResource,
  user: string | undefined,
): Blocked | undefined {
  if (caller === undefined || user === undefined) return undefined;
  const resource = loginArn(graph, database, user);
  if (!isKnown(resource))
    return trace.undetermined(database.ref, `by which id a policy calls ${database.ref.name}`);
  const role = graph.refOf(caller.role);
  const decision = authorize(
    { principal: principalOf(graph, caller), action: LOGIN_ACTION, resource, context: {} },
    identityPolicies(graph, caller),
  );
  const side = {
    at: role,
    code: "IDENTITY_POLICY_DENIES",
    fix: `Allow ${LOGIN_ACTION} on ${resource} in a policy of role ${role.name}.`,
  } as const;
  return recordDecision(
    trace,
    decision,
    `${LOGIN_ACTION} on ${resource}`,
    { identity: side, boundary: side },
    role,
  );
}
