import type { Graph, RestApi } from "../graph/model.js";
import { isKnown } from "../resources/unknown.js";
import { domainUrl } from "./api/names.js";
import type { Walk } from "./verdict/path.js";
import type { Blocked } from "./verdict/verdict.js";

/**
 * Whether the API answers by its own names at all. When they are off it answers 403 by them.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html
 */
export function executeApiOn(walk: Walk, graph: Graph, api: RestApi): Blocked | undefined {
  if (!isKnown(api.disableExecuteApiEndpoint)) {
    return walk.miss(api.ref, `whether the execute-api endpoint of ${api.ref.name} is on`);
  }
  if (!api.disableExecuteApiEndpoint) return undefined;
  const urls = [...graph.domainNames.values()].flatMap((domain) =>
    domain.mappings
      .filter((mapping) => mapping.api === api.ref.urn)
      .map((mapping) => domainUrl(domain, mapping)),
  );
  return walk.block({
    at: api.ref,
    code: "API_EXECUTE_ENDPOINT_DISABLED",
    why: `${api.ref.name} answers by custom domain names only${urls.length > 0 ? "" : ", and none of the stack leads to it"}`,
    mend:
      urls.length > 0
        ? `Call ${urls.join(" or ")}, or unset disableExecuteApiEndpoint on ${api.ref.name}.`
        : `Map a custom domain name to ${api.ref.name} (BasePathMapping), or unset disableExecuteApiEndpoint on it.`,
  });
}
