import { type AddressSet, intersect, isEmpty } from "../../aws/address-sets.js";
import { formatCidr, parseCidr } from "../../aws/cidr.js";
import type {
  ApiMethod,
  Graph,
  LambdaFunction,
  PolicySource,
  ResourceRef,
  RestApi,
  Vpc,
  VpcEndpoint,
} from "../../graph/model.js";
import {
  authorize,
  type ContextInput,
  type Decision,
  type NamedPolicy,
  type Policies,
  type Principal,
} from "../../iam/index.js";
import { isKnown } from "../../resources/unknown.js";
import { homeAt } from "../places/home.js";
import { methodArn, methodName } from "../places/resolve.js";
import { inService } from "../services/authorization.js";
import { type PolicyOwners, recordDecision } from "../services/decisions.js";
import { identityPolicies, named, principalOf } from "../services/policies.js";
import type { Code } from "../verdict/explanation-codes.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { byAuthorizer, hasAuthorizer } from "./authorizers.js";

/** A call of a method, with its caller and the endpoint that it goes through. */
export interface ApiCall {
  readonly graph: Graph;
  readonly api: RestApi;
  readonly method: ApiMethod;
  readonly caller: LambdaFunction | undefined;
  /** The execute-api endpoint; undefined if the call goes over public addresses. */
  readonly endpoint: VpcEndpoint | undefined;
  readonly vpc: Vpc | undefined;
  /** The source addresses that API Gateway sees; undefined if they are not known. */
  readonly addresses: AddressSet | undefined;
  /** Whether it carries a token that the method's authorizer accepts; undefined: nobody says. */
  readonly token?: boolean | undefined;
  /** Who sends the call, if it is not a function of the stack and yet known. */
  readonly requester?: Requester;
}

/** Who sends a call: its signer, with what the signer's own policies allow, and the condition keys that it decides. */
export interface Requester {
  readonly principal: Principal;
  readonly identity: readonly NamedPolicy[];
  readonly context: Readonly<Record<string, ContextInput>>;
}

/**
 * Whether the policies of the endpoint, the API and, for IAM authorization, the caller allow the call.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function apiPolicies(trace: TraceBuilder, call: ApiCall): Blocked | undefined {
  const { api, endpoint } = call;
  const isPrivate = api.endpointType === "PRIVATE";
  if (endpoint !== undefined) inService(trace, endpoint);
  if (isPrivate && api.policy === undefined) {
    const id = endpoint?.ref.name ?? "the endpoint";
    return trace.blocked({
      at: api.ref,
      code: "API_POLICY_MISSING",
      reason: `private API ${api.ref.name} has no resource policy, so it refuses every call`,
      fix: `Give ${api.ref.name} a resource policy that allows execute-api:Invoke from ${id} (aws:SourceVpce), and redeploy.`,
    });
  }
  return authorization(trace, call) ?? decideForAll(trace, call, guardOf(call));
}

function authorization(trace: TraceBuilder, call: ApiCall): Blocked | undefined {
  const { method, caller, api, endpoint, requester } = call;
  const { authorization } = method;
  if (authorization === "NONE") return undefined;
  if (!isKnown(authorization))
    return trace.undetermined(method.ref, `which authorization ${method.ref.name} wants`);
  if (authorization === "AWS_IAM" && (caller ?? requester) !== undefined) return undefined;
  const isSomebody = endpoint !== undefined || caller !== undefined || api.endpointType === "PRIVATE";
  if (hasAuthorizer(call.graph, call)) {
    const unsaid = isSomebody ? "unknown" : "none";
    return byAuthorizer(trace, call, call.token === undefined ? unsaid : call.token ? "token" : "none");
  }
  if (isSomebody) {
    return trace.undetermined(
      method.ref,
      `whether the caller has the ${authorization} authorization of ${method.ref.name}`,
    );
  }
  return trace.blocked({
    at: method.ref,
    code: "API_METHOD_REQUIRES_AUTHORIZATION",
    reason: `${method.ref.name} wants ${authorization} authorization, and the caller is anonymous`,
    fix: `Sign the request, or set authorization: NONE on ${method.ref.name}.`,
  });
}

/** Whether the policies decide the same for all of the caller's addresses. They are tried with sample addresses. */
export function decideForAll(trace: TraceBuilder, call: ApiCall, guard: Guard): Blocked | undefined {
  const decisions = sampleAddresses(call, guard).map((address) => decide(call, guard, address));
  const [first] = decisions;
  if (first === undefined) return undefined;
  const outcomes = new Set(
    decisions.map(({ decision }) =>
      decision === "allowed" ? "allowed" : decision === "unknown" ? "unknown" : "denied",
    ),
  );
  const what = `execute-api:Invoke on ${guard.name}`;
  if (outcomes.size > 1) {
    return trace.undetermined(
      guard.policy?.ref ?? guard.at,
      `${what}: allowed from some of the caller's addresses and not from others`,
    );
  }
  return recordDecision(
    trace,
    first,
    what,
    ownersOf(call, guard),
    guard.policy?.ref ?? call.endpoint?.ref ?? guard.at,
  );
}

