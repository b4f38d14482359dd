import { boolean, groupBy, inputValue, integer, oneOf, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, isSet, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, Placement, Target, TargetGroup } from "../../model.js";
import type { Context } from "../context.js";
import { invoked } from "../functions.js";
import { KINDS, refOf } from "../references.js";
import { classicListeners } from "./load-balancers.js";

/** A target with the group that it is registered in. */
interface Registration {
  readonly group: MaybeUnknown<Key>;
  readonly target: Target;
}

/**
 * Target groups with what attachments, services of Amazon ECS and scaling groups register in them.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
 */
export function buildTargetGroups(context: Context): Map<Key, TargetGroup> {
  const registrations = groupBy(
    [...attachments(context), ...tasks(context), ...scalingGroups(context)],
    ({ group }) => group,
  );
  const mayHaveMore = registrations.has(UNKNOWN);
  const groups = new Map<Key, TargetGroup>();
  for (const resource of context.ofKind(KINDS.targetGroup)) {
    const targetType =
      oneOf(inputValue(resource, "targetType"), ["instance", "ip", "lambda", "alb"]) ?? "instance";
    groups.set(resource.urn, {
      ref: refOf(resource),
      arn: text(resource.properties.arn),
      targetType,
      port: integer(inputValue(resource, "port")),
      protocol: text(inputValue(resource, "protocol")),
      healthMatcher: healthMatcher(resource),
      preservesClientIp: preservesClientIp(resource, targetType),
      crossZone: crossZoneOf(inputValue(resource, "loadBalancingCrossZoneEnabled")),
      healthCheckPort: healthCheckPort(resource),
      targets: (registrations.get(resource.urn) ?? []).map(({ target }) => target),
      mayHaveMore,
    });
  }
  for (const resource of context.ofKind(KINDS.classicLoadBalancer)) {
    for (const group of classicTargets(context, resource)) groups.set(group.ref.urn, group);
  }
  return groups;
}

/** By default only a TCP or TLS group of addresses hides the client; a UDP group cannot hide it. */
function preservesClientIp(
  resource: SourceResource,
  targetType: TargetGroup["targetType"],
): MaybeUnknown<boolean> {
  const protocol = text(inputValue(resource, "protocol"));
  if (!isKnown(targetType) || protocol === UNKNOWN) return UNKNOWN;
  const isTcp = protocol === undefined || protocol === "TCP" || protocol === "TLS";
  if (!isTcp) return true;
  const set = inputValue(resource, "preserveClientIp");
  return boolean(set === "" ? undefined : set, targetType !== "ip");
}

function crossZoneOf(value: unknown): MaybeUnknown<boolean> | undefined {
  if (value === "true" || value === true) return true;
  if (value === "false" || value === false) return false;
  return value === UNKNOWN ? UNKNOWN : undefined;
}

