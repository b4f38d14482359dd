import { document, inputValue, isRecord, type Properties, records } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, UNKNOWN } from "../../resources/unknown.js";
import type { PolicySource } from "../model.js";
import { unexplained } from "../unexplained.js";
import { canonicalPolicy } from "./canonical-policy.js";
import type { Context } from "./context.js";
import { refOf } from "./references.js";

/** The policy in a resource's property; undefined if it has none. */
export function policyIn(resource: SourceResource, property = "policy"): PolicySource | undefined {
  const found = document(inputValue(resource, property));
  return found === undefined ? undefined : { ref: refOf(resource), document: found };
}

/**
 * The policy that applies to a resource: that of a separate resource, else its own. Another one in the resource's
 * outputs may have been set by hand, or may be the copy of a replaced or removed one. So neither content counts.
 * @param isDefault whether a document is what AWS writes itself if the program writes none
 */
export function policyOf(
  resource: SourceResource,
  separate: PolicySource | undefined,
  isDefault: (document: unknown) => boolean = () => false,
): PolicySource | undefined {
  const own = separate ?? policyIn(resource);
  const found = document(resource.found?.policy);
  if (found === undefined || own?.doubt !== undefined) return own;
  const ref = refOf(resource);
  if (isDefault(found)) return own ?? { ref, document: found };
  if (own !== undefined && canonicalPolicy(own.document) === canonicalPolicy(found)) return own;
  return { ref, document: UNKNOWN, doubt: unexplained(resource.name, "a policy") };
}

function onlyStatement(policy: unknown): Properties {
  const [only, ...others] = isRecord(policy) ? records(policy.Statement) : [];
  return only !== undefined && isKnown(only) && others.length === 0 ? only : {};
}

/**
 * Whether an endpoint's outputs hold the policy that AWS writes itself, so that the endpoint has none of its own.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
 */
export function hasDefaultPolicy({ found }: SourceResource): boolean {
  const { Effect, Principal, Action, Resource, ...rest } = onlyStatement(document(found?.policy));
  const isOpen = Principal === "*" && Action === "*" && Resource === "*";
  return Effect === "Allow" && isOpen && Object.keys(rest).every((key) => key === "Sid");
}

/**
 * The policy that AWS writes itself: a key's for its account, a topic's for its owner.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 * https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function isDefaultResourcePolicy(policy: unknown): boolean {
  const { Effect, Principal, Action, Condition } = onlyStatement(policy);
  if (Effect !== "Allow" || !isRecord(Principal)) return false;
  const isKeys = Action === "kms:*" && /^arn:[a-z-]+:iam::\d{12}:root$/.test(String(Principal.AWS));
  const owner = isRecord(Condition) && isRecord(Condition.StringEquals) ? Condition.StringEquals : {};
  const isTopics = /^\d{12}$/.test(String(owner["AWS:SourceOwner"])) && Principal.AWS === "*";
  return isKeys ? Condition === undefined : isTopics;
}

/**
 * Policies that are separate resources, by the resource that they apply to. A resource has one policy, so of several
 * the one that was written last applies, and a stack does not say which.
 */
export function separatePolicies(
  { ofType }: Context,
  type: string,
  keyOf: (resource: SourceResource) => unknown,
): Map<unknown, PolicySource> {
  const found = new Map<unknown, PolicySource>();
  for (const resource of ofType(type)) {
    const policy = policyIn(resource);
    if (policy === undefined) continue;
    const key = keyOf(resource);
    const other = isKnown(key) ? found.get(key) : undefined;
    found.set(key, other === undefined ? policy : oneOf(other, policy));
  }
  return found;
}

function oneOf({ ref: one }: PolicySource, { ref }: PolicySource): PolicySource {
  const doubt = `${one.name} and ${ref.name} are policies of the same resource, of which the last written applies`;
  return { ref, document: UNKNOWN, doubt };
}
