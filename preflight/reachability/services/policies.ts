import type { Graph, LambdaFunction, PolicySource, Role } from "../../graph/model.js";
import { type DocumentKind, type NamedPolicy, type Principal, parsePolicy } from "../../iam/index.js";
import { holdsUnknown, isKnown, isSet } from "../../resources/unknown.js";

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