function healthCheckPort(resource: SourceResource): MaybeUnknown<number> | undefined {
  const [check] = records(inputValue(resource, "healthCheck"));
  if (check === undefined) return undefined;
  if (!isKnown(check)) return UNKNOWN;
  return check.port === "traffic-port" ? undefined : integer(check.port);
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
function healthMatcher(resource: SourceResource): MaybeUnknown<string> | undefined {
  const [check] = records(inputValue(resource, "healthCheck"));
  if (check === undefined) return undefined;
  return isKnown(check) ? text(check.matcher) : UNKNOWN;
}

function attachments(context: Context): Registration[] {
  const { ofKind, references } = context;
  return ofKind(KINDS.targetGroupAttachment).map((resource) => {
    const { targetGroupArn, targetId } = resource.properties;
    const found = targetOf(context, resource, targetId);
    return {
      group: references.needed(resource, "targetGroupArn", targetGroupArn, KINDS.targetGroup),
      target: {
        ref: refOf(resource),
        ...found,
        placement: undefined,
        port: integer(inputValue(resource, "port")),
      },
    };
  });
}

/** A target that is not known yet is what the value comes from, such as the instance of a private address. */
function targetOf(
  context: Context,
  resource: SourceResource,
  id: unknown,
): Pick<Target, "target" | "qualifier" | "endpoint"> {
  const { references, resources } = context;
  const lambda = invoked(context, resource, "targetId", id);
  if (isSet(lambda.function) && resources.has(lambda.function))
    return { target: lambda.function, qualifier: lambda.qualifier };
  for (const kind of [KINDS.instance, KINDS.loadBalancer, KINDS.networkInterface]) {
    const key = references.one(resource, "targetId", id, kind);
    if (isSet(key) && resources.has(key)) return { target: key, qualifier: undefined };
  }
  const [endpoint, ...others] = references.dependencies(resource, "targetId", KINDS.endpoint);
  const target = text(id) ?? UNKNOWN;
  return endpoint === undefined || others.length > 0
    ? { target, qualifier: undefined }
    : { target, qualifier: undefined, endpoint };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html */
function tasks({ ofType, references }: Context): Registration[] {
  return ofType("aws:ecs/service:Service").flatMap((service) => {
    const [network] = records(inputValue(service, "networkConfiguration"));
    const property = "networkConfiguration";
    const { subnets, securityGroups } =
      network !== undefined && isKnown(network) ? network : { subnets: UNKNOWN, securityGroups: UNKNOWN };
    const placement: Placement | undefined = network && {
      subnets: references.many(service, property, subnets, KINDS.subnet),
      securityGroups: references.many(service, property, securityGroups, KINDS.securityGroup),
    };
    return records(inputValue(service, "loadBalancers")).map((entry): Registration => {
      const { targetGroupArn, containerPort } = isKnown(entry)
        ? entry
        : { targetGroupArn: UNKNOWN, containerPort: UNKNOWN };
      return {
        group: references.needed(service, "loadBalancers", targetGroupArn, KINDS.targetGroup),
        target: {
          ref: refOf(service),
          target: undefined,
          qualifier: undefined,
          placement,
          // Without interfaces of their own, tasks are on ports that their host chooses.
          port: placement === undefined ? UNKNOWN : integer(containerPort),
        },
      };
    });
  });
}

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html */
function scalingGroups(context: Context): Registration[] {
  const { ofKind, ofType, references, resources } = context;
  const direct = ofKind(KINDS.scalingGroup).flatMap((group) => {
    const written = [
      ["targetGroupArns", inputValue(group, "targetGroupArns")],
      ["trafficSources", sourcesIn(inputValue(group, "trafficSources"))],
    ] as const;
    return written.flatMap(([property, arns]) =>
      references
        .many(group, property, arns, KINDS.targetGroup)
        .map((key): Registration => ({ group: key, target: instancesOf(context, group, group) })),
    );
  });
  const separate = [
    ["aws:autoscaling/attachment:Attachment", "lbTargetGroupArn"],
    ["aws:autoscaling/trafficSourceAttachment:TrafficSourceAttachment", "trafficSource"],
  ] as const;
  const attached = separate.flatMap(([type, property]) =>
    ofType(type).flatMap((attachment): Registration[] => {
      const { autoscalingGroupName } = attachment.properties;
      const owner = references.needed(
        attachment,
        "autoscalingGroupName",
        autoscalingGroupName,
        KINDS.scalingGroup,
      );
      const written = inputValue(attachment, property);
      const arn = property === "trafficSource" ? sourcesIn(written)[0] : written;
      const group = references.one(attachment, property, arn, KINDS.targetGroup);
      if (group === undefined) return [];
      const source = isKnown(owner) ? resources.get(owner) : undefined;
      return [{ group, target: instancesOf(context, attachment, source) }];
    }),
  );
  return [...direct, ...attached];
}

function sourcesIn(value: unknown): unknown[] {
  return records(value).map((source) => (isKnown(source) ? source.identifier : UNKNOWN));
}

/** The instances that a scaling group starts, by its launch template. */
function instancesOf(
  { references, resources }: Context,
  by: SourceResource,
  group: SourceResource | undefined,
): Target {
  const target = { ref: refOf(by), target: undefined, qualifier: undefined, port: undefined };
  if (group === undefined) return { ...target, placement: undefined };
  const subnets = references.many(
    group,
    "vpcZoneIdentifiers",
    inputValue(group, "vpcZoneIdentifiers"),
    KINDS.subnet,
  );
  const [launch] = records(inputValue(group, "launchTemplate"));
  const id = launch !== undefined && isKnown(launch) ? (launch.id ?? launch.name) : UNKNOWN;
  const key = references.needed(group, "launchTemplate", id, KINDS.launchTemplate);
  const template = isKnown(key) ? resources.get(key) : undefined;
  if (template === undefined) return { ...target, placement: { subnets, securityGroups: [UNKNOWN] } };
  const [card] = records(inputValue(template, "networkInterfaces"));
  const onCard = card !== undefined && isKnown(card) ? card.securityGroups : card;
  const [property, groups] =
    card === undefined
      ? ["vpcSecurityGroupIds", inputValue(template, "vpcSecurityGroupIds")]
      : ["networkInterfaces", onCard];
  const securityGroups = references.many(template, property, groups, KINDS.securityGroup);
  return { ...target, placement: { subnets, securityGroups } };
}

/** An instance that a resource of its own attaches to a Classic Load Balancer. */
interface Attached {
  readonly elb: MaybeUnknown<Key>;
  readonly instance: MaybeUnknown<Key>;
}

/** The instances of a Classic Load Balancer on each of the ports that it forwards to. */
function classicTargets(context: Context, resource: SourceResource): TargetGroup[] {
  const { ofKind, ofType, references, resources } = context;
  const inline = references.many(resource, "instances", inputValue(resource, "instances"), KINDS.instance);
  const attachments = ofType("aws:elb/attachment:Attachment").map(
    (each): Attached => ({
      elb: references.needed(each, "elb", each.properties.elb, KINDS.classicLoadBalancer),
      instance: references.needed(each, "instance", each.properties.instance, KINDS.instance),
    }),
  );
  const attached = attachments.filter(({ elb }) => elb === resource.urn).map(({ instance }) => instance);
  const scaled = ofKind(KINDS.scalingGroup).filter((group) =>
    references
      .many(group, "loadBalancers", inputValue(group, "loadBalancers"), KINDS.classicLoadBalancer)
      .includes(resource.urn),
  );
  const ref = refOf(resource);
  const [check] = records(inputValue(resource, "healthCheck"));
  const checked = check !== undefined && isKnown(check) ? text(check.target) : UNKNOWN;
  const port = isSet(checked) ? Number(/:(\d+)/.exec(checked)?.[1]) : Number.NaN;
  const targets: Target[] = [
    ...[...new Set<MaybeUnknown<Key>>([...inline, ...attached])].map(
      (target): Target => ({
        ref: isKnown(target) && resources.has(target) ? references.refOf(target) : ref,
        target,
        qualifier: undefined,
        placement: undefined,
        port: undefined,
      }),
    ),
    ...scaled.map((group) => instancesOf(context, group, group)),
  ];
  return classicListeners(resource).flatMap(({ targetGroup, instancePort }) =>
    isKnown(targetGroup)
      ? {
          ref: { ...ref, urn: targetGroup },
          arn: undefined,
          targetType: "instance" as const,
          port: instancePort,
          protocol: undefined,
          healthMatcher: undefined,
          preservesClientIp: false,
          crossZone: undefined,
          healthCheckPort: Number.isNaN(port) ? UNKNOWN : port,
          targets,
          mayHaveMore: attachments.some(({ elb }) => !isKnown(elb)),
        }
      : [],
  );
}
