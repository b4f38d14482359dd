import { type AddressSet, intersect, isEmpty } from "../../aws/address-sets.js";
import { formatCidr, parseCidr } from "../../aws/cidr.js";
import type { ApiMethod, Graph, LambdaFunction, RestApi, Vpc, VpcEndpoint } from "../../graph/model.js";
import {
  authorize,
  type Decision,
  type NamedPolicy,
  type Policies,
  type Principal,
} from "../../iam/index.js";
import { isKnown } from "../../resources/unknown.js";
import { type Guard, guardOf } from "../api-guards.js";
import { type Sides, weigh } from "../decisions.js";
import { identityPolicies, named, principalOf } from "../policies.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";

/** A call to a method, and the way it came. */
export interface ApiCall {
  readonly graph: Graph;
  readonly api: RestApi;
  readonly method: ApiMethod;
  readonly caller: LambdaFunction | undefined;
  /** The execute-api endpoint; undefined: over public addresses. */
  readonly endpoint: VpcEndpoint | undefined;
  readonly vpc: Vpc | undefined;
  /** Where the call comes from, as API Gateway sees it; undefined: not known. */
  readonly addresses: AddressSet | undefined;
}

/**
 * The endpoint's policy, the API's resource policy and, for IAM authorization, the caller's own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function apiPolicies(walk: Walk, call: ApiCall): Blocked | undefined {
  const { api, endpoint } = call;
  const isPrivate = api.endpointType === "PRIVATE";
  if (isPrivate && api.policy === undefined) {
    const id = endpoint?.ref.name ?? "the endpoint";
    return walk.block({
      at: api.ref,
      code: "API_POLICY_MISSING",
      why: `private API ${api.ref.name} has no resource policy, so it refuses every call`,
      mend: `Give ${api.ref.name} a resource policy that allows execute-api:Invoke from ${id} (aws:SourceVpce), and redeploy.`,
    });
  }
  return authorization(walk, call) ?? decideForAll(walk, call, guardOf(call));
}

function authorization(walk: Walk, { method, caller, api, endpoint }: ApiCall): Blocked | undefined {
  const { authorization } = method;
  if (authorization === "NONE") return undefined;
  if (!isKnown(authorization)) return walk.miss(method.ref, `which authorization ${method.ref.name} wants`);
  if (authorization === "AWS_IAM" && caller !== undefined) return undefined;
  if (endpoint !== undefined || caller !== undefined || api.endpointType === "PRIVATE") {
    return walk.miss(
      method.ref,
      `whether the caller has the ${authorization} authorization of ${method.ref.name}`,
    );
  }
  return walk.block({
    at: method.ref,
    code: "API_METHOD_REQUIRES_AUTHORIZATION",
    why: `${method.ref.name} wants ${authorization} authorization, and the caller is anonymous`,
    mend: `Sign the request, or set authorization: NONE on ${method.ref.name}.`,
  });
}

/** Conditions on addresses are tried wherever their blocks begin and end inside the caller's range. */
export function decideForAll(walk: Walk, call: ApiCall, guard: Guard): Blocked | undefined {
  const decisions = samples(call, guard).map((address) => decide(call, guard, address));
  const [first] = decisions;
  if (first === undefined) return undefined;
  const outcomes = new Set(
    decisions.map(({ decision }) =>
      decision === "allowed" ? "allowed" : decision === "unknown" ? "unknown" : "denied",
    ),
  );
  const what = `execute-api:Invoke on ${guard.name}`;
  if (outcomes.size > 1) {
    return walk.miss(
      guard.policy?.ref ?? guard.at,
      `${what}: allowed from some of the caller's addresses and not from others`,
    );
  }
  return weigh(walk, first, what, sidesOf(call, guard), guard.policy?.ref ?? call.endpoint?.ref ?? guard.at);
}

