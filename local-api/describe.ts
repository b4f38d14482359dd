import { type Graph, isSet, type RestApi } from "@lambda-networking/preflight";
import type { ApiKey } from "./access/api-keys.js";
import { limitInWords } from "./access/throttle.js";
import type { Usage } from "./access/usage.js";
import type { UsagePlan } from "./access/usage-plans.js";
import { cacheKeyParameters } from "./integrations/response-cache.js";
import type { Route } from "./request/routing.js";
import type { RequestPipeline } from "./request-pipeline.js";

/** Facts for the caller of a method: authorization, API key, limit of requests, and caching. */
export function describeMethod({ methods, usage }: RequestPipeline, graph: Graph, route: Route): string[] {
  const { caching } = methods.of(route);
  const { authorization, authorizer, integration } = route.method;
  const limit = usage.stageLimit(route);
  const own = graph.resources.get(integration?.ref.urn ?? "");
  const by =
    own === undefined ? [] : cacheKeyParameters(own).map((name) => name.split(".").slice(2).join("."));
  return [
    ...(authorization === "NONE"
      ? []
      : [
          isSet(authorizer)
            ? `authorizer ${graph.refOf(authorizer).name}`
            : `${String(authorization)} authorization`,
        ]),
    ...(route.isKeyRequired ? ["API key"] : []),
    ...(limit === undefined ? [] : [limitInWords(limit)]),
    ...(caching === undefined
      ? []
      : [`cached ${caching.ttlInSeconds} s${by.length === 0 ? "" : ` by ${by.join(", ")}`}`]),
  ];
}

/**
 * One line for each API key, with the limits of its plan. A value that the stack sets is a secret and is not shown. A
 * stand-in for a value that AWS makes is shown, because only this server accepts it.
 */
export function describeKeys(usage: Usage): string[] {
  return usage.keys.map((key) => {
    const plan = usage.planOf(key);
    const where = plan === undefined ? "in no usage plan of this stage" : describePlan(plan);
    return `API key ${key.name} (${where}): ${key.isEnabled ? sendIt(key) : "disabled"}`;
  });
}

function sendIt({ isStandIn, value }: ApiKey): string {
  return isStandIn
    ? `-H 'x-api-key: ${value}', a stand-in for the value that AWS makes`
    : "-H 'x-api-key: …' with the value that the stack gives it";
}

function describePlan({ name, limit, methodLimits, quota }: UsagePlan): string {
  return [
    `usage plan ${name}`,
    ...(limit === undefined ? [] : [limitInWords(limit)]),
    ...[...methodLimits].map(([method, own]) => `${method}: ${limitInWords(own)}`),
    ...(quota === undefined ? [] : [`${quota.settings.limit} a ${quota.settings.period}`]),
  ].join("; ");
}

/** One sentence for each difference between this server and AWS. */
export function remarksOn(graph: Graph, api: RestApi): string[] {
  const hasWebAcl = [...graph.resources.values()].some(
    ({ type, properties }) =>
      type === "aws:wafv2/webAclAssociation:WebAclAssociation" || typeof properties.webAclArn === "string",
  );
  return [
    ...(hasWebAcl ? ["The web ACL is not applied here."] : []),
    ...(api.methods.some(({ authorization }) => authorization === "AWS_IAM")
      ? [
          "Signatures are not verified here: a request that is signed counts as signed by somebody who may call.",
        ]
      : []),
    ...(api.disableExecuteApiEndpoint === true
      ? ["On AWS the API answers by its custom domain names only; here localhost stands for one."]
      : []),
  ];
}
