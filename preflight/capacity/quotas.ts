import { ACCOUNT_THROTTLE } from "../aws/quotas.js";

/** An AWS quota: its default, without any increase for the account. */
export interface Limit {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Resource that shares the quota. */
  readonly scope:
    | "account and region"
    | "VPC"
    | "interface"
    | "address and destination"
    | "function"
    | "subnet"
    | "stage"
    | "usage plan"
    | "proxy";
  /** Whether Service Quotas can raise it. */
  readonly adjustable: boolean;
  /** AWS page that states the quota. */
  readonly source: string;
}

const LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html";
const API = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html";
const PARAMETER_STORE = "https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm";

/** Addresses that AWS reserves in each subnet. */
export const RESERVED_ADDRESSES = 5;
export const RESERVED_SOURCE = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html";

/** An execution environment takes at most ten synchronous requests a second, however short they are. */
export const REQUESTS_PER_ENVIRONMENT = 10;

/** Default timeout of a function, in seconds. */
export const DEFAULT_TIMEOUT = 3;
/** Default limit of an API's wait for its function, in seconds. */
export const LONGEST_API_WAIT = 29;

export const LIMITS = {
  concurrency: {
    what: "Lambda concurrency",
    value: 1_000,
    unit: "execution environments",
    scope: "account and region",
    adjustable: true,
    source: LAMBDA,
  },
  apiRate: {
    what: "API request rate",
    value: ACCOUNT_THROTTLE.rateLimit,
    unit: "requests a second",
    scope: "account and region",
    adjustable: true,
    source: API,
  },
  apiBurst: {
    what: "API burst",
    value: ACCOUNT_THROTTLE.burstLimit,
    unit: "requests at once",
    scope: "account and region",
    adjustable: true,
    source: API,
  },
  /** Limit of a stage for all callers together, or of a usage plan for each key. */
  throttle: {
    what: "throttle",
    value: ACCOUNT_THROTTLE.rateLimit,
    unit: "requests a second",
    scope: "stage",
    adjustable: true,
    source:
      "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
  },
  quota: {
    what: "quota",
    value: 0,
    unit: "requests",
    scope: "usage plan",
    adjustable: true,
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
  },
  parameterStore: {
    what: "Parameter Store calls",
    value: 40, // shared by GetParameter, GetParameters and GetParametersByPath
    unit: "calls a second",
    scope: "account and region",
    adjustable: true,
    source: PARAMETER_STORE,
  },
  /** For GetParametersByPath, if the account has the higher-throughput setting. */
  parameterStoreHigher: {
    what: "Parameter Store calls",
    value: 100,
    unit: "calls a second",
    scope: "account and region",
    adjustable: false,
    source: PARAMETER_STORE,
  },
  interfaces: {
    what: "Lambda network interfaces",
    value: 500,
    unit: "interfaces",
    scope: "VPC",
    adjustable: true,
    source: LAMBDA,
  },
  /** Above this number Lambda adds an interface, which uses one more address. */
  interfaceConnections: {
    what: "connections of Lambda's network interfaces",
    value: 65_000,
    unit: "connections",
    scope: "interface",
    adjustable: false,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis",
  },
  natConnections: {
    what: "NAT connections to one destination",
    value: 55_000,
    unit: "connections",
    scope: "address and destination",
    adjustable: false,
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
  },
} as const satisfies Record<string, Limit>;
