import type { FileSystem, Graph, LambdaFunction, ManagedResource, Subnet, Vpc } from "../../graph/model.js";
import { authorize, type Decision } from "../../iam/index.js";
import { isKnown, isSet } from "../../resources/unknown.js";
import { forward } from "../network/forward.js";
import { type NetworkInterface, resourceInterfaces } from "../network/interfaces.js";
import { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import { recordDecision } from "./decisions.js";
import { identityPolicies, principalOf, resourcePolicy } from "./policies.js";

/** A function's use of a file system, from one of its subnets. */
interface Use {
  readonly graph: Graph;
  readonly from: NetworkInterface;
  readonly caller: LambdaFunction;
  readonly resource: ManagedResource;
  readonly files: FileSystem;
  /** What it does besides mounting; undefined: nothing. */
  readonly action: string | undefined;
  readonly port: number;
}

/** What every client does first. */
const MOUNT = "elasticfilesystem:ClientMount";

/**
 * Whether a function reaches a file system of Amazon EFS from one of its subnets: by the mount target in the subnet's
 * Availability Zone, which the file system's name resolves to there, and with the permissions of its role.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html
 * https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
export function mountFileSystem(use: Use): Verdict {
  const { graph, from, resource, port } = use;
  const trace = new TraceBuilder();
  named(trace, graph, from.subnet, resource);
  const target = mountTarget(trace, use);
  if ("status" in target) return target;
  return forward(trace, {
    graph,
    source: from,
    target: { kind: "interface", to: target },
    port,
    arrive: (arrived, via) => access(arrived, use) ?? arrived.reached(via),
  });
}

/** AWS does not say whether Lambda asks the VPC's resolver, so a VPC without names leaves it open. */
function named(trace: TraceBuilder, graph: Graph, { vpc: key }: Subnet, { ref }: ManagedResource): void {
  const vpc = isKnown(key) ? graph.vpcs.get(key) : undefined;
  const lacking = (["enableDnsSupport", "enableDnsHostnames"] satisfies (keyof Vpc)[]).filter(
    (flag) => vpc !== undefined && vpc[flag] !== true,
  );
  if (vpc === undefined || lacking.length === 0) return;
  trace.undetermined(
    vpc.ref,
    `whether the name of ${ref.name} resolves: ${vpc.ref.name} has ${lacking.join(" and ")} not on`,
  );
}

/** The mount target in the Availability Zone of the function's subnet. */
function mountTarget(trace: TraceBuilder, { graph, from, resource, files }: Use): NetworkInterface | Verdict {
  const { ref } = resource;
  const { subnet } = from;
  const zone = subnet.availabilityZone;
  const found = resourceInterfaces(graph, resource);
  const [missing] = found.flatMap((each) => ("missing" in each ? [each.missing] : []));
  const here = found.flatMap((each) =>
    "missing" in each || each.subnet.vpc !== subnet.vpc || each.subnet.availabilityZone !== zone
      ? []
      : [each],
  );
  const [only] = here;
  if (only !== undefined && isKnown(zone)) return only;
  const elsewhere = found.find((each) => !("missing" in each) && each.subnet.vpc !== subnet.vpc);
  const doubt =
    missing ??
    (files.mayHaveMore ? ref : undefined) ??
    (isKnown(zone) && found.every((each) => "missing" in each || isKnown(each.subnet.availabilityZone))
      ? undefined
      : subnet.ref) ??
    // By a peering connection a client may mount the address of a mount target, though not its name.
    (elsewhere === undefined || graph.peerings.size === 0 ? undefined : ref);
  if (doubt !== undefined)
    return trace.unknown(doubt, `whether ${ref.name} has a mount target in the zone of ${subnet.ref.name}`);
  const at = isKnown(zone) ? zone : "";
  return trace.blocked({
    at: ref,
    code: "EFS_NO_MOUNT_TARGET_IN_AZ",
    reason: `${ref.name} has no mount target in ${at}, the zone of ${subnet.ref.name}`,
    fix: `Add a MountTarget of ${ref.name} in a subnet of ${at}.`,
  });
}

/** Whether the role, and the policy of the file system, let the function mount it and do the action. */
function access(trace: TraceBuilder, use: Use): Blocked | undefined {
  const { action, resource } = use;
  if (resource.policy === undefined) {
    trace.hop(
      resource.ref,
      "has no policy of its own, so it lets in every client that reaches a mount target",
    );
    return undefined;
  }
  const actions = action === undefined || action === MOUNT ? [MOUNT] : [MOUNT, action];
  for (const each of actions) {
    const refused = judged(trace, use, each);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function judged(trace: TraceBuilder, use: Use, action: string): Blocked | undefined {
  const { graph, caller, resource } = use;
  const role = graph.refOf(caller.role);
  const on = isSet(resource.arn) ? resource.arn : resource.ref.name;
  const identity = {
    at: role,
    code: "IDENTITY_POLICY_DENIES",
    fix: `Allow ${action} on ${on} in a policy of role ${role.name}.`,
  } as const;
  const own = {
    at: resource.ref,
    by: resource.policy?.ref,
    code: "RESOURCE_POLICY_DENIES",
    fix: `Let role ${role.name} do ${action} in the policy of ${resource.ref.name}.`,
  } as const;
  return recordDecision(
    trace,
    decide(use, action),
    `${action} on ${on}`,
    { identity, boundary: identity, resource: own },
    role,
  );
}

/** Lambda mounts over TLS and signs as the function's role, by the access point of the function's configuration. */
function decide({ graph, caller, resource }: Use, action: string): Decision {
  const { mount } = caller;
  const point = mount?.fileSystem === resource.ref.urn ? mount.accessPointArn : undefined;
  return authorize(
    {
      principal: principalOf(graph, caller),
      action,
      resource: isSet(resource.arn) ? resource.arn : undefined,
      context: {
        "aws:SecureTransport": true,
        "elasticfilesystem:AccessedViaMountTarget": true,
        "elasticfilesystem:AccessPointArn": isSet(point) ? point : undefined,
      },
    },
    { ...identityPolicies(graph, caller), ...resourcePolicy(graph, resource) },
  );
}
