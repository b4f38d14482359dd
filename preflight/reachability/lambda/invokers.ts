import type { Graph, LambdaFunction, LambdaPermission } from "../../graph/model.js";
import type { Place } from "../../intents.js";
import { isKnown, UNKNOWN } from "../../resources/unknown.js";
import { indexOf } from "../network/interfaces.js";
import { homeAt } from "../places/home.js";
import { labelOf } from "../places/parse-place.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";
import { admission } from "./permissions.js";
import { throttled } from "./throttled.js";

/** An account or an AWS service that invokes functions by the API of Lambda. */
export type Invoker = Extract<Place, { kind: "invoker" }>;

/** Every account, or the resources of every account, that has nothing to do with the stack. */
export const OTHER = "other";

/**
 * Whether the permissions of a function let another account, or a service on behalf of a resource, invoke it, by any of
 * its aliases and versions. In the other account somebody may have every permission, so that this side alone decides.
 * https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function invokeFrom(graph: Graph, target: LambdaFunction, invoker: Invoker): Verdict {
  const trace = new TraceBuilder();
  const refused = throttled(trace, target);
  if (refused !== undefined) return refused;
  const { principal } = invoker;
  return principal === OTHER || /^\d{12}$/.test(principal)
    ? byAccount(trace, graph, target, invoker)
    : byService(trace, graph, target, invoker);
}

function byAccount(trace: TraceBuilder, graph: Graph, target: LambdaFunction, invoker: Invoker): Verdict {
  const { ref } = target;
  const { account: own } = homeAt(graph, ref.urn);
  if (invoker.principal === own) {
    return trace.unknown(
      ref,
      `whether a role of the stack's own account may invoke ${ref.name}: its policies`,
    );
  }
  const { permissionsOf } = indexOf(graph);
  const all = [...(permissionsOf.get(ref.urn) ?? []), ...(permissionsOf.get(UNKNOWN) ?? [])].map(
    (permission) => ({
      permission,
      lets: lets(permission, invoker, own),
    }),
  );
  const open = all.find((each) => each.lets === true && each.permission.function === ref.urn)?.permission;
  if (open !== undefined) {
    trace.hop(ref, `its permissions let ${String(open.principal)} invoke it`, open.ref);
    return trace.reached("public-network");
  }
  const doubt = all.find((each) => each.lets !== false)?.permission;
  if (doubt !== undefined) {
    return trace.unknown(
      doubt.ref,
      `whether permission ${doubt.ref.name} lets ${labelOf(invoker)} invoke ${ref.name}`,
    );
  }
  return refusal(trace, target, invoker);
}

/** Whether a permission lets somebody of the account invoke the function; undefined if that is not known. */
function lets(permission: LambdaPermission, invoker: Invoker, own: string | undefined): boolean | undefined {
  const { action, principal, sourceArn, sourceAccount, principalOrgId, invokedViaFunctionUrl } = permission;
  // A call that an account signs has no source.
  if (sourceArn !== undefined || sourceAccount !== undefined) return false;
  const isAction = isKnown(action)
    ? ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:*"].includes(action)
    : undefined;
  const isIts = isKnown(principal) ? isOfAccount(principal, invoker, own) : undefined;
  if (isAction === false || isIts === false) return false;
  // A URL decides further, and whose organization it is, the stack does not tell.
  const isPlain = action === "lambda:InvokeFunction" || action === "lambda:*";
  if (!isPlain || principalOrgId !== undefined || invokedViaFunctionUrl !== false) return undefined;
  return isAction === true && isIts === true ? true : undefined;
}

function isOfAccount(
  principal: string,
  { principal: asked, exceptAccounts = [] }: Invoker,
  own: string | undefined,
): boolean | undefined {
  if (principal === "*") return true;
  const account = /^\d{12}$/.test(principal)
    ? principal
    : /^arn:[^:]+:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
  if (account === undefined) return /^arn:/.test(principal) ? undefined : false;
  if (asked !== OTHER) return account === asked;
  if (exceptAccounts.includes(account)) return false;
  return own === undefined ? undefined : account !== own;
}

function byService(trace: TraceBuilder, graph: Graph, target: LambdaFunction, invoker: Invoker): Verdict {
  const { ref } = target;
  const { account: own } = homeAt(graph, ref.urn);
  const { sourceAccount, sourceArn } = sourceOf(invoker, own);
  const source = { urn: labelOf(invoker), type: "service", name: labelOf(invoker) };
  const qualifiers = new Set(
    (indexOf(graph).permissionsOf.get(ref.urn) ?? []).map(({ qualifier }) => qualifier),
  );
  const found = [...qualifiers, undefined].map((qualifier) =>
    admission(graph, target, { service: invoker.principal, source, sourceArn, sourceAccount, qualifier }),
  );
  const sure = found.find(({ admitted }) => admitted === true);
  if (sure !== undefined && sure.admitted !== false) {
    trace.hop(ref, `its permissions let ${labelOf(invoker)} invoke it`, sure.by.ref);
    return trace.reached("public-network");
  }
  const doubt = found.find(({ admitted }) => admitted === "unknown");
  if (doubt !== undefined && doubt.admitted !== false) {
    return trace.unknown(
      doubt.by.ref,
      `whether permission ${doubt.by.ref.name} lets ${labelOf(invoker)} invoke ${ref.name}`,
    );
  }
  return refusal(trace, target, invoker);
}

/** Of another account: the same kind of resource there. A bucket's ARN has no account, so another one may own it later. */
function sourceOf(
  { sourceAccount, sourceArn }: Invoker,
  own: string | undefined,
): { readonly sourceAccount: string | undefined; readonly sourceArn: string | undefined } {
  if (sourceAccount !== OTHER) return { sourceAccount, sourceArn };
  const stranger = own === "000000000000" ? "999999999999" : "000000000000";
  return {
    sourceAccount: stranger,
    sourceArn: sourceArn?.replace(/^(arn:[^:]+:[^:]+:[^:]*:)\d{12}:/, `$1${stranger}:`),
  };
}

function refusal(trace: TraceBuilder, { ref }: LambdaFunction, invoker: Invoker): Verdict {
  return trace.blocked({
    at: ref,
    code: "RESOURCE_POLICY_DENIES",
    reason: `no permission of ${ref.name} lets ${labelOf(invoker)} invoke it`,
    fix: `Add a lambda Permission on ${ref.name} for it, if it should invoke the function.`,
  });
}
