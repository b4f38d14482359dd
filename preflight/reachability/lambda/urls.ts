import type { FunctionUrl, Graph, LambdaFunction, LambdaPermission, ResourceRef } from "../../graph/model.js";
import { isKnown } from "../../resources/unknown.js";
import { indexOf } from "../network/interfaces.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import { throttled } from "./throttled.js";

/** The URLs of a function, and those that may be its own. */
export function urlsOf({ functionUrls }: Graph, { ref }: LambdaFunction): readonly FunctionUrl[] {
  return functionUrls.filter(({ function: of }) => !isKnown(of) || of === ref.urn);
}

/**
 * The verdict on an unsigned call of a function's URL. Without authorization, the function's policy still has to allow
 * everybody both `lambda:InvokeFunctionUrl` and, since October 2025, `lambda:InvokeFunction`. URLs of accounts that
 * AWS had given an exception answered with the first alone, until 1 November 2026.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export function callUrl(graph: Graph, target: LambdaFunction, url: FunctionUrl): Verdict {
  const trace = new TraceBuilder();
  return (
    admitsUnsigned(trace, graph, target, url) ?? throttled(trace, target) ?? trace.reached("public-network")
  );
}

/** Whether a function's URL lets an unsigned caller in. */
export function admitsUnsigned(
  trace: TraceBuilder,
  graph: Graph,
  { ref }: LambdaFunction,
  url: FunctionUrl,
): Blocked | undefined {
  const { authorizationType, function: of } = url;
  const { name } = url.ref;
  if (!isKnown(of)) trace.undetermined(url.ref, `which function ${name} is the URL of`);
  if (!isKnown(authorizationType)) {
    return trace.undetermined(url.ref, `whether ${name} opens ${ref.name} to the internet`);
  }
  if (authorizationType !== "NONE") {
    return trace.blocked({
      at: ref,
      by: url.ref,
      code: "API_METHOD_REQUIRES_AUTHORIZATION",
      reason: `the function URL ${name} wants IAM authorization, and the caller is anonymous`,
      fix: "Invoke it through an API Gateway method, or sign the request.",
    });
  }
  trace.hop(url.ref, "function URL without authorization");
  for (const action of ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]) {
    const permission = (indexOf(graph).permissionsOf.get(ref.urn) ?? []).find((each) =>
      letsEveryoneUse(each, action, url),
    );
    if (permission === undefined) notShown(trace, url.ref, ref, action);
    else trace.hop(ref, `${action} is allowed to everybody`, permission.ref);
  }
  return undefined;
}

/** The provider adds a public permission when it creates a URL without authorization, and no resource shows it. */
function notShown(trace: TraceBuilder, url: ResourceRef, { name }: ResourceRef, action: string): undefined {
  return trace.undetermined(
    url,
    `no Permission of the stack allows ${action} on ${name} to everybody; the provider may have added one with ${url.name}, so look with aws lambda get-policy`,
  );
}

function letsEveryoneUse(permission: LambdaPermission, action: string, url: FunctionUrl): boolean {
  const { principal, qualifier, functionUrlAuthType } = permission;
  return (
    (permission.action === action || permission.action === "lambda:*") &&
    principal === "*" &&
    qualifier === url.qualifier &&
    !isConditional(permission) &&
    (functionUrlAuthType === undefined || functionUrlAuthType === "NONE")
  );
}

/** Whether a permission is for calls of a source or an organization only. */
export function isConditional({ sourceArn, sourceAccount, principalOrgId }: LambdaPermission): boolean {
  return sourceArn !== undefined || sourceAccount !== undefined || principalOrgId !== undefined;
}
