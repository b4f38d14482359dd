import type { Graph, Key, Listener, ListenerRule, RuleAction, TargetGroup } from "../../graph/model.js";
import { isRecord, list, type Properties, records, text } from "../../resources/read.js";
import type { SourceResource } from "../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";

/** A route of a reverse proxy to an API. */
interface ProxyRoute {
  readonly path: string;
  readonly header: { readonly name: string; readonly value: string } | undefined;
  readonly host: string;
  readonly stage: string;
  readonly stripPrefix: boolean;
}

const SERVICE = "aws:ecs/service:Service";

/** The container's variable that has the configuration. */
const CONFIGURATION = "NGINX_CONFIGURATION";

/**
 * The routes of the reverse proxy that a service of Amazon ECS runs; undefined if it runs none that the stack tells of.
 * They are known only if the task definition still has the configuration that the component wrote.
 */
export function proxyRoutes(graph: Graph, service: Key): MaybeUnknown<readonly ProxyRoute[]> | undefined {
  const resource = graph.resources.get(service);
  if (resource?.type !== SERVICE) return undefined;
  const declared = declarationAbove(graph, resource);
  const containers = containersOf(graph, resource);
  if (declared === undefined) {
    const isProxy = isKnown(containers) && containers.some((one) => configurationIn(one) !== undefined);
    return isProxy ? UNKNOWN : undefined;
  }
  if (!isKnown(declared) || !isKnown(containers)) return UNKNOWN;
  const [container, ...others] = containers;
  const configuration = container && configurationIn(container);
  if (container === undefined || others.length > 0 || !isSet(configuration)) return UNKNOWN;
  if (configuration !== declared.configuration) return UNKNOWN;
  if (JSON.stringify(container.command) !== JSON.stringify(declared.command)) return UNKNOWN;
  const routes = list(declared.routes).map(routeOf);
  return routes.some((route) => route === undefined) ? UNKNOWN : routes.flatMap((route) => route ?? []);
}

/**
 * The output `proxy` of the component that the service is in: JSON of the routes, and of the configuration and the command
 * that they hold for.
 */
function declarationAbove(graph: Graph, { parent }: SourceResource): MaybeUnknown<Properties> | undefined {
  for (let above = parent; above !== undefined; above = graph.resources.get(above)?.parent) {
    const declared = graph.resources.get(above)?.properties.proxy;
    if (declared === UNKNOWN) return UNKNOWN;
    if (typeof declared === "string") {
      const parsed = parsedOf(declared);
      return isRecord(parsed) ? parsed : UNKNOWN;
    }
  }
  return undefined;
}

function containersOf(graph: Graph, service: SourceResource): MaybeUnknown<readonly Properties[]> {
  const definitions = text(taskDefinitionOf(graph, service)?.properties.containerDefinitions);
  const containers = isSet(definitions) ? parsedOf(definitions) : undefined;
  return Array.isArray(containers) && containers.every(isRecord) ? containers : UNKNOWN;
}

/** By its ARN or, before it has one, by what the service's property comes from. */
function taskDefinitionOf(graph: Graph, service: SourceResource): SourceResource | undefined {
  const arn = text(service.properties.taskDefinition);
  const sources = service.propertyDependencies?.taskDefinition ?? [];
  const named = [...graph.resources.values()].filter(
    ({ urn, type, properties }) =>
      type === "aws:ecs/taskDefinition:TaskDefinition" &&
      (arn === UNKNOWN ? sources.includes(urn) : isSet(arn) && properties.arn === arn),
  );
  return named.length === 1 ? named[0] : undefined;
}

function parsedOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function configurationIn({ environment }: Properties): MaybeUnknown<string> | undefined {
  const found = records(environment).find((entry) => isKnown(entry) && entry.name === CONFIGURATION);
  return found === undefined ? undefined : isKnown(found) ? text(found.value) : UNKNOWN;
}

