import type { Graph, LambdaFunction, LambdaPermission, ResourceRef } from "../../graph/model.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { indexOf } from "../network/interfaces.js";

/** An invocation by a service, as a function's permissions see it. */
export interface Invocation {
  /** `sns.amazonaws.com` */
  readonly service: string;
  /** The resource that the service invokes for. */
  readonly source: ResourceRef;
  /** ARN of the source; undefined if it is not known. */
  readonly sourceArn: string | undefined;
  /** Account of the source; undefined if it is not known. */
  readonly sourceAccount: string | undefined;
  /** The alias or version that is invoked; undefined for the function itself. */
  readonly qualifier: MaybeUnknown<string> | undefined;
}

export type Admission =
  | { readonly admitted: true; readonly by: LambdaPermission }
  | { readonly admitted: "unknown"; readonly by: LambdaPermission }
  | { readonly admitted: false };

/**
 * Whether a permission of the function allows the invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function admission(
  graph: Graph,
  { ref }: Pick<LambdaFunction, "ref">,
  invocation: Invocation,
): Admission {
  const { permissionsOf } = indexOf(graph);
  const own = (permissionsOf.get(ref.urn) ?? []).map((by) => ({ by, admits: admits(graph, by, invocation) }));
  const sure = own.find(({ admits }) => admits === true);
  if (sure !== undefined) return { admitted: true, by: sure.by };
  const doubt =
    own.find(({ admits }) => admits === undefined)?.by ??
    (permissionsOf.get(UNKNOWN) ?? []).find((by) => admits(graph, by, invocation) !== false);
  return doubt === undefined ? { admitted: false } : { admitted: "unknown", by: doubt };
}

/** Whether a permission allows the invocation; undefined if that is not known. */
function admits(graph: Graph, permission: LambdaPermission, invocation: Invocation): boolean | undefined {
  const { action, principal, qualifier, sourceAccount, invokedViaFunctionUrl, principalOrgId } = permission;
  const { service, qualifier: invoked, sourceAccount: account } = invocation;
  const facts = [
    is(action, ["lambda:InvokeFunction", "lambda:*"]),
    is(principal, [service, "*"]),
    // A service principal belongs to no organization, and does not call the function's URL.
    principalOrgId === undefined,
    isKnown(invokedViaFunctionUrl) ? !invokedViaFunctionUrl : undefined,
    invoked === undefined || isKnown(invoked) ? is(qualifier, [invoked]) : undefined,
    sourceAccount === undefined || (account === undefined ? undefined : is(sourceAccount, [account])),
    comesFrom(graph, permission, invocation),
  ];
  if (facts.includes(false)) return false;
  return facts.every((fact) => fact === true) ? true : undefined;
}

function is(
  value: MaybeUnknown<string> | undefined,
  allowed: readonly (string | undefined)[],
): boolean | undefined {
  return value === undefined || isKnown(value) ? allowed.includes(value) : undefined;
}

function comesFrom(
  graph: Graph,
  { ref, sourceArn }: LambdaPermission,
  { source, sourceArn: arn }: Invocation,
): boolean | undefined {
  if (sourceArn === undefined) return true;
  if (!isKnown(sourceArn)) {
    const from = graph.resources.get(ref.urn)?.propertyDependencies?.sourceArn ?? [];
    return from.includes(source.urn) ? true : undefined;
  }
  return arn === undefined ? undefined : arnLike(sourceArn)(arn);
}

/**
 * Compares an ARN with a pattern as `ArnLike` of a permission does: `*` and `?` match any characters.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function arnLike(pattern: string): (arn: string) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const matcher = new RegExp(`^${escaped}$`);
  return (arn) => matcher.test(arn);
}
