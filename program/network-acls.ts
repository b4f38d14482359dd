import { PORT as DATABASE_PORT } from "../components/database/cluster.js";
import { NGINX_HEALTH_PORT, NGINX_PORT } from "../components/front-door/proxy/nginx-configuration.js";
import type { Flow, FlowEnd } from "../components/network/vpc/network-acls.js";
import { PRIVATE_SUBNETS, type Tier } from "../components/network/vpc/subnet-plan.js";
import type { VpcConfig } from "../config/index.js";

const HTTPS = 443;
const HTTP = 80;
const IPV4_INTERNET = { cidrBlock: "0.0.0.0/0" } as const;
const IPV6_INTERNET = { cidrBlock: "::/0" } as const;

/**
 * The connections that the stack's parts need across its subnets, for the network ACLs. They follow from the same
 * configuration as the parts' intents; the preflight proves each intent through the ACLs.
 */
export function flowsOf(config: VpcConfig): Flow[] {
  return [...toEndpoints(config), ...toTheWorld(config), ...toDatabase(config), ...throughFrontDoor(config)];
}

/** The tiers that hold functions, or hosts that may call like them. */
function callingTiers({ vpc }: VpcConfig): Tier[] {
  return vpc.functionSubnets === false ? ["private"] : ["private", "functions"];
}

/** A caller as the configuration names it. A security group's members may be anywhere in the VPC. */
function endsOf(caller: string, config: VpcConfig): FlowEnd[] {
  if (caller === PRIVATE_SUBNETS) return callingTiers(config);
  if (caller.startsWith("sg-")) return [{ cidrBlock: config.vpc.cidrBlock }];
  return [{ cidrBlock: caller }];
}

/** To the interface endpoints, which are in the private subnets. */
function toEndpoints(config: VpcConfig): Flow[] {
  const { api, endpoints } = config;
  const callers = [
    ...(endpoints.ssm ? endpoints.ssm.allowFrom : []),
    ...(api.endpointType === "PRIVATE" ? endpoints.executeApi.allowFrom : []),
    ...Object.values(endpoints.others).flatMap(({ allowFrom }) => allowFrom),
    ...Object.values(api.sharing.peers).map(({ cidrBlock }) => cidrBlock),
  ];
  const from = [...callingTiers(config), ...callers.flatMap((caller) => endsOf(caller, config))];
  return from.map((end) => ({ from: end, to: "private", port: HTTPS }));
}

/** To services outside of the VPC: through a gateway endpoint, NAT, IPv6 or a transit gateway. */
function toTheWorld(config: VpcConfig): Flow[] {
  const { endpoints, vpc } = config;
  const tiers = callingTiers(config);
  const to = (destination: FlowEnd, through?: Tier): Flow[] =>
    tiers.map((from) => ({ from, to: destination, port: HTTPS, through }));
  return [
    // An ACL cannot name a service's prefix list, and its addresses change.
    ...(endpoints.dynamodb || endpoints.s3 ? to(IPV4_INTERNET) : []),
    ...(vpc.nat === "none" ? [] : to(IPV4_INTERNET, "public")),
    // Packages and Session Manager.
    ...(vpc.nat === "instance"
      ? [HTTPS, HTTP].map((port): Flow => ({ from: "public", to: IPV4_INTERNET, port }))
      : []),
    ...(vpc.ipv6 ? to(IPV6_INTERNET) : []),
    ...(vpc.transitGateway ? vpc.transitGateway.routes.flatMap((cidrBlock) => to({ cidrBlock })) : []),
  ];
}

/** From functions to the database's proxy, and from there to the cluster, all in the isolated subnets. */
function toDatabase(config: VpcConfig): Flow[] {
  if (config.database === false) return [];
  const from: readonly Tier[] = [...callingTiers(config), "isolated"];
  return from.map((tier) => ({ from: tier, to: "isolated", port: DATABASE_PORT }));
}

/** From callers to the load balancer, and from there to the endpoint. */
function throughFrontDoor(config: VpcConfig): Flow[] {
  const { frontDoor } = config;
  if (frontDoor === false) return [];
  const door: Tier = frontDoor.scheme === "internet-facing" ? "public" : "private";
  const callers = frontDoor.allowFrom.flatMap((caller) => endsOf(caller, config));
  return [
    ...callers.flatMap((from) => [HTTPS, HTTP].map((port): Flow => ({ from, to: door, port }))),
    { from: door, to: "private", port: HTTPS },
    ...(frontDoor.kind === "proxy" ? NGINX_PORTS : []).map(
      (port): Flow => ({ from: door, to: "private", port }),
    ),
  ];
}

/** Requests and health checks of the front door's containers, which are in the private subnets. */
const NGINX_PORTS = [NGINX_PORT, NGINX_HEALTH_PORT];
