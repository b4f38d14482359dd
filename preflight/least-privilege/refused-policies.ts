import { ofType } from "../graph/databases.js";
import { type Graph, isKnown, type PolicySource, type ResourceRef, type Role } from "../graph/index.js";
import { type DocumentKind, parsePolicy } from "../iam/index.js";
import { SIZE_LIMITS, type SizedPolicy, sizeOf } from "../iam/size.js";
import type { RefusedPolicy } from "../report/model.js";
import { document, inputValue } from "../resources/read.js";
import { holdsUnknown } from "../resources/unknown.js";

/**
 * The policies that AWS would refuse at deployment, because they are malformed or too long. A refused policy means that
 * nothing is deployed as it is proved.
 */
export function refusedPolicies(graph: Graph): RefusedPolicy[] {
  const found = policiesOf(graph).flatMap(({ source, kind, size }) => [
    ...malformed(source, kind),
    ...(size === undefined ? [] : tooLong(source.ref, [source], size)),
  ]);
  const inline = [...graph.roles.values()].flatMap((role) =>
    tooLong(
      role.ref,
      role.policies.filter((policy) => isInline(role, policy)),
      "inline",
    ),
  );
  const all = [...found, ...inline];
  return [...new Map(all.map((item) => [`${item.policy.urn} ${item.reason}`, item])).values()];
}

interface Placed {
  readonly source: PolicySource;
  readonly kind: DocumentKind;
  /** Undefined for a policy that is judged together with others, or whose limit AWS does not document. */
  readonly size?: SizedPolicy;
}

const POLICY = "aws:iam/policy:Policy";
const SIZED: ReadonlySet<string> = new Set(Object.keys(SIZE_LIMITS));

function policiesOf(graph: Graph): Placed[] {
  const managed = ofType(graph, POLICY).flatMap((resource): Placed[] => {
    const found = document(inputValue(resource, "policy"));
    const source = { ref: graph.refOf(resource.urn), document: found };
    return found === undefined ? [] : [{ source, kind: "identity", size: "managed" }];
  });
  const roles = [...graph.roles.values()].flatMap((role): Placed[] => [
    ...role.policies.map((source): Placed => ({ source, kind: "identity" })),
    ...(role.trust === undefined ? [] : [{ source: role.trust, kind: "trust", size: "trust" } as const]),
  ]);
  const endpoints = [...graph.endpoints.values()].flatMap(({ policy }): Placed[] =>
    policy === undefined ? [] : [{ source: policy, kind: "endpoint", size: "endpoint" }],
  );
  const apis = [...graph.apis.values(), ...graph.domainNames.values()].flatMap(({ policy }): Placed[] =>
    policy === undefined ? [] : [{ source: policy, kind: "api-gateway" }],
  );
  const resources = [...graph.managedResources.values()].flatMap(({ kind, policy }): Placed[] => {
    if (policy === undefined) return [];
    const source = { source: policy, kind: kind === "key" ? "key" : "resource" } as const;
    return [isSized(kind) ? { ...source, size: kind } : source];
  });
  return [...managed, ...roles, ...endpoints, ...apis, ...resources];
}

function isSized(kind: string): kind is SizedPolicy {
  return SIZED.has(kind);
}

/** Whether a policy is part of the role: a resource of its own, or in the role's inputs. */
function isInline({ ref }: Role, policy: PolicySource): boolean {
  return policy.ref.type === "aws:iam/rolePolicy:RolePolicy" || policy.ref.urn === ref.urn;
}

function malformed({ ref, document: found }: PolicySource, kind: DocumentKind): RefusedPolicy[] {
  if (!isKnown(found) || holdsUnknown(found)) return [];
  const result = parsePolicy(kind, found);
  return result.ok ? [] : [{ policy: ref, reason: result.problems.join("; ") }];
}

function tooLong(policy: ResourceRef, sources: readonly PolicySource[], kind: SizedPolicy): RefusedPolicy[] {
  const { limit, unit } = SIZE_LIMITS[kind];
  const known = sources.filter(({ document: found }) => isKnown(found) && !holdsUnknown(found));
  const size = known.reduce((sum, { document: found }) => sum + sizeOf(found, SIZE_LIMITS[kind]), 0);
  if (size <= limit) return [];
  const whose = kind === "inline" ? "its inline policies have" : "it has";
  const figures = `${size.toLocaleString("en-US")} ${unit} without white space, of at most ${limit.toLocaleString("en-US")}`;
  return [{ policy, reason: `${whose} ${figures}` }];
}