function decide(call: ApiCall, guard: Guard, address: string | undefined): Decision {
  const { graph, api, method, caller, endpoint, vpc } = call;
  const isIam = method.authorization === "AWS_IAM";
  const policies: Policies = {
    ...(caller === undefined ? SOMEBODY.policies : identityPolicies(graph, caller)),
    ...(endpoint?.policy === undefined
      ? {}
      : { endpoint: { type: "interface", policy: named(endpoint.policy, "endpoint") } }),
    resource: {
      kind: "api-gateway",
      auth: isIam ? "iam" : "none",
      private: api.endpointType === "PRIVATE",
      ...(guard.policy === undefined ? {} : { policy: named(guard.policy, "api-gateway") }),
    },
  };
  const source = address ?? ({ present: true } as const);
  return authorize(
    {
      principal: principalFor(call, isIam),
      action: "execute-api:Invoke",
      resource: guard.resource,
      ...(graph.account === undefined ? {} : { resourceAccount: graph.account }),
      context: {
        "aws:SourceVpce": endpoint === undefined ? null : endpoint.ref.id,
        "aws:SourceVpc": endpoint === undefined ? null : vpc?.ref.id,
        "aws:VpcSourceIp": endpoint === undefined ? null : source,
        "aws:SourceIp": endpoint === undefined ? source : null,
        "aws:SecureTransport": true,
      },
    },
    policies,
  );
}

/** A host of the VPC that signs its requests with credentials of which nothing is known. */
const SOMEBODY = {
  principal: { kind: "role", arn: undefined },
  policies: { identity: [{ label: "the caller's own policies", document: undefined }] },
} as const;

function principalFor({ graph, caller, endpoint }: ApiCall, isIam: boolean): Principal {
  if (!isIam) return { kind: "anonymous" };
  return caller === undefined && endpoint !== undefined ? SOMEBODY.principal : principalOf(graph, caller);
}

/** Addresses of the caller between which no condition of the policies can tell. */
function samples({ addresses, endpoint }: ApiCall, { policy }: Guard): (string | undefined)[] {
  const policies: NamedPolicy[] = [
    ...(policy === undefined ? [] : [named(policy, "api-gateway")]),
    ...(endpoint?.policy === undefined ? [] : [named(endpoint.policy, "endpoint")]),
  ];
  const values = policies.flatMap(({ document }) =>
    (document?.statements ?? []).flatMap(({ conditions }) =>
      conditions.flatMap((condition) => condition.values),
    ),
  );
  const blocks = values.flatMap((value) => (/^[\d.:a-f/]+$/i.test(value) ? (parseCidr(value) ?? []) : []));
  if (addresses === undefined || blocks.length === 0) return [undefined];
  const bits = addresses.family === 4 ? 32 : 128;
  const edges = [
    ...addresses.ranges.flatMap(({ first, last }) => [first, last]),
    ...blocks.flatMap(({ first, last }) => [first - 1n, first, last, last + 1n]),
  ].filter((value) => value >= 0n && value < 1n << BigInt(bits));
  const inside = [...new Set(edges)]
    .map((value) => ({ family: addresses.family, first: value, last: value, prefix: bits }))
    .filter((single) => !isEmpty(intersect(addresses, single)));
  return inside.map(formatCidr);
}

function sidesOf({ graph, endpoint, caller }: ApiCall, guard: Guard): Sides {
  const what = guard.name;
  return {
    "api-gateway": { at: guard.at, by: guard.policy?.ref, code: guard.code, mend: guard.mend },
    ...(endpoint === undefined
      ? {}
      : {
          endpoint: {
            at: endpoint.ref,
            by: endpoint.policy?.ref,
            code: "VPCE_POLICY_DENIES" as const,
            mend: `Allow execute-api:Invoke on ${what} to every principal in the policy of ${endpoint.ref.name}.`,
          },
        }),
    ...(caller === undefined
      ? {}
      : {
          identity: {
            at: graph.refOf(caller.role),
            code: "IDENTITY_POLICY_DENIES" as const,
            mend: `Allow execute-api:Invoke on ${what} in a policy of role ${graph.refOf(caller.role).name}.`,
          },
        }),
  };
}
