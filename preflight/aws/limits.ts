/** A limit of AWS on what one stack creates: the default of every account. */
export interface AwsLimit {
  /** What is counted, and where: `interface endpoints in a VPC`. */
  readonly what: string;
  readonly limit: number;
  /** The most that AWS raises it to. The limit itself: it is fixed; undefined: as much as AWS agrees to. */
  readonly most: number | undefined;
  /** AWS's page that says so. */
  readonly page: string;
}

const VPC = "https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html";
const PRIVATELINK = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html";
const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const API =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html";
const EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html";
const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html";
const LOAD_BALANCERS =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html";
const ROUTE_53 = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html";

/** Limits on the number and the size of what a stack creates. What traffic uses up is in `preflight/capacity`. */
export const AWS_LIMITS = {
  elasticAddresses: { what: "Elastic IP addresses in a Region", limit: 5, most: undefined, page: VPC },
  vpcBlocks: { what: "IPv4 blocks of a VPC", limit: 5, most: 50, page: VPC },
  vpcs: { what: "VPCs in a Region", limit: 5, most: undefined, page: VPC },
  subnets: { what: "subnets in a VPC", limit: 200, most: undefined, page: VPC },
  routeTables: { what: "route tables in a VPC", limit: 200, most: undefined, page: VPC },
  // 50 until June 2025.
  routes: { what: "routes in a route table", limit: 500, most: 1_000, page: VPC },
  natGateways: { what: "NAT gateways in an Availability Zone", limit: 5, most: undefined, page: VPC },
  securityGroups: { what: "security groups in a Region", limit: 2_500, most: undefined, page: VPC },
  /** Counted for each direction, IPv4 and IPv6 apart. Rules times groups of an interface are 1,000 at most. */
  securityGroupRules: {
    what: "rules of a security group in one direction",
    limit: 60,
    most: 1_000,
    page: VPC,
  },
  groupsOfInterface: { what: "security groups on a network interface", limit: 5, most: 16, page: VPC },
  networkAclRules: { what: "rules of a network ACL in one direction", limit: 20, most: 40, page: VPC },
  peerings: { what: "peering connections of a VPC", limit: 50, most: 125, page: VPC },
  interfaceEndpoints: { what: "interface endpoints in a VPC", limit: 50, most: undefined, page: PRIVATELINK },
  gatewayEndpoints: { what: "gateway endpoints in a Region", limit: 20, most: undefined, page: PRIVATELINK },
  endpointPolicy: {
    what: "characters of an endpoint policy",
    limit: 20_480,
    most: 20_480,
    page: PRIVATELINK,
  },
  layers: { what: "layers of a function", limit: 5, most: 5, page: LAMBDA },
  variables: { what: "bytes of a function's environment variables", limit: 4_096, most: 4_096, page: LAMBDA },
  apiPolicy: { what: "characters of an API's resource policy", limit: 8_192, most: undefined, page: API },
  apiResources: { what: "resources (paths) of an API", limit: 300, most: undefined, page: API },
  usagePlans: { what: "usage plans in a Region", limit: 300, most: undefined, page: API },
  apiKeys: { what: "API keys in a Region", limit: 10_000, most: 10_000, page: API },
  publicDomainNames: {
    what: "public custom domain names in a Region",
    limit: 120,
    most: undefined,
    page: API,
  },
  privateDomainNames: {
    what: "private custom domain names in a Region",
    limit: 50,
    most: undefined,
    page: API,
  },
  multiLevelMappings: {
    what: "base paths of several levels under a domain name",
    limit: 200,
    most: 200,
    page: API,
  },
  eventPattern: { what: "characters of an event pattern", limit: 2_048, most: undefined, page: EVENTS },
  targets: { what: "targets of a rule", limit: 5, most: undefined, page: EVENTS },
  trustPolicy: { what: "characters of a role's trust policy", limit: 2_048, most: 4_096, page: IAM },
  inlinePolicies: { what: "characters of a role's inline policies", limit: 10_240, most: 10_240, page: IAM },
  managedPolicies: { what: "managed policies on a role", limit: 10, most: 20, page: IAM },
  listenerRules: {
    what: "rules of a load balancer, without the default ones",
    limit: 100,
    most: undefined,
    page: LOAD_BALANCERS,
  },
  zoneVpcs: { what: "VPCs of a private hosted zone", limit: 300, most: undefined, page: ROUTE_53 },
} as const satisfies Readonly<Record<string, AwsLimit>>;

export type LimitName = keyof typeof AWS_LIMITS;

/** Whether a number is above what AWS raises a limit to for anybody. */
export function isRefused({ most }: AwsLimit, used: number): boolean {
  return most !== undefined && used > most;
}
