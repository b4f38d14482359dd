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
import type { Key, Listener, LoadBalancer } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";
import { byPriority, defaultRuleOf, forwardingTo, ruleOf } from "./listener-rules.js";

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
    rule: ruleOf(context, rule),
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
      rules: [...byPriority(own.map(({ rule }) => rule)), defaultRuleOf(context, resource)],
    };
  });
  const classic = ofKind(KINDS.classicLoadBalancer).flatMap((resource) =>
    classicListeners(resource).map(({ port, protocol, targetGroup }): Listener => {
      const ref = refOf(resource);
      return { ref, loadBalancer: resource.urn, port, protocol, rules: [forwardingTo(ref, targetGroup)] };
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
