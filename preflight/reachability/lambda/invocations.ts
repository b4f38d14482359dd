import { ofType } from "../../graph/databases.js";
import type {
  Graph,
  Key,
  LambdaFunction,
  LambdaPermission,
  ManagedResource,
  ManagedResourceKind,
  ResourceRef,
  SourceResource,
} from "../../graph/index.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../resources/unknown.js";
import { indexOf } from "../network/interfaces.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Verdict } from "../verdict/verdict.js";

/** How a kind of resource invokes functions. */
interface Invoker {
  /** The service principal that invokes for the resource. */
  readonly principal: string;
  /** The resource that connects it to a function: its type, and its properties for the source and the function. */
  readonly link: readonly [type: string, from: string, to: string];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html */
const INVOKERS: Partial<Readonly<Record<ManagedResourceKind, Invoker>>> = {
  topic: {
    principal: "sns.amazonaws.com",
    link: ["aws:sns/topicSubscription:TopicSubscription", "topic", "endpoint"],
  },
  rule: {
    principal: "events.amazonaws.com",
    link: ["aws:cloudwatch/eventTarget:EventTarget", "rule", "arn"],
  },
};

/** Whether a topic or an event rule invokes a function: a link connects them, and a permission of the function allows it. */
export function invocationFrom(
  graph: Graph,
  source: ManagedResource,
  target: LambdaFunction,
): Verdict | undefined {
  const invoker = INVOKERS[source.kind];
  if (invoker === undefined) return undefined;
  const trace = new TraceBuilder();
  const { principal, link } = invoker;
  const linked = linkBetween(graph, link, source.ref.urn, target);
  if (linked === undefined) {
    return trace.blocked({
      at: source.ref,
      code: "NO_SOURCE_OR_DESTINATION",
      reason: `nothing ties ${source.ref.name} to ${target.ref.name}`,
      fix: `Give ${source.ref.name} a subscription or target with an alias of ${target.ref.name}.`,
    });
  }
  trace.hop(linked.ref, `hands what ${source.ref.name} has to ${target.ref.name}`);
  const permissions = indexOf(graph).permissionsOf.get(target.ref.urn) ?? [];
  const judged = permissions.map((permission) => ({
    permission,
    lets: admits(graph, permission, principal, source, linked.qualifier),
  }));
  const found = judged.find(({ lets }) => lets === true);
  if (found !== undefined) {
    trace.hop(target.ref, `lets ${principal} in for ${source.ref.name}`, found.permission.ref);
    return trace.reached("public-network");
  }
  const doubt = judged.find(({ lets }) => lets === undefined);
  if (doubt !== undefined)
    return trace.unknown(
      doubt.permission.ref,
      `whether permission ${doubt.permission.ref.name} lets ${source.ref.name} in`,
    );
  return trace.blocked({
    at: target.ref,
    by: linked.ref,
    code: "LAMBDA_PERMISSION_MISSING",
    reason: `no permission lets ${principal} invoke ${target.ref.name} for ${source.ref.name}`,
    fix: `Add a lambda Permission on ${target.ref.name} for ${principal}, with the ARN of ${source.ref.name} as sourceArn and the qualifier of ${linked.ref.name}.`,
  });
}

interface Link {
  readonly ref: ResourceRef;
  /** The alias that the link invokes. */
  readonly qualifier: MaybeUnknown<string> | undefined;
}

function linkBetween(
  graph: Graph,
  [type, from, to]: Invoker["link"],
  source: Key,
  target: LambdaFunction,
): Link | undefined {
  for (const resource of ofType(graph, type)) {
    if (!keysIn(graph, resource, from).includes(source)) continue;
    const { urn, name, id } = resource;
    const ref = { urn, type, name, ...(id !== undefined && { id }) };
    const handedTo = keysIn(graph, resource, to);
    const alias = handedTo
      .map((key) => graph.aliases.get(key))
      .find((one) => one?.function === target.ref.urn);
    if (alias !== undefined) return { ref, qualifier: alias.aliasName };
    if (handedTo.includes(target.ref.urn)) return { ref, qualifier: undefined };
  }
  return undefined;
}

/** The resources that a property names by id, name or ARN or, if it is not known, that it depends on. */
function keysIn(graph: Graph, resource: SourceResource, property: string): readonly Key[] {
  const value = resource.properties[property];
  if (typeof value === "string") return graph.find(value);
  return value === UNKNOWN ? (resource.propertyDependencies?.[property] ?? []) : [];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function admits(
  graph: Graph,
  { ref, action, principal, qualifier, sourceArn, sourceAccount }: LambdaPermission,
  service: string,
  source: ManagedResource,
  invoked: MaybeUnknown<string> | undefined,
): boolean | undefined {
  const facts = [
    is(action, ["lambda:InvokeFunction", "lambda:*"]),
    is(principal, [service, "*"]),
    invoked === undefined || isKnown(invoked) ? is(qualifier, [invoked]) : undefined,
    sourceAccount === undefined || (graph.account !== undefined && is(sourceAccount, [graph.account])),
    sourceArn === undefined || comesFrom(graph, ref.urn, sourceArn, source),
  ];
  if (facts.includes(false)) return false;
  return facts.every((fact) => fact === true) ? true : undefined;
}

function is(
  value: MaybeUnknown<string> | undefined,
  allowed: readonly (string | undefined)[],
): boolean | undefined {
  return value === undefined || isKnown(value) ? allowed.includes(value) : undefined;
}

function comesFrom(
  graph: Graph,
  permission: Key,
  sourceArn: MaybeUnknown<string>,
  { ref, arn }: ManagedResource,
): boolean | undefined {
  if (!isKnown(sourceArn)) {
    const from = graph.resources.get(permission)?.propertyDependencies?.sourceArn ?? [];
    return from.includes(ref.urn) ? true : undefined;
  }
  if (!isSet(arn)) return undefined;
  return arnLike(sourceArn)(arn);
}

/** The functions that topics and event rules are linked to, by their URNs, whatever the permissions. */
export function invocationsIn(graph: Graph): { readonly from: Key; readonly to: Key }[] {
  return Object.values(INVOKERS).flatMap(({ link: [type, from, to] }) =>
    ofType(graph, type).flatMap((resource) => {
      const functions = keysIn(graph, resource, to)
        .map((key) => graph.aliases.get(key)?.function ?? key)
        .filter(isKnown)
        .filter((key) => graph.functions.has(key));
      return keysIn(graph, resource, from)
        .filter((key) => graph.managedResources.has(key))
        .flatMap((source) => functions.map((target) => ({ from: source, to: target })));
    }),
  );
}

/**
 * Compares an ARN with a pattern as `ArnLike` of a permission does: `*` and `?` match any characters.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function arnLike(pattern: string): (arn: string) => boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const matcher = new RegExp(`^${escaped}$`);
  return (arn) => matcher.test(arn);
}
