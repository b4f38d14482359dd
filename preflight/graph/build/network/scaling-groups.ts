import { inputValue, integer, list, records, text } from "../../../resources/read.js";
import type { SourceResource } from "../../../resources/resource.js";
import { isKnown, type MaybeUnknown, UNKNOWN } from "../../../resources/unknown.js";
import type { Key, ScalingGroup } from "../../model.js";
import type { Context } from "../context.js";
import { KINDS, refOf } from "../references.js";

const INTERFACE_ALONE = { types: ["aws:ec2/networkInterface:NetworkInterface"] };

/**
 * Auto Scaling groups with what their launch templates say.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html
 */
export function buildScalingGroups(context: Context): Map<Key, ScalingGroup> {
  return new Map(
    context.ofKind(KINDS.scalingGroup).map((group) => {
      const { template, isLatest } = launchTemplateOf(context, group);
      const node: ScalingGroup = {
        ref: refOf(group),
        instances: instancesOf(group),
        availabilityZones: list(inputValue(group, "availabilityZones")).map((zone) => text(zone) ?? UNKNOWN),
        launchTemplate: template?.urn,
        isLatest,
        instanceType: template && (text(inputValue(template, "instanceType")) ?? UNKNOWN),
        networkInterface: template && interfaceOf(context, template),
      };
      return [group.urn, node];
    }),
  );
}

/** The number that the group keeps running: the desired capacity, within its bounds. */
function instancesOf(group: SourceResource): MaybeUnknown<number> {
  const read = (property: string) => integer(inputValue(group, property));
  const least = read("minSize");
  const most = read("maxSize") ?? UNKNOWN;
  const desired = read("desiredCapacity") ?? least ?? UNKNOWN;
  if (most === 0) return 0;
  return isKnown(most) && isKnown(desired) ? Math.min(desired, most) : desired;
}

/** The launch template, and whether the group uses its latest version, which is the one that a stack has. */
function launchTemplateOf(
  { references, resources }: Context,
  group: SourceResource,
): { readonly template?: SourceResource | undefined; readonly isLatest: MaybeUnknown<boolean> } {
  const [launch] = records(inputValue(group, "launchTemplate"));
  if (launch === undefined) return { isLatest: UNKNOWN };
  const { id, version } = isKnown(launch)
    ? { id: launch.id ?? launch.name, version: text(launch.version) }
    : { id: UNKNOWN, version: UNKNOWN };
  const key = references.needed(group, "launchTemplate", id, KINDS.launchTemplate);
  const template = isKnown(key) ? resources.get(key) : undefined;
  if (template === undefined) return { isLatest: UNKNOWN };
  const read = (property: string) => text(template.properties[property]);
  const latest = read("latestVersion");
  if (version === "$Latest") return { template, isLatest: true };
  // Before deployment a version that is not known yet is the template's own output.
  if (version === UNKNOWN) return { template, isLatest: true };
  const used = version === undefined || version === "$Default" ? read("defaultVersion") : version;
  if (used === undefined || latest === undefined || !isKnown(used) || !isKnown(latest))
    return { template, isLatest: latest === undefined || latest === UNKNOWN ? true : UNKNOWN };
  return { template, isLatest: used === latest };
}

/**
 * The existing network interface that instances start with. Only a group of one can have it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/examples-launch-templates-aws-cli.html
 */
function interfaceOf({ references }: Context, template: SourceResource): MaybeUnknown<Key> | undefined {
  const [card] = records(inputValue(template, "networkInterfaces"));
  if (card === undefined) return undefined;
  const property = "networkInterfaces";
  const id = isKnown(card) ? card.networkInterfaceId : UNKNOWN;
  return references.one(template, property, id, INTERFACE_ALONE);
}

const ATTACHMENT = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment";

/**
 * The network interfaces that instances are known to have: an instance, an attachment or the interface itself says so.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network-interface-attachments.html
 */
export function attachedInterfaces({ ofKind, ofType, references }: Context): ReadonlySet<MaybeUnknown<Key>> {
  const found = new Set<MaybeUnknown<Key>>();
  const add = (resource: SourceResource, property: string, id: unknown) => {
    const key = references.one(resource, property, id, INTERFACE_ALONE);
    if (key !== undefined) found.add(key);
  };
  for (const instance of ofKind(KINDS.instance)) {
    for (const property of ["networkInterfaces", "primaryNetworkInterface"]) {
      for (const card of records(inputValue(instance, property)))
        add(instance, property, isKnown(card) ? card.networkInterfaceId : UNKNOWN);
    }
    add(instance, "primaryNetworkInterfaceId", instance.properties.primaryNetworkInterfaceId);
  }
  for (const each of ofType(ATTACHMENT)) add(each, "networkInterfaceId", each.properties.networkInterfaceId);
  for (const each of ofType(...INTERFACE_ALONE.types)) {
    if (records(inputValue(each, "attachments")).some(isKnown)) found.add(each.urn);
  }
  return found;
}
