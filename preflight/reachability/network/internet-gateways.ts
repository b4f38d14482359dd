import type { Key, Route, RouteTable } from "../../graph/model.js";
import { isKnown, type Maybe } from "../../resources/unknown.js";
import { blockPublicAccess } from "../block-public-access.js";
import type { Connection } from "../connection.js";
import { addressesTo } from "../ends.js";
import type { Walk } from "../verdict/path.js";
import type { Blocked, Verdict } from "../verdict/verdict.js";

/**
 * Out through an internet gateway, which needs a public address of the source. A Lambda function in a VPC never has
 * one. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
 */
export function throughInternetGateway(
  walk: Walk,
  connection: Connection,
  table: RouteTable,
  route: Route,
): Verdict {
  const { graph, source, target } = connection;
  const gateway = graph.refOf(route.target.key);
  const blocked =
    attachedTo(walk, connection, route.target.key, source.subnet.vpc) ??
    blockPublicAccess(walk, graph, source.subnet, "egress");
  if (blocked !== undefined) return blocked;
  const isIpv6 = addressesTo(target).family === 6;
  if (!isIpv6 && !isKnown(source.publicAddress)) {
    walk.miss(source.owner, `whether ${source.owner.name} has a public address`);
  }
  if (!isIpv6 && source.publicAddress === false) {
    const who = source.function === undefined ? "a host" : "a Lambda function in a VPC";
    return walk.block({
      at: gateway,
      by: route.ref,
      code: "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS",
      why: `${source.owner.name} is in public subnet ${source.subnet.ref.name}, and ${who} has no public address there`,
      mend:
        source.function === undefined
          ? `Set mapPublicIpOnLaunch on ${source.subnet.ref.name}, or use a subnet that routes to a NAT gateway instead of ${gateway.name} (${table.ref.name}).`
          : `Put ${source.owner.name} into private subnets, whose default route is a NAT gateway (vpcConfig.subnetIds).`,
    });
  }
  walk.pass(gateway, "attached to the VPC, and the source has a public address");
  return connection.arrive(walk, "internet-gateway");
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html */
export function throughEgressOnlyInternetGateway(walk: Walk, connection: Connection, route: Route): Verdict {
  const { graph, source } = connection;
  const gateway = isKnown(route.target.key)
    ? graph.egressOnlyInternetGateways.get(route.target.key)
    : undefined;
  const ref = graph.refOf(route.target.key);
  if (gateway === undefined) return walk.unknown(ref, `${ref.name} is not in the stack`);
  const blocked =
    attached(walk, ref, gateway.vpc, connection, source.subnet.vpc) ??
    blockPublicAccess(walk, graph, source.subnet, "egress");
  if (blocked !== undefined) return blocked;
  walk.pass(ref, "lets IPv6 connections out, and none in");
  return connection.arrive(walk, "egress-only-internet-gateway");
}

/** Whether the internet gateway is attached to this VPC. */
export function attachedTo(
  walk: Walk,
  connection: Pick<Connection, "graph">,
  key: Maybe<Key>,
  vpc: Maybe<Key>,
): Blocked | undefined {
  const gateway = isKnown(key) ? connection.graph.internetGateways.get(key) : undefined;
  const ref = connection.graph.refOf(key);
  if (gateway === undefined) return walk.miss(ref, `whether ${ref.name} is attached to the VPC`);
  return attached(walk, ref, gateway.vpc, connection, vpc);
}

function attached(
  walk: Walk,
  ref: ReturnType<Connection["graph"]["refOf"]>,
  to: Maybe<Key> | undefined,
  { graph }: Pick<Connection, "graph">,
  vpc: Maybe<Key>,
): Blocked | undefined {
  if (to === vpc && isKnown(vpc)) return undefined;
  if (to !== undefined && (!isKnown(to) || !isKnown(vpc))) {
    return walk.miss(ref, `whether ${ref.name} is attached to the VPC`);
  }
  const name = graph.refOf(vpc).name;
  return walk.block({
    at: ref,
    code: "UNASSOCIATED_COMPONENT",
    why: `${ref.name} is attached to ${to === undefined ? "no VPC" : graph.refOf(to).name}, not to ${name}`,
    mend: `Attach ${ref.name} to ${name} (vpcId, or an InternetGatewayAttachment).`,
  });
}
