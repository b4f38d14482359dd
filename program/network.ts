import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type DeploymentTarget } from "../components/base/deployment-target.js";
import { policyDocument, type Statement } from "../components/base/policy-document.js";
import type { Destination } from "../components/function/destinations.js";
import { GatewayEndpoint } from "../components/network/endpoints/gateway-endpoint.js";
import { type Caller, InterfaceEndpoint } from "../components/network/endpoints/interface-endpoint.js";
import { chooseZones } from "../components/network/vpc/availability-zones.js";
import { PRIVATE_SUBNETS } from "../components/network/vpc/subnet-plan.js";
import { Vpc } from "../components/network/vpc/vpc.js";
import type { NatMode } from "../preflight/aws/index.js";
import type { Place } from "../preflight/intents.js";

/** An interface endpoint as a person configures it. */
export interface EndpointSettings {
  readonly privateDns: boolean;
  /** `privateSubnets`, CIDR blocks and security group ids. */
  readonly allowFrom: readonly string[];
}

export interface PrivateNetworkArgs {
  readonly vpc: {
    readonly cidrBlock: string;
    readonly azSlots: number;
    /** How many zones, or which. */
    readonly availabilityZones: number | readonly string[];
    readonly nat: NatMode;
    readonly ipv6: boolean;
    /** Whether there are subnets for databases. */
    readonly isolated?: boolean;
    readonly flowLogs:
      | false
      | { readonly trafficType: "ALL" | "ACCEPT" | "REJECT"; readonly retentionInDays: number };
  };
  readonly endpoints: {
    readonly ssm: false | EndpointSettings;
    /** Made where the API is private. */
    readonly executeApi: false | EndpointSettings;
    readonly dynamodb: boolean;
    readonly s3: boolean;
    /** More interface endpoints, by the service's short name. */
    readonly others: Readonly<Record<string, EndpointSettings>>;
  };
  /** What is called through the SSM endpoint. */
  readonly parameterPath: string;
  readonly target: DeploymentTarget;
}

/** A VPC with its endpoints. */
export interface PrivateNetwork {
  readonly vpc: Vpc;
  readonly ssm: InterfaceEndpoint | undefined;
  readonly executeApi: InterfaceEndpoint | undefined;
  /** By the service's short name. */
  readonly others: ReadonlyMap<string, InterfaceEndpoint>;
  /** By the service's short name. */
  readonly gateways: ReadonlyMap<string, GatewayEndpoint>;
  readonly nat: NatMode;
  readonly ipv6: boolean;
  /** Whether every private subnet was let in to the execute-api endpoint. */
  readonly privateSubnetsCall: boolean;
}

/** Makes the VPC and the endpoints that are configured. */
export async function makePrivateNetwork(
  args: PrivateNetworkArgs,
  opts: pulumi.ComponentResourceOptions,
): Promise<PrivateNetwork> {
  const { endpoints, target } = args;
  const availabilityZones = await chooseZones(args.vpc.availabilityZones, args.vpc.azSlots);
  const flowLogs = args.vpc.flowLogs && { ...args.vpc.flowLogs, target };
  const vpc = new Vpc("vpc", { ...args.vpc, availabilityZones, flowLogs: flowLogs || undefined }, opts);

  const at = { vpcId: vpc.vpcId, subnets: vpc.privateSubnets };
  const makeInterface = (service: string, settings: EndpointSettings, policy?: Statement) =>
    new InterfaceEndpoint(
      service.replaceAll(".", "-"),
      {
        ...at,
        service,
        privateDns: settings.privateDns,
        allowFrom: callers(settings.allowFrom, vpc),
        ...(policy !== undefined && { policy: policyDocument(policy) }),
      },
      opts,
    );
  const makeGateway = (service: "dynamodb" | "s3") =>
    new GatewayEndpoint(
      service,
      {
        service,
        region: target.region,
        vpcId: vpc.vpcId,
        routeTableIds: vpc.privateSubnets.map(({ routeTable }) => routeTable.id),
        policy: policyDocument(ownAccount(`${service}:*`, target)),
      },
      opts,
    );
  const gateways = (["dynamodb", "s3"] as const).filter((service) => endpoints[service]);
  return {
    vpc,
    nat: args.vpc.nat,
    ipv6: args.vpc.ipv6,
    privateSubnetsCall:
      endpoints.executeApi !== false && endpoints.executeApi.allowFrom.includes(PRIVATE_SUBNETS),
    ssm: endpoints.ssm
      ? makeInterface("ssm", endpoints.ssm, readPath(args.parameterPath, target))
      : undefined,
    executeApi: endpoints.executeApi ? makeInterface("execute-api", endpoints.executeApi) : undefined,
    others: new Map(
      Object.entries(endpoints.others).map(([service, settings]) => [
        service,
        // Through an endpoint go the calls of its own service only, whatever its actions are called.
        makeInterface(service, settings, ownAccount("*", target)),
      ]),
    ),
    gateways: new Map(gateways.map((service) => [service, makeGateway(service)])),
  };
}

/** Whom a function in the network can call: every endpoint's service, and by NAT what has no endpoint. */
export function destinationsIn(network: PrivateNetwork): Destination[] {
  const interfaces = [["ssm", network.ssm] as const, ...network.others];
  return [
    ...interfaces.flatMap(([service, endpoint]): Destination[] =>
      endpoint === undefined ? [] : [{ via: "interface-endpoint", service, endpoint }],
    ),
    // Without an endpoint of its own, Parameter Store is an address on the internet.
    ...(network.ssm === undefined && network.nat !== "none" ? [{ via: "nat", service: "ssm" } as const] : []),
    ...[...network.gateways].map(
      ([service, endpoint]): Destination => ({ via: "gateway-endpoint", service, endpoint }),
    ),
  ];
}

/** Who must be able to call the private API. */
export function callersOf({ vpc, privateSubnetsCall }: PrivateNetwork): Place[] {
  if (!privateSubnetsCall) return [];
  return vpc.privateSubnets.map(({ name }) => ({ kind: "subnet", name }));
}

/** The rules' sources for what a person wrote; the private subnets are one source for each zone. */
function callers(allowFrom: readonly string[], vpc: Vpc): Caller[] {
  return allowFrom.flatMap((caller): Caller[] => {
    if (caller === PRIVATE_SUBNETS) {
      return vpc.privateSubnets.map(({ suffix, cidrBlock }) => ({ name: `private-${suffix}`, cidrBlock }));
    }
    if (caller.startsWith("sg-")) return [{ name: caller, securityGroupId: caller }];
    return [{ name: caller.replace(/[./]/g, "-"), cidrBlock: caller }];
  });
}

/** Reading the stack's own parameters, by anyone in this account. */
function readPath(path: string, target: DeploymentTarget): Statement {
  return {
    ...ownAccount("ssm:GetParametersByPath", target),
    Resource: arnOf(target, "ssm", `parameter${path}`),
    Condition: { StringEquals: { "aws:PrincipalAccount": target.accountId } },
  };
}

/**
 * Nothing but this account's resources, by nobody but this account: no way to carry data out to another one.
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
