import type { Graph, LambdaFunction, PolicySource, Role } from "../graph/model.js";
import { type DocumentKind, type NamedPolicy, type Principal, parsePolicy } from "../iam/index.js";
import { holdsUnknown, isKnown } from "../resources/unknown.js";

const cache = new WeakMap<PolicySource, NamedPolicy>();

/** A policy for the evaluator; one that is not known, or not a policy, has no document. */
export function named(policy: PolicySource, kind: DocumentKind): NamedPolicy {
  const cached = cache.get(policy);
  if (cached !== undefined) return cached;
  const made = read(policy, kind);
  cache.set(policy, made);
  return made;
}

function read({ ref, document }: PolicySource, kind: DocumentKind): NamedPolicy {
  if (!isKnown(document) || holdsUnknown(document)) return { label: ref.name, document: undefined };
  const result = parsePolicy(kind, document);
  // AWS refuses a malformed policy at deployment; until then nothing can be said of it.
  return { label: ref.name, document: result.ok ? result.document : undefined };
}

export function roleOf(graph: Graph, caller: LambdaFunction | undefined): Role | undefined {
  return caller !== undefined && isKnown(caller.role) ? graph.roles.get(caller.role) : undefined;
}

/** The session that a function's calls are made in has the function's name. */
export function principalOf(graph: Graph, caller: LambdaFunction | undefined): Principal {
  if (caller === undefined) return { kind: "anonymous" };
  const arn = roleOf(graph, caller)?.arn;
  const { functionName } = caller;
  return {
    kind: "role",
    arn: arn !== undefined && isKnown(arn) ? arn : undefined,
    ...(functionName !== undefined && isKnown(functionName) ? { session: functionName } : {}),
    ...(graph.account === undefined ? {} : { account: graph.account }),
  };
}

/** What the caller's own side has to say; a role that is not in the stack is a policy that is not known. */
export function identityPolicies(graph: Graph, caller: LambdaFunction) {
  const role = roleOf(graph, caller);
  if (role === undefined)
    return { identity: [{ label: graph.refOf(caller.role).name, document: undefined }] };
  return {
    identity: role.policies.map((policy) => named(policy, "identity")),
    ...(role.boundary === undefined ? {} : { boundary: named(role.boundary, "identity") }),
  };
}
