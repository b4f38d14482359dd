import { ipv4Block, type NatMode, overlaps, parseIpv4Block } from "@lambda-networking/preflight/aws";
import type { Place } from "@lambda-networking/preflight/intents";
import { arnOf, type DeploymentTarget } from "../components/base/deployment-target.js";
import { policyDocument, type Statement } from "../components/base/policy-document.js";
import type { Destination, InternetAccess } from "../components/function/destinations.js";
import type { EndpointUrlOverrides } from "../components/function/endpoint-url-overrides.js";
import type { FunctionPlacement } from "../components/function/lambda-function.js";
import { GatewayEndpoint } from "../components/network/endpoints/gateway-endpoint.js";
import { InterfaceEndpoint } from "../components/network/endpoints/interface-endpoint.js";
import type {
  Caller,
  RoutedEndpoint,
  ServiceEndpoint,
} from "../components/network/endpoints/service-endpoint.js";
import { TransitGatewayAttachment } from "../components/network/transit-gateway/transit-gateway-attachment.js";
import { chooseZones } from "../components/network/vpc/availability-zones.js";
import type { StackVpc } from "../components/network/vpc/stack-vpc.js";
import { PRIVATE_SUBNETS } from "../components/network/vpc/subnet-plan.js";
import { Vpc } from "../components/network/vpc/vpc.js";
import type { StackConfig, VpcConfig } from "../config/index.js";
import { existingEndpoints, findExistingVpc, useExistingVpc } from "./existing-vpc.js";
import { flowsOf } from "./network-acls.js";
import { endpointSettings, networkSettings } from "./settings.js";
import { tagged } from "./tags.js";

/** Logical name of the fetcher's role (components/function/lambda-function.ts). */
const FETCHER_ROLE = "fetcher-role";

export { PROXY_ENDPOINTS } from "../components/front-door/proxy/container.js";

/** The stack's VPC with its endpoints. */
export interface Network {
  readonly vpc: StackVpc;
  /** The VPC's IPv4 block; of somebody else's VPC it is not configured. */
  readonly cidrBlock: string;
  /** Undefined if `endpoints.ssm` is false. */
  readonly ssm?: ServiceEndpoint;
  /** Undefined unless the API is private. */
  readonly executeApi?: ServiceEndpoint;
  /** Further interface endpoints, by the service's short name. */
  readonly others: ReadonlyMap<string, ServiceEndpoint>;
  /** Gateway endpoints, by the service's short name. */
  readonly gateways: ReadonlyMap<string, RoutedEndpoint>;
  readonly nat: NatMode;
  readonly ipv6: boolean;
  /** Whether every private subnet may call the execute-api endpoint. */
  readonly privateSubnetsCall: boolean;
  /** Undefined unless `vpc.transitGateway` is set. */
  readonly transit?: TransitGatewayAttachment | undefined;
}

/** Creates the VPC and its endpoints; undefined if `networking` is `public`. See docs/decisions/slots-not-counts.md. */
export async function createNetwork(
  config: StackConfig,
  { target }: { readonly target: DeploymentTarget },
): Promise<Network | undefined> {
  if (config.networking === "public") return undefined;
  const { vpc: settings, endpoints } = config;
  const existing = await findExistingVpc(config, target);
  const vpc = existing === undefined ? await createVpc(config, target) : useExistingVpc(config, existing);
  const given = existingEndpoints(config, existing);
  const isPrivate = config.api.endpointType === "PRIVATE";
  const network = {
    vpc,
    cidrBlock: settings.cidrBlock,
    // The owner's NAT may be of any kind. For the stack there is a way or there is none.
    nat: settings.existing !== false && settings.existing.nat ? "single" : settings.nat,
    ipv6: settings.ipv6,
    privateSubnetsCall: isPrivate && endpoints.executeApi.allowFrom.includes(PRIVATE_SUBNETS),
    ssm:
      given.interfaces.get("ssm") ??
      (endpoints.ssm
        ? createInterface(vpc, "ssm", endpoints.ssm, ...readParameters(config, target))
        : undefined),
    executeApi: isPrivate
      ? (given.interfaces.get("execute-api") ?? createInterface(vpc, "execute-api", endpoints.executeApi))
      : undefined,
    others: new Map([
      ...[...given.interfaces].filter(([service]) => service !== "ssm" && service !== "execute-api"),
      ...Object.entries(endpoints.others).map(
        ([service, other]) =>
          [
            service,
            // An endpoint carries only its own service's calls, so the policy need not name the service's actions.
            createInterface(vpc, service, other, ownAccount("*", target)),
          ] as const,
      ),
    ]),
    gateways: new Map([...createGateways(vpc, config, target, given.gateways), ...given.gateways]),
  };
  return { ...network, transit: createTransit(config, network) };
}