function routeOf(value: unknown): ProxyRoute | undefined {
  if (!isRecord(value)) return undefined;
  const { path, header, host, stage, stripPrefix } = value;
  if (typeof path !== "string" || typeof host !== "string" || typeof stage !== "string") return undefined;
  if (typeof stripPrefix !== "boolean") return undefined;
  const at = { path, host, stage, stripPrefix };
  if (header === undefined || header === null) return { ...at, header: undefined };
  if (!isRecord(header) || typeof header.name !== "string" || typeof header.value !== "string")
    return undefined;
  return { ...at, header: { name: header.name, value: header.value } };
}

/** Whether a target group has the tasks of a reverse proxy. */
export function isProxied(graph: Graph, { targets }: TargetGroup): boolean {
  return targets.some(({ ref }) => proxyRoutes(graph, ref.urn) !== undefined);
}

/**
 * A listener with the routes of the reverse proxies behind it, as rules that rewrite Host and path: for each rule that
 * forwards to a proxy, one for each of its routes, and the proxy's own 404. A rule whose proxy has a configuration that
 * is not known does something that is not known.
 */
export function withProxies(graph: Graph, listener: Listener): Listener {
  const rules = listener.rules.flatMap((rule) => rulesBehind(graph, rule));
  return rules.length === listener.rules.length && rules.every((rule, n) => rule === listener.rules[n])
    ? listener
    : { ...listener, rules };
}

/** After every priority that AWS has. */
const LAST_PRIORITY = 100_000;
/** A rule's own place between two priorities. */
const STEP = 1 / 1024;

function rulesBehind(graph: Graph, rule: ListenerRule): ListenerRule[] {
  const services = rule.action.targetGroups.flatMap((key) => {
    const group = isKnown(key) ? graph.targetGroups.get(key) : undefined;
    return (group?.targets ?? []).filter(({ ref }) => proxyRoutes(graph, ref.urn) !== undefined);
  });
  const [service, ...others] = services;
  if (service === undefined) return [rule];
  const routes = proxyRoutes(graph, service.ref.urn);
  if (!isSet(routes) || others.length > 0) return [{ ...rule, transforms: [UNKNOWN] }];
  const base = rule.priority === undefined ? LAST_PRIORITY : rule.priority;
  const priority = (n: number) => (isKnown(base) ? base + n * STEP : base);
  const behind = routes.map(
    (route, n): ListenerRule => ({
      ...rule,
      ref: service.ref,
      priority: priority(n),
      conditions: [...rule.conditions, ...conditionsOf(route)],
      transforms: transformsOf(route),
    }),
  );
  const { priority: own } = rule;
  return [
    ...behind,
    { ...rule, priority: own === undefined ? undefined : priority(routes.length), action: NOT_FOUND },
  ];
}

const NOT_FOUND: RuleAction = {
  kind: "fixed-response",
  targetGroups: [],
  authenticates: false,
  status: 404,
  body: undefined,
  contentType: undefined,
  redirect: undefined,
};

function conditionsOf({ path, header }: ProxyRoute): ListenerRule["conditions"] {
  const none = { regexValues: [] };
  return [
    { kind: "path-pattern", values: path === "/" ? ["/*"] : [path, `${path}/*`], ...none },
    ...(header === undefined
      ? []
      : [{ kind: "http-header" as const, header: header.name, values: [header.value], ...none }]),
  ];
}

function transformsOf({ path, host, stage, stripPrefix }: ProxyRoute): ListenerRule["transforms"] {
  const prefix = stripPrefix && path !== "/" ? `${path.replace(/[^A-Za-z0-9/_~:@-]/g, "\\$&")}/?` : "/";
  return [
    { kind: "host-header-rewrite", regex: "^.*$", replace: host, apis: [] },
    { kind: "url-rewrite", regex: `^${prefix}(.*)$`, replace: `/${stage}/$1`, apis: [] },
  ];
}
