import type { Graph, LambdaFunction, PolicySource, ServiceResource, VpcEndpoint } from "../../graph/model.js";
import { authorize, type Decision, type NamedPolicy, type Policies, parsePolicy } from "../../iam/index.js";
import { weigh } from "../decisions.js";
import { resourceByArn } from "../find.js";
import { identityPolicies, named, principalOf, roleOf } from "../policies.js";
import { type Call, contextOf, sidesOf } from "../service-calls.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked } from "../verdict/verdict.js";
import { type Action, candidates, resourcesFor } from "./sample-requests.js";

/**
 * Whether policies let the call through. With an action every policy has its say; without one only the endpoint's,
 * on what the caller's role is there to do.
 */
export function servicePolicies(walk: Walk, call: Call): Blocked | undefined {
  const { action, resource } = call.service;
  if (action === undefined) return endpointPolicy(walk, call);
  const resources =
    resource === undefined ? resourcesFor(call.service.service, policiesOf(call)) : [resource];
  const requests = resources.map((each) => ({ action, resource: each }));
  return call.caller === undefined
    ? endpointPolicy(walk, call, requests)
    : everyPolicy(walk, call, call.caller, requests);
}

function policiesOf({ graph, caller, endpoint }: Call): NamedPolicy[] {
  return [
    ...(caller === undefined ? [] : identityPolicies(graph, caller).identity),
    ...(endpoint?.policy === undefined ? [] : [named(endpoint.policy, "endpoint")]),
  ];
}

interface Judged {
  readonly request: Action;
  readonly decision: Decision;
}

/** One resource that the call may be on is enough, when the question does not say which. */
function best(judged: readonly Judged[]): Judged | undefined {
  const of = (outcome: Decision["decision"]) => judged.find(({ decision }) => decision.decision === outcome);
  return of("allowed") ?? of("unknown") ?? judged[0];
}

function everyPolicy(
  walk: Walk,
  call: Call,
  caller: LambdaFunction,
  requests: readonly Action[],
): Blocked | undefined {
  const { graph } = call;
  const principal = principalOf(graph, caller);
  const found = (request: Action) => resourceByArn(graph, request.resource);
  const judged = best(
    requests.map((request) => {
      const resource = found(request);
      const policies: Policies = {
        ...identityPolicies(graph, caller),
        ...endpointOf(call.endpoint),
        ...(resource?.policy === undefined ? {} : { resource: resourcePolicy(resource, resource.policy) }),
      };
      return { request, decision: authorize({ principal, ...request, context: contextOf(call) }, policies) };
    }),
  );
  if (judged === undefined) return undefined;
  const { request, decision } = judged;
  const what = `${request.action} on ${request.resource}`;
  return weigh(walk, decision, what, sidesOf(call, request, found(request)), graph.refOf(caller.role));
}

function resourcePolicy({ kind }: ServiceResource, policy: PolicySource): Policies["resource"] {
  return kind === "key"
    ? { kind: "key", policy: named(policy, "key") }
    : { kind: "resource", policy: named(policy, "resource") };
}

/** The endpoint's policy alone, with the caller's own side taken as granted. */
function endpointPolicy(walk: Walk, call: Call, requests?: readonly Action[]): Blocked | undefined {
  const { graph, caller, endpoint, service } = call;
  if (endpoint === undefined) return undefined;
  const { ref, policy } = endpoint;
  if (policy === undefined) return walk.pass(ref, "default endpoint policy allows everything");
  const own = roleOf(graph, caller)?.policies.map((source) => named(source, "identity")) ?? [];
  const wanted = requests ?? candidates(service.service, own, named(policy, "endpoint"));
  const account = graph.account === undefined ? {} : { account: graph.account };
  const principal =
    caller === undefined
      ? ({ kind: "role", arn: undefined, ...account } as const)
      : principalOf(graph, caller);
  const judged = best(
    wanted.map((request) => ({
      request,
      decision: authorize(
        { principal, ...request, context: contextOf(call), ...accountOfRequest(graph) },
        { identity: [ALLOW_ALL], ...endpointOf(endpoint) },
      ),
    })),
  );
  if (judged === undefined) {
    return walk.block({
      at: ref,
      by: policy.ref,
      code: "VPCE_POLICY_DENIES",
      why: `the policy of ${ref.name} allows no action of ${service.service}`,
      mend: `Allow the actions of ${service.service} that the caller needs in the policy of ${ref.name}.`,
    });
  }
  const { request, decision } = judged;
  const what = `${request.action} on ${request.resource}`;
  return weigh(walk, ofEndpoint(decision), what, sidesOf(call, request, undefined), ref);
}

/** Only the endpoint was judged, so only its statement is worth naming. */
function ofEndpoint(decision: Decision): Decision {
  if (decision.decision !== "allowed") return decision;
  return { ...decision, by: decision.by.filter(({ kind }) => kind === "endpoint") };
}

/** Without a resource's account the evaluator cannot tell calls within the account from others. */
function accountOfRequest({ account }: Graph) {
  return account === undefined ? {} : { resourceAccount: account };
}

const ALLOW_ALL: NamedPolicy = allowAll();

function allowAll(): NamedPolicy {
  const result = parsePolicy("identity", {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  return { label: "the caller's own policies", document: result.ok ? result.document : undefined };
}

function endpointOf(endpoint: VpcEndpoint | undefined): Pick<Policies, "endpoint"> {
  if (endpoint?.policy === undefined) return {};
  const type = endpoint.type === "Gateway" ? "gateway" : "interface";
  return { endpoint: { type, policy: named(endpoint.policy, "endpoint") } };
}
