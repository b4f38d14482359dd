import { arn, association, type Compute, hex, physicalName, type ResourceContext, text } from "./compute.js";

/** The name, of at most 32 characters, and the random id of a load balancer or a target group. */
function namesOf(context: ResourceContext, kind: string): { name: string; id: string } {
  return { name: physicalName(context).slice(0, 32), id: hex(16, kind, context.name) };
}

const loadBalancer: Compute = (context) => {
  const { name, id } = namesOf(context, "load-balancer");
  const suffix = `${text(context, "loadBalancerType") === "network" ? "net" : "app"}/${name}/${id}`;
  const own = arn(context, "elasticloadbalancing", `loadbalancer/${suffix}`);
  const isInternal = context.inputs.internal === true;
  return {
    id: own,
    outputs: {
      name,
      arn: own,
      arnSuffix: suffix,
      dnsName: `${isInternal ? "internal-" : ""}${name}-${hex(10, id)}.${context.region}.elb.amazonaws.com`,
      zoneId: `Z${hex(13, "elb", context.region).toUpperCase()}`,
    },
  };
};

const targetGroup: Compute = (context) => {
  const { name, id } = namesOf(context, "target-group");
  const suffix = `targetgroup/${name}/${id}`;
  const own = arn(context, "elasticloadbalancing", suffix);
  return { id: own, outputs: { name, arn: own, arnSuffix: suffix } };
};

const listener: Compute = (context) => {
  const balancer = text(context, "loadBalancerArn").replace(":loadbalancer/", ":listener/");
  const own = `${balancer}/${hex(16, "listener", context.name)}`;
  return { id: own, outputs: { arn: own } };
};

const listenerRule: Compute = (context) => {
  const own = `${text(context, "listenerArn").replace(":listener/", ":listener-rule/")}/${hex(16, "rule", context.name)}`;
  return { id: own, outputs: { arn: own } };
};

/** Elastic Load Balancing. */
export const LOAD_BALANCING: Readonly<Record<string, Compute>> = {
  "aws:lb/listener:Listener": listener,
  "aws:lb/listenerRule:ListenerRule": listenerRule,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/targetGroup:TargetGroup": targetGroup,
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": association("attachment"),
};
