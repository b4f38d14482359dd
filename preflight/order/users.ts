import type { FunctionUrl, Graph, Key, LambdaFunction, ListenerRule, ResourceRef } from "../graph/model.js";
import type { Intent, Place } from "../intents.js";
import { type FoundMethod, findMethods, nodesNamed, traceEach } from "../reachability/index.js";
import { isKnown } from "../resources/unknown.js";
import type { CreationOrder } from "./creation-order.js";

/** A resource that starts traffic on a path as soon as it is created or updated. */
export interface User {
  readonly ref: ResourceRef;
  /**
   * The types that have to be there before it.
   * @default every type
   */
  readonly types?: ReadonlySet<string>;
}

/**
 * What a deployment copies when it is created. What comes later is not in force before the next deployment.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
const COPIED: ReadonlySet<string> = new Set([
  "aws:apigateway/restApiPolicy:RestApiPolicy",
  "aws:apigateway/method:Method",
  "aws:apigateway/integration:Integration",
]);

const DEPLOYMENT = "aws:apigateway/deployment:Deployment";
const PLAN_KEY = "aws:apigateway/usagePlanKey:UsagePlanKey";

/**
 * The resources that start the traffic of an intent: a function's aliases or, without one, the function itself, and its
 * triggers; an API's deployments and stages; what delivers events; the rules of a load balancer that the path leads
 * through or, without one, its listeners. None if the traffic
 * starts outside the stack and enters it by nothing that the stack makes, such as a host in a subnet that calls a
 * service.
 */
export function usersOf(graph: Graph, order: CreationOrder, intent: Intent): readonly User[] {
  const refs = new Map<Key, User>();
  for (const user of startsOf(graph, order, intent)) refs.set(user.ref.urn, user);
  // What comes after another user has everything before it that the other one has.
  return [...refs.values()].filter(
    (user) =>
      user.types !== undefined ||
      ![...refs.values()].some(
        (other) =>
          other !== user && other.types === undefined && order.before(user.ref.urn).has(other.ref.urn),
      ),
  );
}

function startsOf(graph: Graph, order: CreationOrder, intent: Intent): User[] {
  const { from, to } = intent;
  const rules = rulesOnPath(graph, intent);
  if (rules.length > 0) return rules;
  switch (from.kind) {
    case "function":
      return nodesNamed(graph, "functions", from.name).flatMap((each) => [
        ...functionUsers(graph, each),
        ...mounting(graph, each, to),
      ]);
    case "security-group": {
      const groups = new Set(nodesNamed(graph, "securityGroups", from.name).map(({ ref }) => ref.urn));
      return [...graph.functions.values()]
        .filter(({ placement }) => placement?.securityGroups.some((key) => isKnown(key) && groups.has(key)))
        .flatMap((each) => functionUsers(graph, each));
    }
    case "method":
      return findMethods(graph, from).flatMap((found) => apiUsers(graph, order, found));
    case "resource":
      return nodesNamed(graph, "managedResources", from.name).flatMap(({ ref, placement }) =>
        placement === undefined
          ? deliveries(graph, ref.urn, to)
          : (listenersOf(graph, order, ref.urn) ?? [{ ref }]),
      );
    default:
      return entriesOf(graph, order, to);
  }
}

const SERVICE = "aws:ecs/service:Service";

/**
 * The rules of load balancers that the paths of an intent lead through. A rule is made after its listener and opens its
 * own requests only. A path through a service of Amazon ECS opens with the service's tasks.
 */
function rulesOnPath(graph: Graph, { from, to, port }: Intent): User[] {
  if (graph.loadBalancers.size === 0) return [];
  const rules = graph.listeners.flatMap((listener) =>
    listener.rules.filter(({ priority }) => priority !== undefined),
  );
  const passed = new Set(
    traceEach(graph, from, to, port).flatMap(({ path }) =>
      path.flatMap(({ at, by }) => [at.urn, ...(by === undefined ? [] : [by.urn])]),
    ),
  );
  const services = [...passed].filter((key) => graph.resources.get(key)?.type === SERVICE);
  // A load balancer invokes a function without a connection, so that path names the target group only.
  const invoking = ({ action }: ListenerRule) =>
    action.targetGroups.some((key) => isKnown(key) && passed.has(key));
  const isInvoked = from.kind === "resource" && to.kind === "function";
  return [
    ...services.map((key) => ({ ref: graph.refOf(key) })),
    ...rules
      .filter((rule) => passed.has(rule.ref.urn) || (isInvoked && invoking(rule)))
      .map(({ ref }) => ({ ref })),
  ];
}

