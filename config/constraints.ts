import { AWS_LIMITS, type AwsLimit } from "@lambda-networking/preflight/aws";

/** Where a resource must be that the configuration names by its ARN. */
export type ArnHome =
  /** In the stack's Region. */
  | "region"
  /** In the stack's partition; it is of no Region. */
  | "partition"
  /** In us-east-1 for an EDGE API, else in the stack's Region. */
  | "certificate";

/** Something that AWS refuses, and that the configuration can ask for. */
export interface Constraint {
  /** The keys, as in docs/configuration.md: a name in capitals is any name in a map. */
  readonly keys: readonly string[];
  /** What AWS takes, in one sentence. */
  readonly rule: string;
  /** AWS's page that says so. */
  readonly page: string;
  /**
   * `refused`: before any resource is registered. `advice`: a warning, because AWS may have raised the account's quota or
   * because only some uses fail.
   */
  readonly told: "refused" | "advice";
  readonly limit?: AwsLimit;
  /** For keys that hold ARNs. The schema's pattern says of which service. */
  readonly arn?: ArnHome;
}

const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg";
const VPC_BLOCKS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html";
const CONCURRENCY = `${LAMBDA}/configuration-concurrency.html`;
const PARAMETER_NAMES =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html";
const PUT_PARAMETER = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html";
const RULES = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";

const ALLOW_FROM = [
  "endpoints.ssm.allowFrom",
  "endpoints.executeApi.allowFrom",
  "endpoints.others.SERVICE.allowFrom",
];

const atMost = (limit: AwsLimit, keys: readonly string[], told: Constraint["told"], rule: string) => ({
  keys,
  rule,
  page: limit.page,
  told,
  limit,
});

/**
 * What AWS refuses, by key. The checks take their figures from here, and docs/limits.md is made of it. A value that is
 * wrong by itself, such as a timeout of 0, is the schema's matter.
 */