function decide(call: ApiCall, guard: Guard, address: string | undefined): Decision {
  const { graph, api, method, endpoint, vpc, requester } = call;
  const isIam = method.authorization === "AWS_IAM";
  const policies: Policies = {
    ...callerPolicies(call),
    ...(endpoint?.policy === undefined
      ? {}
      : { endpoint: { type: "interface", policy: named(endpoint.policy, "endpoint") } }),
    resource: {
      kind: "api-gateway",
      auth: isIam ? "iam" : method.authorization === "CUSTOM" ? "authorizer" : "none",
      private: api.endpointType === "PRIVATE",
      ...(guard.policy === undefined ? {} : { policy: named(guard.policy, "api-gateway") }),
    },
  };
  const source = address ?? ({ present: true } as const);
  const { account } = homeAt(graph, api.ref.urn);
  return authorize(
    {
      principal: principalFor(call, isIam),
      action: "execute-api:Invoke",
      resource: guard.resource,
      ...(account !== undefined && { resourceAccount: account }),
      context: {
        "aws:SourceVpce": endpoint === undefined ? null : endpoint.ref.id,
        "aws:SourceVpc": endpoint === undefined ? null : vpc?.ref.id,
        "aws:VpcSourceIp": endpoint === undefined ? null : source,
        "aws:SourceIp": endpoint === undefined ? source : null,
        "aws:SecureTransport": true,
        ...requester?.context,
      },
    },
    policies,
  );
}

/** A host of the VPC that signs its requests with unknown credentials. */
const UNKNOWN_CALLER = {
  principal: { kind: "role", arn: undefined },
  policies: { identity: [{ label: "the caller's own policies", document: undefined }] },
} as const;

function callerPolicies({ graph, caller, requester }: ApiCall): Policies {
  if (requester !== undefined) return { identity: requester.identity };
  return caller === undefined ? UNKNOWN_CALLER.policies : identityPolicies(graph, caller);
}

function principalFor({ graph, caller, endpoint, requester }: ApiCall, isIam: boolean): Principal {
  if (!isIam) return { kind: "anonymous" };
  if (requester !== undefined) return requester.principal;
  return caller === undefined && endpoint !== undefined
    ? UNKNOWN_CALLER.principal
    : principalOf(graph, caller);
}

/** The ends of the address blocks in the policies and in the caller's range. No condition tells addresses between them apart. */
function sampleAddresses({ addresses, endpoint }: ApiCall, { policy }: Guard): (string | undefined)[] {
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

function ownersOf({ graph, endpoint, caller }: ApiCall, guard: Guard): PolicyOwners {
  const what = guard.name;
  return {
    "api-gateway": { at: guard.at, by: guard.policy?.ref, code: guard.code, fix: guard.fix },
    ...(endpoint === undefined
      ? {}
      : {
          endpoint: {
            at: endpoint.ref,
            by: endpoint.policy?.ref,
            code: "VPCE_POLICY_DENIES" as const,
            fix: `Allow execute-api:Invoke on ${what} to every principal in the policy of ${endpoint.ref.name}.`,
          },
        }),
    ...(caller === undefined
      ? {}
      : {
          identity: {
            at: graph.refOf(caller.role),
            code: "IDENTITY_POLICY_DENIES" as const,
            fix: `Allow execute-api:Invoke on ${what} in a policy of role ${graph.refOf(caller.role).name}.`,
          },
        }),
  };
}

/** The target of a call with the policy that guards it: a method of an API, or a private domain name. */
export interface Guard {
  readonly at: ResourceRef;
  readonly policy: PolicySource | undefined;
  /** The ARN; undefined if it is not known. */
  readonly resource: string | undefined;
  readonly name: string;
  readonly code: Code;
  readonly fix: string;
}

/** The method of a call, guarded by the API's policy. */
function guardOf(call: ApiCall): Guard {
  const { api, endpoint } = call;
  const name = methodName(call);
  return {
    at: api.ref,
    policy: api.policy,
    resource: methodArn(call),
    name,
    code: "API_POLICY_DENIES",
    fix:
      call.requester !== undefined
        ? `If it may call, allow its endpoint's id (aws:SourceVpce) in the resource policy of ${api.ref.name}, and redeploy.`
        : endpoint === undefined
          ? `Allow execute-api:Invoke on ${name} to the caller in the resource policy of ${api.ref.name}, and redeploy.`
          : `Allow execute-api:Invoke on ${name} from ${endpoint.ref.name} (aws:SourceVpce) in the resource policy of ${api.ref.name}, and redeploy.`,
  };
}
