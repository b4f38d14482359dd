import type {
  ApiAuthorizer,
  ApiIntegration,
  ApiMethod,
  Graph,
  ResourceRef,
  RestApi,
} from "../../graph/model.js";
import type { PinnedIntent, Place } from "../../intents.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { findMethods, nodesNamed } from "../places/resolve.js";
import { besideWays } from "./beside.js";
import { resolvePin } from "./pinned.js";
import { traceEach } from "./trace.js";

/** A method that everybody on the internet may call, or everybody who signs up for a user pool. */
export interface OpenMethod {
  /** `POST /messages` */
  readonly method: string;
  readonly api: ResourceRef;
  readonly who: "everybody" | "whoever signs up";
  /** What a call does, from the graph: `writes dynamodb:PutItem on messages-table`. */
  readonly does: readonly string[];
  /** Whether a call needs an API key, which tells callers apart and proves nothing about them. */
  readonly needsKey: boolean;
  /** Why it is meant, and where that is written; absent: nobody says that it is. */
  readonly meant?: { readonly reason: string; readonly where: string };
  readonly fix: string;
}

/**
 * The methods that the internet reaches without any proof of who calls. An API key is none: it is a text that callers
 * share. Methods that API Gateway answers by itself, such as OPTIONS for CORS, are left out.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function openMethods(graph: Graph, pins: readonly PinnedIntent[] = []): readonly OpenMethod[] {
  return [...graph.apis.values(), ...graph.httpApis.values()].flatMap((api) =>
    api.methods.flatMap((method): OpenMethod[] => {
      const { httpMethod, path, integration } = method;
      if (integration === undefined || integration.type === "MOCK" || !isKnown(httpMethod) || !isKnown(path))
        return [];
      const place = { kind: "method", method: httpMethod, path, api: api.ref.urn } as const;
      const who = isOpen(graph, place)
        ? "everybody"
        : signsUp(graph, method) && isOpen(graph, { ...place, token: true })
          ? "whoever signs up"
          : undefined;
      if (who === undefined) return [];
      const meant = meantBy(graph, api, { pins, method, who });
      return [
        {
          method: `${httpMethod} ${path}`,
          api: api.ref,
          who,
          does: doesOf(graph, integration),
          needsKey: method.apiKeyRequired !== false,
          ...(meant !== undefined && { meant }),
          fix: fixFor(graph, method),
        },
      ];
    }),
  );
}

const INTERNET: Place = { kind: "internet" };

function isOpen(graph: Graph, to: Place): boolean {
  const ways = [...traceEach(graph, INTERNET, to, 443), ...besideWays(graph, INTERNET, to, 443)];
  return ways.some(({ status }) => status === "reachable");
}

/** Whether the method takes tokens of a user pool that anybody may sign up for. */
function signsUp(graph: Graph, { authorizer }: ApiMethod): boolean {
  const own: ApiAuthorizer | undefined = isSet(authorizer) ? graph.authorizers.get(authorizer) : undefined;
  return (
    own?.userPools.some((pool) => isKnown(pool) && graph.userPools.get(pool)?.selfSignUp === true) ?? false
  );
}

interface Asked {
  readonly pins: readonly PinnedIntent[];
  readonly method: ApiMethod;
  readonly who: OpenMethod["who"];
}

/** A pinned intent says so, or the API's component. */
function meantBy(graph: Graph, api: RestApi, { pins, method, who }: Asked): OpenMethod["meant"] {
  for (const pin of pins) {
    if (pin.must !== "reach") continue;
    const { intent, missing } = resolvePin(graph, pin);
    const { from, to } = intent;
    if (missing !== undefined || from.kind !== "internet" || to.kind !== "method") continue;
    if ((to.token === true) !== (who === "whoever signs up")) continue;
    if (findMethods(graph, to).some((found) => found.method === method)) {
      return { reason: pin.reason, where: pin.pinnedIn };
    }
  }
  const { parent = "" } = graph.resources.get(api.ref.urn) ?? {};
  return graph.resources.get(parent)?.properties.openToInternet === true
    ? { reason: "the configuration says that it is meant", where: "openToInternet" }
    : undefined;
}

/** What the method's integration calls and, for a function, what its component declares that it does. */
function doesOf(graph: Graph, integration: ApiIntegration): string[] {
  const { serviceAction, function: key, type } = integration;
  if (serviceAction !== undefined) {
    const { service, action, resources } = serviceAction;
    const on = resources.map((resource) => graph.refOf(resource).name).join(", ");
    return [action === undefined ? `calls ${service}` : doing(`${service}:${action}`, on)];
  }
  if (key === undefined)
    return [`is answered by ${isKnown(type) ? type : "an integration that is not known"}`];
  const name = graph.refOf(key).name;
  const declared = graph.intents.flatMap(({ from, to, must }) => {
    if (must !== "reach" || from.kind !== "function" || to.kind !== "service" || to.action === undefined)
      return [];
    const isOwn = nodesNamed(graph, "functions", from.name).some(({ ref }) => ref.urn === key);
    return isOwn ? [doing(to.action, to.resource ?? "")] : [];
  });
  return declared.length > 0 ? declared : [`invokes ${name}`];
}

/** An action by its name: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
function doing(action: string, on: string): string {
  const name = action.split(":")[1] ?? "";
  const verb = /^(Get|BatchGet|Query|Scan|List|Describe|Receive|Select|Head)/.test(name)
    ? "reads"
    : /^(Put|Update|Delete|Create|BatchWrite|Send|Publish|Start|Write|Transact)/.test(name)
      ? "writes"
      : "calls";
  return `${verb} ${action}${on === "" ? "" : ` on ${on}`}`;
}

/** The code that a component's settings have for methods that are open. */
const OPEN_TO_INTERNET = "OPEN_TO_INTERNET";

function fixFor(graph: Graph, { httpMethod, path }: ApiMethod): string {
  const name = `${String(httpMethod)} ${String(path)}`;
  const changes = graph.settings
    .filter(({ codes }) => codes?.includes(OPEN_TO_INTERNET))
    .map(({ change }) => change.replaceAll("METHOD", name));
  const own = changes.length === 0 ? "" : ` In the configuration: ${changes.join(", or ")}.`;
  return `Give it an authorizer or IAM authorization or, if it is meant, pin it in intents.yaml: internet to ${name}, must: reach, with the reason.${own}`;
}
