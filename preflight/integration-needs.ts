import type { ApiMethod, Graph, Key, RestApi } from "./graph/index.js";
import { isKnown } from "./graph/index.js";
import type { Need } from "./iam/index.js";
import { findMethods } from "./reachability/methods.js";
import { tableArn } from "./reachability/service-integrations.js";

/** What the methods that API Gateway answers with a role do with it, and what intents say that they do. */
export function integrationNeeds(graph: Graph, role: Key): Need[] {
  return [...graph.apis.values()].flatMap((api) =>
    api.methods
      .filter(({ integration }) => integration?.credentials === role)
      .flatMap((method) => [
        ...ofService(graph, method),
        ...ofFunction(graph, method),
        ...declared(graph, api, method),
      ]),
  );
}

/** The integration's action, on what its templates name; without a name, on anything of the service's. */
function ofService(graph: Graph, { integration, ref }: ApiMethod): Need[] {
  const own = integration?.serviceAction;
  if (own?.action === undefined) return [];
  const action = `${own.service}:${own.action}`;
  const why = `${ref.name} does it`;
  const arns = own.resources.flatMap((key) => tableArn(graph, key) ?? []);
  const named = arns.map((arn) => (own.index === undefined ? arn : `${arn}/index/${own.index}`));
  return (named.length > 0 ? named : [`arn:*:${own.service}:*`]).map((resource) => ({
    action,
    resource,
    why,
  }));
}

/** A function may be invoked with a role, in place of a permission of its own. */
function ofFunction(graph: Graph, { integration, ref }: ApiMethod): Need[] {
  const key = integration?.function;
  if (key === undefined || !isKnown(key)) return [];
  const arn = graph.functions.get(key)?.arn;
  const resource = arn !== undefined && isKnown(arn) ? arn : "arn:*:lambda:*";
  return [{ action: "lambda:InvokeFunction", resource, why: `${ref.name} invokes it` }];
}

function declared(graph: Graph, api: RestApi, method: ApiMethod): Need[] {
  return graph.intents.flatMap(({ from, to, must, why }) => {
    if (must !== "reach" || from.kind !== "method" || to.kind !== "service" || to.action === undefined)
      return [];
    const isSame = findMethods(graph, from).some((found) => found.api === api && found.method === method);
    return isSame ? [{ action: to.action, resource: to.resource ?? "*", why }] : [];
  });
}
