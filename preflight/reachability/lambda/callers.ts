import type { FunctionUrl, Graph, LambdaFunction, ResourceRef } from "../../graph/model.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { indexOf } from "../network/interfaces.js";
import { type ServicePlace, servicePolicies } from "../services/authorization.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict, Via } from "../verdict/verdict.js";
import { admitsUnsigned, urlsOf } from "./urls.js";

/**
 * The verdicts on invoking a function through the API of Lambda, by its own ARN or that of an alias, which the caller's
 * role has to allow. https://docs.aws.amazon.com/lambda/latest/dg/access-control-identity-based.html
 * @param call the verdict on the caller's call of a service
 */
export function byInvoking(
  graph: Graph,
  target: LambdaFunction,
  call: (service: ServicePlace) => Verdict,
): Verdict[] {
  const verdicts = arnsOf(graph, target).map((resource) =>
    call({ kind: "service", service: "lambda", action: "lambda:InvokeFunction", resource }),
  );
  const refused = verdicts.every((verdict) => verdict.status === "blocked" && ROLE.has(verdict.code));
  return verdicts.length > 0 && refused ? [...verdicts, ...byPermission(graph, target)] : verdicts;
}

const ROLE = new Set<string>(["IDENTITY_POLICY_DENIES"]);

/** A permission for a role or an account, which may let the caller in without its own policies. */
function byPermission(graph: Graph, { ref }: LambdaFunction): Verdict[] {
  return (indexOf(graph).permissionsOf.get(ref.urn) ?? [])
    .filter(({ principal }) => !isKnown(principal) || /^arn:[^:]+:iam:|^\*$/.test(principal))
    .map((permission) =>
      new TraceBuilder().unknown(
        permission.ref,
        `whether permission ${permission.ref.name} lets the caller in`,
      ),
    );
}

function arnsOf({ aliases }: Graph, { arn, ref }: LambdaFunction): string[] {
  if (!isSet(arn)) return [];
  const names = [...aliases.values()]
    .filter((alias) => alias.function === ref.urn)
    .map(({ aliasName }) => aliasName);
  return [arn, ...names.filter(isSet).map((name) => `${arn}:${name}`)];
}

/**
 * The verdicts on calling a function's URLs, which have public addresses.
 * @param caller the function whose role signs the call; undefined: the call is not signed
 * @param toPublic the verdict on a connection to public addresses
 */
export function byUrls(
  graph: Graph,
  target: LambdaFunction,
  caller: LambdaFunction | undefined,
  toPublic: (url: ResourceRef, arrive: (trace: TraceBuilder, via: Via) => Verdict) => Verdict,
): Verdict[] {
  return urlsOf(graph, target).map((url) =>
    toPublic(url.ref, (trace, via) => admits(trace, graph, target, url, caller) ?? trace.reached(via)),
  );
}

function admits(
  trace: TraceBuilder,
  graph: Graph,
  target: LambdaFunction,
  url: FunctionUrl,
  caller: LambdaFunction | undefined,
): Blocked | undefined {
  if (caller === undefined || url.authorizationType !== "AWS_IAM")
    return admitsUnsigned(trace, graph, target, url);
  const { arn } = target;
  const { qualifier } = url;
  if (!isSet(arn) || (qualifier !== undefined && !isKnown(qualifier)))
    return trace.undetermined(url.ref, `which function ${url.ref.name} is the URL of`);
  const resource = qualifier === undefined ? arn : `${arn}:${qualifier}`;
  const call = { graph, caller, region: undefined, endpoint: undefined, vpc: undefined };
  for (const action of ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]) {
    const service = { kind: "service", service: "lambda", action, resource } as const;
    const refused = servicePolicies(trace, { ...call, service });
    if (refused !== undefined) return refused;
  }
  return undefined;
}