/** What lets traffic from outside the stack in. */
function entriesOf(graph: Graph, order: CreationOrder, to: Place): User[] {
  switch (to.kind) {
    case "method":
      return findMethods(graph, to).flatMap((found) => apiUsers(graph, order, found));
    case "function":
      return nodesNamed(graph, "functions", to.name).flatMap(({ ref }) => urlsOf(graph, ref.urn));
    case "resource":
      return nodesNamed(graph, "managedResources", to.name).flatMap(
        ({ ref }) => listenersOf(graph, order, ref.urn) ?? [],
      );
    default:
      return [];
  }
}

/**
 * An alias moves to a version only after its update, but callers of the function itself get the new configuration at
 * once: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
function functionUsers(graph: Graph, { ref }: LambdaFunction): User[] {
  const { urn } = ref;
  const aliases = [...graph.aliases.values()].filter(({ function: key }) => key === urn);
  const apis = [...graph.apis.values(), ...graph.httpApis.values()].filter(({ methods }) =>
    methods.some(({ integration }) => integration?.function === urn),
  );
  return [
    ...(aliases.length > 0 ? aliases : [{ ref }]),
    ...graph.deliveries.filter(({ to }) => to === urn),
    ...urlsOf(graph, urn),
    ...apis.flatMap(({ stages }) => stages),
    ...[...graph.targetGroups.values()].flatMap(({ targets }) => targets.filter((it) => it.target === urn)),
  ].map(({ ref }) => ({ ref }));
}

/**
 * Lambda refuses to create a function whose file system has no mount target yet.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
 */
const MOUNTED: ReadonlySet<string> = new Set(["aws:efs/mountTarget:MountTarget"]);

function mounting(graph: Graph, { ref, mount }: LambdaFunction, to: Place): User[] {
  if (mount === undefined || to.kind !== "resource") return [];
  const isMounted = nodesNamed(graph, "managedResources", to.name).some(
    (resource) => resource.ref.urn === mount.fileSystem,
  );
  return isMounted ? [{ ref, types: MOUNTED }] : [];
}

function urlsOf({ functionUrls }: Graph, urn: Key): readonly FunctionUrl[] {
  return functionUrls.filter((url) => url.function === urn);
}

/**
 * The stages of a method's API, with their deployments. Calls that need an API key start with the key, which AWS gives
 * to a stage only after the stage exists.
 */
function apiUsers(graph: Graph, order: CreationOrder, { api, method }: FoundMethod): User[] {
  const keys = method?.apiKeyRequired === true ? resourcesOf(graph, PLAN_KEY) : [];
  return api.stages.flatMap(({ ref }): User[] => [
    ...orElse(
      keys.filter((key) => order.before(key).has(ref.urn)).map((key) => ({ ref: graph.refOf(key) })),
      { ref },
    ),
    ...[...order.before(ref.urn)]
      .filter((key) => graph.resources.get(key)?.type === DEPLOYMENT)
      .map((key) => ({ ref: graph.refOf(key), types: COPIED })),
  ]);
}

function resourcesOf({ resources }: Graph, type: string): Key[] {
  return [...resources.values()].filter((resource) => resource.type === type).map(({ urn }) => urn);
}

function orElse(users: readonly User[], other: User): readonly User[] {
  return users.length > 0 ? users : [other];
}

function deliveries(graph: Graph, from: Key, to: Place): User[] {
  const receivers =
    to.kind === "function"
      ? nodesNamed(graph, "functions", to.name)
      : to.kind === "resource"
        ? nodesNamed(graph, "managedResources", to.name)
        : [];
  const keys = new Set(receivers.map(({ ref }) => ref.urn));
  return graph.deliveries
    .filter((delivery) => delivery.from === from && isKnown(delivery.to) && keys.has(delivery.to))
    .map(({ ref }) => ({ ref }));
}

/**
 * The listeners of a load balancer; undefined for what is none. Amazon ECS refuses a service whose target group no
 * listener forwards to, so a service behind a listener comes after it, and the traffic starts with the service's tasks.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
 */
function listenersOf(
  { loadBalancers, listeners, targetGroups }: Graph,
  order: CreationOrder,
  urn: Key,
): User[] | undefined {
  if (!loadBalancers.has(urn)) return undefined;
  const own = listeners.filter(({ loadBalancer }) => loadBalancer === urn);
  const services = own
    .flatMap(({ rules }) => rules.flatMap(({ action }) => action.targetGroups))
    .flatMap((key) => (isKnown(key) ? (targetGroups.get(key)?.targets ?? []) : []))
    .filter(({ ref }) => ref.type === SERVICE && own.some((each) => order.before(ref.urn).has(each.ref.urn)));
  return (services.length > 0 ? services : own).map(({ ref }) => ({ ref }));
}
