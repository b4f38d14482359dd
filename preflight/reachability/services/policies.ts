import type { Graph, LambdaFunction, ManagedResource, PolicySource, Role } from "../../graph/model.js";
import {
  type DocumentKind,
  type NamedPolicy,
  namedPolicy,
  type Policies,
  type Principal,
  parsePolicy,
} from "../../iam/index.js";
import { holdsUnknown, isKnown, isSet } from "../../resources/unknown.js";
import { homeAt } from "../places/home.js";

/** The policies of a caller that may do everything on its own side. */
export const ALLOW_ALL: NamedPolicy = allowAll();

function allowAll(): NamedPolicy {
  const result = parsePolicy("identity", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  return { label: "the caller's own policies", document: result.ok ? result.document : undefined };
}

const cache = new WeakMap<PolicySource, NamedPolicy>();

/** A policy for the evaluator. It has no document if the text is not known or is no policy. */
export function named(policy: PolicySource, kind: DocumentKind): NamedPolicy {
  const cached = cache.get(policy);
  if (cached !== undefined) return cached;
  const made = read(policy, kind);
  cache.set(policy, made);
  return made;
}

function read({ ref, document, doubt }: PolicySource, kind: DocumentKind): NamedPolicy {
  const label = doubt === undefined ? { label: ref.name } : { label: ref.name, doubt };
  if (!isKnown(document) || holdsUnknown(document)) return { ...label, document: undefined };
  const result = parsePolicy(kind, document);
  // AWS refuses a malformed policy at deployment, so its decisions are not known.
  return { ...label, document: result.ok ? result.document : undefined };
}

export function roleOf(graph: Graph, caller: LambdaFunction | undefined): Role | undefined {
  return caller !== undefined && isKnown(caller.role) ? graph.roles.get(caller.role) : undefined;
}

/** The principal of a function's calls: a session of its role with the function's name. */
export function principalOf(graph: Graph, caller: LambdaFunction | undefined): Principal {
  if (caller === undefined) return { kind: "anonymous" };
  const arn = roleOf(graph, caller)?.arn;
  const { functionName } = caller;
  const account = graph.homeOf(caller.role).account ?? graph.homeOf(caller.ref.urn).account ?? graph.account;
  return {
    kind: "role",
    arn: isSet(arn) ? arn : undefined,
    ...(isSet(functionName) ? { session: functionName } : {}),
    ...(account === undefined ? {} : { account }),
  };
}

/** The policies of the caller's role. If the role is not in the stack, they are one policy that is not known. */
export function identityPolicies(graph: Graph, caller: LambdaFunction) {
  const role = roleOf(graph, caller);
  if (role === undefined)
    return { identity: [{ label: graph.refOf(caller.role).name, document: undefined }] };
  return {
    identity: role.policies.map((policy) => named(policy, "identity")),
    ...(role.boundary === undefined ? {} : { boundary: named(role.boundary, "identity") }),
  };
}

/** A role as the evaluator takes it: who calls, and with which policies. */
export function actingAs(
  graph: Graph,
  { ref, arn, policies, boundary }: Role,
): { readonly principal: Principal; readonly policies: Pick<Policies, "identity" | "boundary"> } {
  const { account } = homeAt(graph, ref.urn);
  return {
    principal: {
      kind: "role",
      arn: isKnown(arn) ? arn : undefined,
      ...(account !== undefined && { account }),
    },
    policies: {
      identity: policies.map((policy) => named(policy, "identity")),
      ...(boundary !== undefined && { boundary: named(boundary, "identity") }),
    },
  };
}

/** The policy of a resource, as the evaluator takes it. */
export function resourcePolicy(
  graph: Graph,
  { ref, kind, policy }: ManagedResource,
): Pick<Policies, "resource"> {
  if (kind === "key") {
    const own =
      policy === undefined ? defaultKeyPolicy(homeAt(graph, ref.urn).account) : named(policy, "key");
    return { resource: { kind: "key", policy: own } };
  }
  return policy === undefined ? {} : { resource: { kind: "resource", policy: named(policy, "resource") } };
}

/**
 * The policy of a key that the program gives none: it leaves the decision to the account's own policies.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy(account: string | undefined): NamedPolicy {
  const label = "AWS's default key policy";
  if (account === undefined) return { label, document: undefined };
  const Principal = { AWS: `arn:aws:iam::${account}:root` };
  return namedPolicy(label, "key", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "kms:*", Resource: "*" }],
  });
}
