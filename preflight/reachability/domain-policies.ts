import type { DomainName, Graph } from "../graph/model.js";
import { isKnown } from "../resources/unknown.js";
import { type ApiCall, decideForAll } from "./api/policies.js";
import type { Caller } from "./api-answers.js";
import type { FoundMethod } from "./places/resolve.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked } from "./verdict/verdict.js";

/**
 * The policy of a private domain name, which is asked before the API's. Without one it refuses everybody, which is
 * how API Gateway makes it. The endpoint's policy is asked for the domain name too.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-custom-domains-associations.html
 */
export function domainPolicy(
  walk: Walk,
  caller: Caller,
  { api, method }: FoundMethod,
  domain: DomainName,
): Blocked | undefined {
  const { ref, policy } = domain;
  const endpoint = caller.endpoint?.ref.name ?? "the endpoint";
  if (policy === undefined) {
    return walk.block({
      at: ref,
      code: "API_DOMAIN_NAME_POLICY_DENIES",
      why: `private domain name ${ref.name} has no policy, so it refuses every call`,
      mend: `Give ${ref.name} a policy that allows execute-api:Invoke from ${endpoint} (aws:SourceVpce).`,
    });
  }
  if (method === undefined) return undefined;
  const call: ApiCall = { ...caller, api, method };
  return decideForAll(walk, call, {
    at: ref,
    policy,
    resource: domainArn(caller.graph, domain),
    name: ref.name,
    code: "API_DOMAIN_NAME_POLICY_DENIES",
    mend: `Allow execute-api:Invoke from ${endpoint} (aws:SourceVpce) in the policy of ${ref.name}.`,
  });
}

/** The id comes with the domain name, so until then any will do. */
function domainArn({ region, account }: Graph, { domainName, domainNameId }: DomainName): string | undefined {
  if (region === undefined || account === undefined || !isKnown(domainName)) return undefined;
  const id = domainNameId !== undefined && isKnown(domainNameId) ? domainNameId : "ID";
  return `arn:aws:execute-api:${region}:${account}:/domainnames/${domainName}+${id}`;
}
