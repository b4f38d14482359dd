import { LOGIN_ACTION, loginArn } from "../../graph/databases.js";
import type { Graph, ServiceResource } from "../../graph/model.js";
import { authorize } from "../../iam/index.js";
import { isKnown } from "../../resources/unknown.js";
import { weigh } from "../decisions.js";
import type { Interface } from "../ends.js";
import { identityPolicies, principalOf } from "../policies.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/**
 * Whether a function that is to use a database, or its proxy, as one of its users may log in with a token for IAM.
 * The token is made in the function, so no service is called for it.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html
 */
export function databaseLogin(
  walk: Walk,
  graph: Graph,
  { function: caller }: Interface,
  database: ServiceResource,
  user: string | undefined,
): Blocked | undefined {
  if (caller === undefined || user === undefined) return undefined;
  const resource = loginArn(graph, database, user);
  if (!isKnown(resource)) return walk.miss(database.ref, `by which id a policy calls ${database.ref.name}`);
  const role = graph.refOf(caller.role);
  const decision = authorize(
    { principal: principalOf(graph, caller), action: LOGIN_ACTION, resource, context: {} },
    identityPolicies(graph, caller),
  );
  const side = {
    at: role,
    code: "IDENTITY_POLICY_DENIES",
    mend: `Allow ${LOGIN_ACTION} on ${resource} in a policy of role ${role.name}.`,
  } as const;
  return weigh(walk, decision, `${LOGIN_ACTION} on ${resource}`, { identity: side, boundary: side }, role);
}
