import {
  boolean,
  inputValue,
  integer,
  oneOf,
  type Properties,
  records,
  text,
} from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, Listener, ListenerAction, LoadBalancer } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";

/**
 * Load balancers of all types. Cross-zone load balancing is always on for an Application Load Balancer, off by default
 * for a Network Load Balancer, and on by default for a Classic Load Balancer that the provider creates.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
 */
export function buildLoadBalancers({ ofKind }: Context): Map<Key, LoadBalancer> {
  const newer = ofKind(KINDS.loadBalancer).map((resource): LoadBalancer => {
    const type =
      oneOf(inputValue(resource, "loadBalancerType"), ["application", "network", "gateway"]) ?? "application";
    const set = boolean(inputValue(resource, "enableCrossZoneLoadBalancing"), false);
    return { ref: refOf(resource), type, crossZone: type === "application" ? true : set };
  });
  const classic = ofKind(KINDS.classicLoadBalancer).map((resource): LoadBalancer => {
    const crossZone = boolean(inputValue(resource, "crossZoneLoadBalancing"), true);
    return { ref: refOf(resource), type: "classic", crossZone };
  });
  return new Map([...newer, ...classic].map((balancer) => [balancer.ref.urn, balancer]));
}

/**
 * Listeners with what they and their rules do.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
 */
export function buildListeners(context: Context): Listener[] {
  const { ofKind, references } = context;
  const rules = ofKind(KINDS.listenerRule).map((rule) => ({
    listener: references.needed(rule, "listenerArn", rule.properties.listenerArn, KINDS.listener),
    action: actionOf(context, rule, "actions"),
  }));
  const newer = ofKind(KINDS.listener).map((resource): Listener => {
    const { urn, properties } = resource;
    const own = rules.filter(({ listener }) => listener === urn || !isKnown(listener));
    return {
      ref: refOf(resource),
      loadBalancer: references.needed(
        resource,
        "loadBalancerArn",
        properties.loadBalancerArn,
        KINDS.loadBalancer,
      ),
      port: integer(properties.port) ?? UNKNOWN,
      protocol: text(inputValue(resource, "protocol")),
      actions: [actionOf(context, resource, "defaultActions"), ...own.map(({ action }) => action)],
    };
  });
  const classic = ofKind(KINDS.classicLoadBalancer).flatMap((resource) =>
    classicListeners(resource).map(({ port, protocol, targetGroup }): Listener => {
      const ref = refOf(resource);
      const actions = [{ ref, kind: "forward", targetGroups: [targetGroup] } as const];
      return { ref, loadBalancer: resource.urn, port, protocol, actions };
    }),
  );
  return [...newer, ...classic];
}

/** A listener of a Classic Load Balancer, and the key of the target group that stands for its instances on one port. */
export interface ClassicListener {
  readonly port: MaybeUnknown<number>;
  readonly protocol: MaybeUnknown<string> | undefined;
  readonly instancePort: MaybeUnknown<number>;
  readonly targetGroup: MaybeUnknown<Key>;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-listener-config.html */
export function classicListeners(resource: SourceResource): ClassicListener[] {
  return records(inputValue(resource, "listeners")).map((listener) => {
    const { lbPort, lbProtocol, instancePort } = isKnown(listener) ? listener : UNREAD;
    const to = integer(instancePort) ?? UNKNOWN;
    return {
      port: integer(lbPort) ?? UNKNOWN,
      protocol: text(lbProtocol),
      instancePort: to,
      targetGroup: isKnown(to) ? `${resource.urn}#instances-on-${to}` : UNKNOWN,
    };
  });
}

const UNREAD: Properties = { lbPort: UNKNOWN, lbProtocol: UNKNOWN, instancePort: UNKNOWN };

/**
 * The last of the actions decides, because those before it only authenticate the caller. A target group with the
 * weight 0 gets no connections.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
 */
function actionOf({ references }: Context, resource: SourceResource, property: string): ListenerAction {
  const ref = refOf(resource);
  const actions = records(inputValue(resource, property));
  const last = actions.reduce<MaybeUnknown<Properties> | undefined>(
    (found, each) => (isKnown(each) && orderOf(each) < orderOf(found) ? found : each),
    undefined,
  );
  const targetGroups = (arns: readonly unknown[]) => [
    ...new Set(references.many(resource, property, arns, KINDS.targetGroup)),
  ];
  if (last === undefined || !isKnown(last)) {
    const known = references.dependencies(resource, property, KINDS.targetGroup);
    return { ref, kind: UNKNOWN, targetGroups: known };
  }
  const type = text(last.type);
  const weighted = records(last.forward).flatMap((forward): MaybeUnknown<Properties>[] =>
    isKnown(forward) ? records(forward.targetGroups) : [UNKNOWN],
  );
  const used = weighted.filter((group) => !isKnown(group) || integer(group.weight) !== 0);
  const arns =
    weighted.length > 0 ? used.map((group) => (isKnown(group) ? group.arn : UNKNOWN)) : [last.targetGroupArn];
  if (type === "forward") return { ref, kind: "forward", targetGroups: targetGroups(arns) };
  if (type === "fixed-response" || type === "redirect") return { ref, kind: "answer", targetGroups: [] };
  return { ref, kind: UNKNOWN, targetGroups: [] };
}

function orderOf(action: MaybeUnknown<Properties> | undefined): number {
  const order = action !== undefined && isKnown(action) ? integer(action.order) : undefined;
  return typeof order === "number" ? order : 0;
}
