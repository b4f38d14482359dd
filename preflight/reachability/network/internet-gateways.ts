import { isElsewhere } from "../../graph/build/homes.js";
import { ofType } from "../../graph/databases.js";
import type { Graph, Key, ResourceRef, Route, RouteTable, Subnet } from "../../graph/model.js";
import { isKnown, type MaybeUnknown } from "../../resources/unknown.js";
import { homeAt } from "../places/home.js";
import type { TraceBuilder } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";
import type { Connection } from "./connection.js";
import { addressesTo } from "./interfaces.js";
import { publicSourceOf } from "./public-sources.js";

/**
 * Forwards through an internet gateway, which needs a public address of the source. A Lambda function in a VPC never
 * has one. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
 */
export function throughInternetGateway(
  trace: TraceBuilder,
  connection: Connection,
  table: RouteTable,
  route: Route,
): Verdict {
  const { graph, source, target } = connection;
  const gateway = graph.refOf(route.target.key);
  const nat = graph.natGateways.get(source.owner.urn);
  const blocked =
    attachedTo(trace, graph, route.target.key, source.subnet.vpc) ??
    blockPublicAccess(trace, graph, source.subnet, nat === undefined ? "out" : "out-only");
  if (blocked !== undefined) return blocked;
  const isIpv6 = addressesTo(target).family === 6;
  if (!isIpv6 && !isKnown(source.publicAddress)) {
    trace.undetermined(source.owner, `whether ${source.owner.name} has a public address`);
  }
  if (!isIpv6 && source.publicAddress === false && nat !== undefined) {
    return trace.blocked({
      at: nat.ref,
      by: route.ref,
      code: "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      reason: `NAT gateway ${nat.ref.name} is private, so the internet gateway drops its packets`,
      fix: `Set connectivityType: public on ${nat.ref.name} and give it an Elastic IP.`,
    });
  }
  if (!isIpv6 && source.publicAddress === false) {
    const who = source.function === undefined ? "a host" : "a Lambda function in a VPC";
    return trace.blocked({
      at: gateway,
      by: route.ref,
      code: "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      reason: `${source.owner.name} is in public subnet ${source.subnet.ref.name}, and ${who} has no public address there`,
      fix:
        source.function === undefined
          ? `Set mapPublicIpOnLaunch on ${source.subnet.ref.name}, or use a subnet that routes to a NAT gateway instead of ${gateway.name} (${table.ref.name}).`
          : `Put ${source.owner.name} into private subnets, whose default route is a NAT gateway (vpcConfig.subnetIds).`,
    });
  }
  trace.hop(gateway, "attached to the VPC, and the source has a public address");
  return connection.arrive(trace, "internet-gateway", undefined, publicSourceOf(source));
}

/**
 * Forwards through an egress-only internet gateway.
 * https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
 */
export function throughEgressOnlyInternetGateway(
  trace: TraceBuilder,
  connection: Connection,
  route: Route,
): Verdict {
  const { graph, source } = connection;
  const gateway = isKnown(route.target.key)
    ? graph.egressOnlyInternetGateways.get(route.target.key)
    : undefined;
  const ref = graph.refOf(route.target.key);
  if (gateway === undefined) return trace.unknown(ref, `${ref.name} is not in the stack`);
  const blocked =
    attached(trace, graph, ref, gateway.vpc, source.subnet.vpc) ??
    blockPublicAccess(trace, graph, source.subnet, "out-only");
  if (blocked !== undefined) return blocked;
  trace.hop(ref, "lets IPv6 connections out, and none in");
  return connection.arrive(trace, "egress-only-internet-gateway", undefined, source.addresses);
}

/** Whether the internet gateway is attached to this VPC. */
export function attachedTo(
  trace: TraceBuilder,
  graph: Graph,
  key: MaybeUnknown<Key>,
  vpc: MaybeUnknown<Key>,
): Blocked | undefined {
  const gateway = isKnown(key) ? graph.internetGateways.get(key) : undefined;
  const ref = graph.refOf(key);
  if (gateway === undefined) return trace.undetermined(ref, `whether ${ref.name} is attached to the VPC`);
  return attached(trace, graph, ref, gateway.vpc, vpc);
}

function attached(
  trace: TraceBuilder,
  graph: Graph,
  ref: ResourceRef,
  to: MaybeUnknown<Key> | undefined,
  vpc: MaybeUnknown<Key>,
): Blocked | undefined {
  if (to === vpc && isKnown(vpc)) return undefined;
  if (to !== undefined && (!isKnown(to) || !isKnown(vpc))) {
    return trace.undetermined(ref, `whether ${ref.name} is attached to the VPC`);
  }
  const name = graph.refOf(vpc).name;
  return trace.blocked({
    at: ref,
    code: "UNASSOCIATED_COMPONENT",
    reason: `${ref.name} is attached to ${to === undefined ? "no VPC" : graph.refOf(to).name}, not to ${name}`,
    fix: `Attach ${ref.name} to ${name} (vpcId, or an InternetGatewayAttachment).`,
  });
}

const OPTIONS = "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions";
const EXCLUSION = "aws:ec2/vpcBlockPublicAccessExclusion:VpcBlockPublicAccessExclusion";

/**
 * How a connection passes an internet gateway: from the internet, to it, or to it by a NAT gateway or an egress-only
 * gateway, which let no connection in.
 */
type Passage = "in" | "out" | "out-only";

/**
 * VPC Block Public Access stops internet gateways in a whole Region of an account, except in VPCs and subnets that are excluded. Mode
 * `block-ingress` passes only what goes out by a NAT gateway or an egress-only gateway. An exclusion `allow-egress`
 * applies only in mode `block-bidirectional`.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_BlockPublicAccessStates.html
 */
export function blockPublicAccess(
  trace: TraceBuilder,
  graph: Graph,
  subnet: Subnet,
  passage: Passage,
): Blocked | undefined {
  for (const { urn, type, name, properties } of ofType(graph, OPTIONS)) {
    if (isElsewhere(graph.homeOf(urn), homeAt(graph, subnet.vpc))) continue;
    const ref = { urn, type, name };
    const mode = properties.internetGatewayBlockMode;
    const stops = mode === "block-bidirectional" || (mode === "block-ingress" && passage !== "out-only");
    if (typeof mode !== "string") trace.undetermined(ref, "whether VPC Block Public Access is on");
    if (!stops) continue;
    const isExcluded = ofType(graph, EXCLUSION).some((exclusion) => {
      const allows = exclusion.properties.internetGatewayExclusionMode;
      const covers = [exclusion.properties.vpcId, exclusion.properties.subnetId].some(
        (id) =>
          typeof id === "string" &&
          graph.find(id).some((key) => key === subnet.ref.urn || key === subnet.vpc),
      );
      const applies = mode === "block-bidirectional" && passage !== "in";
      return covers && (allows === "allow-bidirectional" || (allows === "allow-egress" && applies));
    });
    if (isExcluded) continue;
    return trace.blocked({
      at: ref,
      code: "VPC_BLOCK_PUBLIC_ACCESS_ENABLED",
      reason: `VPC Block Public Access (${mode}) stops internet traffic of ${subnet.ref.name}`,
      fix: `Add a VpcBlockPublicAccessExclusion for ${subnet.ref.name} or its VPC.`,
    });
  }
  return undefined;
}