/** Attaches the VPC to a transit gateway; undefined if `vpc.transitGateway` is false. */
function createTransit(config: VpcConfig, network: Network): TransitGatewayAttachment | undefined {
  const { transitGateway } = config.vpc;
  if (transitGateway === false) return undefined;
  const { id, routes } = transitGateway;
  const { vpc } = network;
  return new TransitGatewayAttachment(
    "transit-gateway",
    { vpc, transitGatewayId: id, routes, closed: closedTo(routes, config, network) },
    tagged("network"),
  );
}

/** What no caller with an address of the blocks may reach: the public subnets, and endpoints that do not list one. */
function closedTo(blocks: readonly string[], { endpoints }: VpcConfig, network: Network): Place[] {
  const isClosed = (allowFrom: readonly string[]) =>
    !allowFrom.some((caller) => {
      const block = parseIpv4Block(caller);
      return block !== undefined && blocks.some((other) => overlaps(block, ipv4Block(other)));
    });
  const all = [
    [network.ssm, endpoints.ssm ? endpoints.ssm.allowFrom : []] as const,
    [network.executeApi, endpoints.executeApi.allowFrom] as const,
    ...[...network.others].map(
      ([service, endpoint]) => [endpoint, endpoints.others[service]?.allowFrom ?? []] as const,
    ),
  ];
  return [
    ...network.vpc.publicSubnets.map(({ name }): Place => ({ kind: "subnet", name })),
    ...all.flatMap(([endpoint, allowFrom]): Place[] =>
      endpoint !== undefined && isClosed(allowFrom) ? [{ kind: "endpoint", name: endpoint.logicalName }] : [],
    ),
  ];
}

async function createVpc(config: VpcConfig, target: DeploymentTarget): Promise<Vpc> {
  const { vpc, database } = config;
  return new Vpc(
    "vpc",
    {
      ...vpc,
      availabilityZones: await chooseZones(vpc.availabilityZones, vpc.azSlots),
      isolated: database !== false,
      settings: networkSettings(vpc.functionSubnets !== false),
      flowLogs: vpc.flowLogs ? { ...vpc.flowLogs, target } : undefined,
      networkAcls: vpc.networkAcls ? flowsOf(config) : undefined,
      blockPublicAccess: vpc.blockPublicAccess || undefined,
    },
    tagged("network"),
  );
}

function createInterface(
  vpc: StackVpc,
  service: string,
  { privateDns, allowFrom }: VpcConfig["endpoints"]["executeApi"],
  ...policy: readonly Statement[]
): InterfaceEndpoint {
  const name = nameOf(service);
  return new InterfaceEndpoint(
    name,
    {
      vpcId: vpc.vpcId,
      subnets: vpc.privateSubnets,
      service,
      privateDns,
      allowFrom: callersIn(allowFrom, vpc),
      policy: policy.length === 0 ? undefined : policyDocument(...policy),
      settings: endpointSettings(name, keyOf(service)),
    },
    tagged("network"),
  );
}

/** Logical name of an interface endpoint. DynamoDB's gateway endpoint has the service's name. */
function nameOf(service: string): string {
  return service === "dynamodb" ? "dynamodb-interface" : service.replaceAll(".", "-");
}

/** The key of an interface endpoint in the configuration. */
function keyOf(service: string): string {
  if (service === "ssm") return "endpoints.ssm";
  return service === "execute-api" ? "endpoints.executeApi" : `endpoints.others.${service}`;
}

function createGateways(
  vpc: StackVpc,
  { endpoints, frontDoor }: VpcConfig,
  target: DeploymentTarget,
  given: ReadonlyMap<string, RoutedEndpoint>,
): ReadonlyMap<string, GatewayEndpoint> {
  const pullsImages = frontDoor !== false && frontDoor.kind === "proxy";
  const services = (["dynamodb", "s3"] as const).filter(
    (service) => endpoints[service] && !given.has(service),
  );
  return new Map(
    services.map((service) => [
      service,
      new GatewayEndpoint(
        service,
        {
          service,
          region: target.region,
          vpcId: vpc.vpcId,
          routeTableIds: [...new Set(vpc.allPrivateSubnets.map(({ routeTable }) => routeTable))].map(
            ({ id }) => id,
          ),
          policy: policyDocument(
            ownAccount(`${service}:*`, target),
            ...(service === "s3" && pullsImages ? [readImageLayers(target)] : []),
          ),
        },
        tagged("network"),
      ),
    ]),
  );
}

