import type { Graph, LambdaFunction, ServiceResource, Vpc, VpcEndpoint } from "../graph/model.js";
import type { ContextInput } from "../iam/index.js";
import type { Place } from "../intents.js";
import type { Sides } from "./decisions.js";
import { roleOf } from "./policies.js";
import type { Action } from "./services/sample-requests.js";

export type ServicePlace = Extract<Place, { kind: "service" }>;

/** Who calls, and by which way. */
export interface Call {
  readonly graph: Graph;
  readonly caller: LambdaFunction | undefined;
  readonly service: ServicePlace;
  readonly endpoint: VpcEndpoint | undefined;
  readonly vpc: Vpc | undefined;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
export function contextOf({ endpoint, vpc, graph }: Call): Record<string, ContextInput> {
  const isPrivate = endpoint !== undefined;
  return {
    "aws:SourceVpce": isPrivate ? endpoint.ref.id : null,
    "aws:SourceVpc": isPrivate ? vpc?.ref.id : null,
    "aws:SourceIp": isPrivate ? null : { present: true },
    "aws:SecureTransport": true,
    ...(graph.region === undefined ? {} : { "aws:RequestedRegion": graph.region }),
  };
}

/** What each policy that may refuse the call belongs to. */
export function sidesOf(
  { graph, caller, endpoint }: Call,
  { action, resource }: Action,
  found: ServiceResource | undefined,
): Sides {
  const role = graph.refOf(caller?.role ?? "");
  const own = {
    at: role,
    code: "IDENTITY_POLICY_DENIES",
    mend: `Allow ${action} on ${resource} in a policy of role ${role.name}.`,
  } as const;
  const boundary = roleOf(graph, caller)?.boundary?.ref;
  return {
    ...(found === undefined
      ? {}
      : { resource: resourceSide(found, action), key: resourceSide(found, action) }),
    ...(endpoint === undefined
      ? {}
      : {
          endpoint: {
            at: endpoint.ref,
            by: endpoint.policy?.ref,
            code: "VPCE_POLICY_DENIES" as const,
            mend: `Allow ${action} on ${resource} in the policy of ${endpoint.ref.name}.`,
          },
        }),
    ...(caller === undefined ? {} : { identity: own }),
    ...(boundary === undefined
      ? {}
      : {
          boundary: {
            ...own,
            by: boundary,
            mend: `Allow ${action} in permissions boundary ${boundary.name}.`,
          },
        }),
  };
}

function resourceSide({ ref, policy }: ServiceResource, action: string) {
  return {
    at: ref,
    by: policy?.ref,
    code: "RESOURCE_POLICY_DENIES",
    mend: `Allow ${action} in the policy of ${ref.name}.`,
  } as const;
}