export const CONSTRAINTS = {
  kmsKeyArn: {
    keys: ["kmsKey", "parameters.kmsKeyArn", "database.kmsKeyArn"],
    rule: "A key is used in its own Region only, by its ARN and not by an alias's.",
    page: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html",
    told: "refused",
    arn: "region",
  },
  secretArn: {
    keys: ["database.user.secretArn"],
    rule: "RDS Proxy reads secrets of its own Region.",
    page: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy.html",
    told: "refused",
    arn: "region",
  },
  layers: {
    keys: ["function.layers"],
    rule: "A layer is in the function's Region.",
    page: `${LAMBDA}/chapter-layers.html`,
    told: "refused",
    arn: "region",
  },
  certificateArn: {
    keys: ["api.domains.DOMAIN.certificateArn"],
    rule: "The certificate is in the stack's Region; for an EDGE API in us-east-1.",
    page: "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-specify-certificate-for-custom-domain-name.html",
    told: "refused",
    arn: "certificate",
  },
  listenerCertificateArn: {
    keys: ["frontDoor.certificateArn", "frontDoor.webAcl"],
    rule: "A load balancer's certificate and web ACL are in its own Region.",
    page: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    told: "refused",
    arn: "region",
  },
  routes: atMost(
    AWS_LIMITS.listenerRules,
    ["frontDoor.routes"],
    "advice",
    "A load balancer has 100 rules; each route is one, and two refuse requests that no route may take.",
  ),
  principals: {
    keys: [
      "api.caching.invalidators",
      "api.sharing.peers.PEER.roleArn",
      "api.authorizers.AUTHORIZER.userPool.arn",
      "api.authorizers.AUTHORIZER.function.arn",
      "function.invokers.INVOKER.sourceArn",
    ],
    rule: "A role, a user or another caller, and what decides about callers, is in the stack's partition: aws, aws-cn, aws-us-gov or another.",
    page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    told: "refused",
    arn: "partition",
  },
  variables: atMost(
    AWS_LIMITS.variables,
    ["function.environment", "logPipeline.message"],
    "refused",
    "All variables of a function together, the program's own included, hold 4,096 bytes as JSON: names, values and quotes.",
  ),
  provisionedConcurrency: {
    keys: ["function.provisionedConcurrency"],
    rule: "It is part of the reserved concurrency or, without that, of the account's, of which 100 stay unreserved.",
    page: `${LAMBDA}/provisioned-concurrency.html`,
    told: "refused",
  },
  reservedConcurrency: {
    keys: ["function.reservedConcurrency", "logPipeline.reservedConcurrency"],
    rule: "Of the account's concurrency (function.accountConcurrency) 100 stay unreserved.",
    page: CONCURRENCY,
    told: "refused",
  },
  memorySize: {
    keys: ["function.memorySize"],
    rule: "Some accounts may have 3,008 MB at most, until AWS raises it.",
    page: `${LAMBDA}/configuration-memory.html`,
    told: "advice",
  },
  vpcBlock: {
    keys: ["vpc.cidrBlock", "vpc.secondaryCidrBlocks", "api.sharing.peers.PEER.cidrBlock"],
    rule: "No VPC has addresses of 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, 198.19.0.0/16, 224.0.0.0/4 or 240.0.0.0/4.",
    page: VPC_BLOCKS,
    told: "refused",
  },
  dockerBlock: {
    keys: ["vpc.cidrBlock", "vpc.secondaryCidrBlocks"],
    rule: "Some services, such as Cloud9 and SageMaker, have 172.17.0.0/16 to themselves, and do not reach a VPC with it.",
    page: VPC_BLOCKS,
    told: "advice",
  },
  secondaryBlock: {
    keys: ["vpc.secondaryCidrBlocks"],
    rule: "A block is /16 to /28, overlaps no other of the VPC, and is of the primary block's range (10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16), of 100.64.0.0/10 or public.",
    page: VPC_BLOCKS,
    told: "refused",
  },
  vpcBlocks: atMost(
    AWS_LIMITS.vpcBlocks,
    ["vpc.secondaryCidrBlocks"],
    "advice",
    "A VPC has 5 IPv4 blocks, the primary included, and never more than 50 (refused).",
  ),
  transitRoutes: {
    keys: ["vpc.transitGateway.routes"],
    rule: "No route leads to a part of the VPC's own blocks, nor to 169.254.168.0/22, 198.19.0.0/16 or 224.0.0.0/4.",
    page: "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html",
    told: "refused",
  },
  sameRule: {
    keys: [...ALLOW_FROM, "api.sharing.peers.PEER.cidrBlock"],
    rule: "A security group takes a rule once: InvalidPermission.Duplicate.",
    page: RULES,
    told: "refused",
  },
  securityGroupRules: atMost(
    AWS_LIMITS.securityGroupRules,
    [...ALLOW_FROM, "api.sharing.peers"],
    "advice",
    "An endpoint's security group has a rule for each caller, zone and peer: 60, and never more than 1,000 (refused).",
  ),
  interfaceEndpoints: atMost(
    AWS_LIMITS.interfaceEndpoints,
    ["endpoints.others"],
    "advice",
    "A VPC has 50 interface endpoints.",
  ),
  elasticAddresses: atMost(
    AWS_LIMITS.elasticAddresses,
    ["vpc.nat"],
    "advice",
    "A Region has 5 Elastic IP addresses, and each NAT gateway of a zone and each NAT instance takes one.",
  ),
  peerings: atMost(
    AWS_LIMITS.peerings,
    ["api.sharing.peers"],
    "advice",
    "A VPC has 50 peering connections, and never more than 125 (refused).",
  ),
  apiPolicy: atMost(
    AWS_LIMITS.apiPolicy,
    ["api.sharing", "api.caching.invalidators"],
    "advice",
    "An API's resource policy has 8,192 characters.",
  ),
  endpointPolicy: atMost(
    AWS_LIMITS.endpointPolicy,
    ["api.domains", "frontDoor.routes"],
    "refused",
    "The policy of the execute-api endpoint, which names every domain name of a private API and every other API of the front door, has 20,480 characters.",
  ),
  domainNames: atMost(
    AWS_LIMITS.publicDomainNames,
    ["api.domains"],
    "advice",
    "A Region has 120 public and 50 private custom domain names.",
  ),
  basePaths: atMost(
    AWS_LIMITS.multiLevelMappings,
    ["api.domains.DOMAIN.basePaths"],
    "refused",
    "A domain name has 200 base paths of several levels.",
  ),
  usagePlans: atMost(AWS_LIMITS.usagePlans, ["api.usagePlans"], "advice", "A Region has 300 usage plans."),
  apiKeys: atMost(
    AWS_LIMITS.apiKeys,
    ["api.usagePlans.PLAN.keys"],
    "refused",
    "A Region has 10,000 API keys.",
  ),
  eventPattern: atMost(
    AWS_LIMITS.eventPattern,
    ["logPipeline.codePipelineNotifications.pipelines"],
    "advice",
    "An event pattern, which names every pipeline, has 2,048 characters.",
  ),
  parameterValue: {
    keys: ["parameters.values", "secretParameters"],
    rule: "A parameter's value holds no {{…}}, which stands for another parameter.",
    page: PUT_PARAMETER,
    told: "refused",
  },
  parameterName: {
    keys: ["parameters.path", "parameters.values", "secretParameters"],
    rule: "A parameter's ARN, path and name included, has 1,011 characters, 15 levels, and does not begin with /aws or /ssm.",
    page: PARAMETER_NAMES,
    told: "refused",
  },
  databaseName: {
    keys: ["database.name"],
    rule: "A database is not named by a reserved word of PostgreSQL, nor admin, rdsadmin, template0 or template1.",
    page: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html",
    told: "refused",
  },
  databaseUser: {
    keys: ["database.user.name"],
    rule: "Users named pg_…, rds_…, rdsadmin, admin or by a reserved word of PostgreSQL are not the stack's, and postgres is the master user.",
    page: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html",
    told: "refused",
  },
  peerRegion: {
    keys: ["api.sharing.peers.PEER.region"],
    rule: "A peered VPC is in a Region of the stack's partition.",
    page: "https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html",
    told: "refused",
  },
  peerNames: {
    keys: ["api.sharing.peers"],
    rule: "A peer's name is part of its resources' names, and no two of these may be the same.",
    page: "https://www.pulumi.com/docs/iac/concepts/resources/names/",
    told: "refused",
  },
} as const satisfies Readonly<Record<string, Constraint>>;

export type ConstraintName = keyof typeof CONSTRAINTS;

/** The table's rows, with the optional fields of every constraint. */
export const ALL_CONSTRAINTS: readonly Constraint[] = Object.values(CONSTRAINTS);