/**
 * Allows the layers of images to be read, which Amazon ECR keeps in a bucket of AWS's own in each Region.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
function readImageLayers({ partition, region }: DeploymentTarget): Statement {
  return {
    Effect: "Allow",
    Principal: "*",
    Action: "s3:GetObject",
    Resource: `arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`,
  };
}

/** Places a function in the subnets of functions, with access to the given destinations only. */
export function placementIn({ vpc, ipv6 }: Network, destinations: readonly Destination[]): FunctionPlacement {
  return { vpcId: vpc.vpcId, subnets: vpc.functionSubnets, ipv6, destinations };
}

/** Access to the internet, by every way that the network has. */
export function internetAccess({ vpc, nat, ipv6 }: Network): InternetAccess {
  return { ipv4: nat !== "none", ipv6, routes: vpc.internetRoutes };
}

/** Destinations of a function in the network: each endpoint's service and, through NAT, Parameter Store. */
export function destinationsIn(network: Network): Destination[] {
  // Functions call a service by its gateway endpoint, if there is one: that is free.
  const others = [...network.others].filter(([service]) => !network.gateways.has(service));
  const interfaces = [["ssm", network.ssm] as const, ...others];
  return [
    ...interfaces.flatMap(([service, endpoint]): Destination[] =>
      endpoint === undefined ? [] : [{ via: "interface-endpoint", service, endpoint }],
    ),
    // Parameter Store is a public address if it has no endpoint in the VPC.
    ...(network.ssm === undefined && network.nat !== "none" ? [viaNat(network, "ssm")] : []),
    ...[...network.gateways].map(
      ([service, endpoint]): Destination => ({ via: "gateway-endpoint", service, endpoint }),
    ),
  ];
}

/** Endpoints without private DNS that a function has to be told, by service. */
export function endpointUrlOverridesIn({ ssm, others, gateways }: Network): EndpointUrlOverrides {
  const dynamodb = gateways.has("dynamodb") ? undefined : others.get("dynamodb");
  return {
    ...(ssm?.privateDns === false && { ssm }),
    ...(dynamodb !== undefined && { dynamodb }),
  };
}

/** A service's public address as a destination, through the NAT gateways. */
export function viaNat({ vpc }: Network, service: string): Destination {
  return { via: "nat", service, routes: vpc.internetRoutes };
}

/** A service's dual-stack name as a destination, over IPv6. */
export function viaIpv6({ vpc }: Network, service: string): Destination {
  return { via: "egress-only-internet-gateway", service, routes: vpc.internetRoutes };
}

/** The endpoints for services that callers of the API have no business with. */
export function otherEndpoints({ ssm, others }: Network): Place[] {
  return [ssm, ...others.values()].flatMap((endpoint): Place[] =>
    endpoint === undefined ? [] : [{ kind: "endpoint", name: endpoint.logicalName }],
  );
}

/** Places that must be able to call the private API: the private subnets, if the configuration allows them. */
export function callersOf({ vpc, privateSubnetsCall }: Network): Place[] {
  if (!privateSubnetsCall) return [];
  return vpc.allPrivateSubnets.map(({ name }) => ({ kind: "subnet", name }));
}

/** Sources of the security group's rules; `privateSubnets` becomes one source for each zone and tier. */
export function callersIn(allowFrom: readonly string[], vpc: StackVpc): Caller[] {
  return allowFrom.flatMap((caller): Caller[] => {
    if (caller === PRIVATE_SUBNETS) {
      return vpc.allPrivateSubnets.map(({ name, cidrBlock }) => ({
        name: name.slice("vpc-".length),
        cidrBlock,
      }));
    }
    if (caller.startsWith("sg-")) return [{ name: caller, securityGroupId: caller }];
    return [{ name: caller.replace(/[./:]+/g, "-"), cidrBlock: caller }];
  });
}

/**
 * Allows this account to read the stack's own parameters. During a canary release two versions of the function may read
 * two paths, and an endpoint has one policy, so its role may read what the role's own policies allow.
 */
function readParameters(
  { parameters, function: { release } }: VpcConfig,
  target: DeploymentTarget,
): Statement[] {
  const read = (path: string, Condition: Statement["Condition"]): Statement => ({
    ...ownAccount("ssm:GetParametersByPath", target),
    Resource: arnOf(target, "ssm", `parameter${path}`),
    Condition,
  });
  const paths = read(parameters.path, { StringEquals: { "aws:PrincipalAccount": target.accountId } });
  if (release === "AllAtOnce") return [paths];
  // Pulumi makes the role's name of its logical name.
  const role = `arn:${target.partition}:iam::${target.accountId}:role/*${FETCHER_ROLE}*`;
  return [paths, read("/*", { ArnLike: { "aws:PrincipalArn": role } })];
}

/**
 * Allows this account's principals to use this account's resources, so that no data leaves for another account.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
function ownAccount(action: string, { accountId }: DeploymentTarget): Statement {
  return {
    Effect: "Allow",
    Principal: "*",
    Action: action,
    Resource: "*",
    Condition: { StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId } },
  };
}
