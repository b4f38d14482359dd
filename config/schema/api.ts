import { ACCOUNT_THROTTLE, ENDPOINT_TYPES } from "@lambda-networking/preflight/aws";
import { z } from "zod";
import { authorization, authorizerName, authorizerSchema } from "./authorizers.js";
import { checkCidr, choice, flag, isWithoutRepetition, oneOf, whole } from "./shared.js";

const LIMITS_PAGE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html";

const METHOD = "Write a method and a path as the API has them, such as GET /messages.";
export const methodName = z
  .string()
  .regex(/^[A-Z]+ \/\S*$/, { error: METHOD })
  .meta({ title: "METHOD" });

const THROTTLING = "{rateLimit: 500, burstLimit: 250}";
const rates = {
  rateLimit: whole(1, ACCOUNT_THROTTLE.rateLimit, "requests a second", LIMITS_PAGE).describe(
    "Requests a second, in the long run.",
  ),
  burstLimit: whole(1, ACCOUNT_THROTTLE.burstLimit, "requests at once", LIMITS_PAGE).describe(
    "Requests at once.",
  ),
};
/**
 * What an API on the internet lets through unless it is configured: anybody may call it, each call costs, and the
 * account's limit is shared with its other APIs.
 */
export const PUBLIC_THROTTLE = { rateLimit: 100, burstLimit: 50 } as const;

/** The stage's limits unless they are configured; false: the account's. */
export function defaultThrottling(endpointType: string): typeof PUBLIC_THROTTLE | false {
  return endpointType === "PRIVATE" ? false : PUBLIC_THROTTLE;
}

const throttling = z.strictObject(rates, { error: `Write ${THROTTLING}.` });
const orOff = <T extends z.ZodType>(schema: T, example: string) =>
  z.union([z.literal(false), schema], { error: `Write false, or ${example}.` }).default(false);

/** In gigabytes. https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export const CACHE_SIZES = [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237] as const;
const ttlInSeconds = whole(
  0,
  3600,
  "seconds",
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html",
);

const KEY = "Write path.NAME, querystring.NAME or header.NAME, each once.";
const cacheKeys = z
  .array(z.string({ error: KEY }).regex(/^(path|querystring|header)\.[A-Za-z0-9._-]+$/, { error: KEY }), {
    error: KEY,
  })
  .refine(isWithoutRepetition, { error: KEY });

const PRINCIPAL = "Write IAM ARNs, each once, such as arn:aws:iam::111122223333:role/deployer.";
const principals = z
  .array(
    z
      .string({ error: PRINCIPAL })
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, { error: PRINCIPAL }),
    { error: PRINCIPAL },
  )
  .refine(isWithoutRepetition, { error: PRINCIPAL });

const caching = z.strictObject({
  size: z
    .literal(CACHE_SIZES, { error: oneOf(CACHE_SIZES) })
    .default(0.5)
    .meta({ description: "The cache's size in gigabytes.", cost: "$14.60 a month for 0.5, $2,774 for 237." }),
  encrypted: flag
    .default(true)
    .describe("Whether responses are encrypted in the cache. They hold decrypted values."),
  ttlInSeconds: ttlInSeconds.default(300).describe("How many seconds a response is kept."),
  invalidators: principals
    .default([])
    .describe(
      "The ARNs of the IAM roles and users that may request a fresh response, with signed requests to an AWS_IAM method.",
    ),
});

export const methodSchema = z.strictObject({
  authorization: authorization
    .default("NONE")
    .describe(
      "Who may call. NONE: everybody. AWS_IAM: signed requests only. A name of api.authorizers: whom that authorizer lets in (docs/callers.md).",
    ),
  apiKeyRequired: flag
    .default(false)
    .describe("Whether a call needs a usage plan's API key, in the header x-api-key."),
  throttling: throttling.optional().describe("The limits of this method, for all callers together."),
  caching: z
    .union(
      [
        z.literal(false),
        z.strictObject({
          ttlInSeconds: ttlInSeconds
            .optional()
            .describe("How many seconds a response is kept. Without it as long as the stage's."),
          keys: cacheKeys
            .default([])
            .describe(
              "What selects a cached response besides the path, such as querystring.lang or header.NAME.",
            ),
        }),
      ],
      {
        error: "Write false, or {ttlInSeconds: 60, keys: [querystring.lang]}.",
      },
    )
    .optional()
    .describe(
      "The cache of a GET method, if the stage has a cache. With false its responses are not cached.",
    ),
});

const PLAN_NAME = "Name it with letters, digits and hyphens.";
const planName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, { error: PLAN_NAME })
  .meta({ title: "PLAN" });
export const usagePlanSchema = z.strictObject({
  keys: z
    .array(planName, { error: `Write a list of names. ${PLAN_NAME}` })
    .min(1, { error: "Name at least one API key." })
    .refine(isWithoutRepetition, { error: "Write each name once." })
    .describe("The names of the plan's API keys. AWS generates each key's value."),
  quota: z
    .strictObject({
      limit: whole(1, 2_147_483_647, "requests", "API Gateway's range").describe("Requests in a period."),
      period: choice(["DAY", "WEEK", "MONTH"]).describe("The period, by the calendar."),
    })
    .optional()
    .describe("The most requests of each key in a period."),
  throttling: z
    .strictObject(
      {
        ...rates,
        methods: z
          .record(methodName, throttling.describe("The limits of each key at this method."))
          .default({})
          .describe("The limits of each key at single methods."),
      },
      { error: `Write ${THROTTLING}.` },
    )
    .optional()
    .describe("The limits of each key."),
});

const ORIGIN = 'Write one origin, such as https://app.example.com, or "*".';
const cors = z.strictObject({
  allowOrigin: z
    .string({ error: ORIGIN })
    .regex(/^(\*|https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?)$/, { error: ORIGIN })
    .describe('The one origin, such as https://app.example.com, or "*" for every page.'),
  maxAgeInSeconds: whole(0, 86_400, "seconds", "what browsers keep at most")
    .default(600)
    .describe("How many seconds a browser remembers the permission."),
});

export const webAclSchema = z.strictObject({
  requestsPerFiveMinutes: whole(
    10,
    2_000_000_000,
    "requests",
    "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html",
  )
    .default(2000)
    .describe("How many requests one address may send in five minutes."),
  maximumBodyBytes: whole(1, 16_384, "bytes", "what AWS WAF inspects of a body by default")
    .default(8192)
    .describe("In bytes. A request with a longer body is refused."),
  managedRules: flag
    .default(true)
    .meta({ description: "AWS's rules against common attacks and known bad inputs.", cost: "$2 a month." }),
});

const CERTIFICATE =
  "Write a certificate's ARN, such as arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-….";
const BASE_PATHS = 'Write base paths, each once, such as [messages/v1], or ["(none)"] for the root.';
export const certificateArn = z
  .string({ error: CERTIFICATE })
  .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/, { error: CERTIFICATE });
export const hostedZoneId = z
  .string()
  .regex(/^[A-Z0-9]{1,32}$/, { error: "Write a hosted zone's id, such as Z0123456789ABCDEFGHIJ." });
const domain = z.strictObject({
  certificateArn: certificateArn.describe(
    "The ARN of the certificate in ACM. It is in the stack's Region; for an EDGE API in us-east-1.",
  ),
  hostedZoneId: hostedZoneId
    .optional()
    .describe(
      "The id of the hosted zone that gets the DNS records. Without it you create them (docs/domains.md).",
    ),
  basePaths: z
    .array(
      z
        .string({ error: BASE_PATHS })
        .max(300, { error: "Shorten it: a base path has at most 300 characters." })
        .regex(/^(\(none\)|[A-Za-z0-9$_.+!*'()-]+(\/[A-Za-z0-9$_.+!*'()-]+)*)$/, { error: BASE_PATHS }),
      { error: BASE_PATHS },
    )
    .min(1, { error: BASE_PATHS })
    .refine(isWithoutRepetition, { error: BASE_PATHS })
    .default(["(none)"])
    .describe("Where the API is under the name. (none) is the root."),
});
export const domainName = z
  .string()
  .regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
    error: "Write one domain name in small letters, such as api.example.com; a wildcard is for certificates.",
  })
  .meta({ title: "DOMAIN" });

const ids = (pattern: RegExp, error: string) =>
  z
    .array(z.string({ error }).regex(pattern, { error }), { error })
    .refine(isWithoutRepetition, { error })
    .default([]);
const VPC_ID = /^vpc-[0-9a-f]{8,17}$/;
const ACCOUNT_ID = /^\d{12}$/;

const TABLES = "Write the ids of the consumer's route tables, each once, such as [rtb-0a1b2c3d4e5f60718].";
const PEER_CIDR = "Write the consumer VPC's IPv4 block, such as 10.40.0.0/16.";
export const peerSchema = z.strictObject({
  vpcId: z
    .string({ error: "Write a VPC's id." })
    .regex(VPC_ID, { error: "Write a VPC's id, such as vpc-0a1b2c3d4e5f60718." })
    .describe("The id of the consumer's VPC."),
  cidrBlock: z
    .string({ error: PEER_CIDR })
    .superRefine((text, context) => checkCidr(text, context, PEER_CIDR))
    .describe("The IPv4 block of the consumer's VPC."),
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, { error: "Write a region, such as eu-central-1." })
    .optional()
    .describe("The Region of the consumer's VPC, if it is not the stack's."),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, { error: "Write 2 to 1,224 letters, digits and + = , . @ : / - _." })
    .optional()
    .describe(
      "The external id that the trust policy of roleArn asks for. It keeps others who can use this deployer from the role (docs/sharing.md#peering).",
    ),
  roleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
      error:
        "Write the ARN of a role in the other account, such as arn:aws:iam::111122223333:role/accept-peering.",
    })
    .optional()
    .describe(
      "If the VPC is in another account: the ARN of a role that accepts the peering there (docs/sharing.md#peering).",
    ),
  routeTableIds: z
    .array(z.string({ error: TABLES }).regex(/^rtb-[0-9a-f]{8,17}$/, { error: TABLES }), { error: TABLES })
    .min(1, { error: `Without a route back no answer arrives. ${TABLES}` })
    .refine(isWithoutRepetition, { error: TABLES })
    .describe("The ids of the consumer's route tables that get a route back."),
});

export const sharingSchema = z.strictObject({
  vpcEndpoints: ids(
    /^vpce-[0-9a-f]{8,17}$/,
    "Write VPC endpoints' ids, each once, such as vpce-0a1b2c3d4e5f60718.",
  ).describe("The ids of other execute-api endpoints that may call the API."),
  vpcs: ids(VPC_ID, "Write VPCs' ids, each once, such as vpc-0a1b2c3d4e5f60718.").describe(
    "The ids of VPCs that may call the API through any of their endpoints.",
  ),
  accounts: ids(ACCOUNT_ID, "Write accounts' ids as texts of 12 digits, each once.").describe(
    "The ids of accounts whose signed calls are admitted through any endpoint.",
  ),
  peers: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "Name it with small letters, digits and hyphens." })
        .meta({ title: "PEER" }),
      peerSchema,
    )
    .default({})
    .meta({
      description: "Consumer VPCs that are peered with the stack's VPC, by a name of your own.",
      cost: "$0.01/GB each way for data between zones.",
    }),
});

export const apiSchema = z.strictObject({
  endpointType: choice(ENDPOINT_TYPES).optional().meta({
    description:
      "The API's endpoint type. The default is PRIVATE with networking: vpc, and REGIONAL with public. PRIVATE needs vpc.",
    cost: "$3.50 per million calls.",
  }),
  stageName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,128}$/, { error: "Write 1 to 128 letters, digits, _ and -, such as v1." })
    .default("v1")
    .describe("The stage's name, which is the first segment of the URL. A change replaces the stage."),
  accessLogs: flag.default(false).meta({
    description: "Logs each call, without bodies. The account needs a role for it in the Region.",
    cost: "$0.50/GB.",
  }),
  manageAccountRole: flag.default(false).meta({
    description:
      "Sets the account's role for API Gateway's logs. The account has one in a Region, so set this in one stack at most. Destroying that stack unsets the role.",
    cost: "Free.",
  }),
  metrics: flag
    .default(true)
    .meta({ description: "CloudWatch metrics for each method.", cost: "$0.30 a metric a month." }),
  tracing: flag.default(true).meta({ description: "Traces in X-Ray.", cost: "$5 per million traces." }),
  throttling: z
    .union([z.literal(false), throttling], { error: `Write false, or ${THROTTLING}.` })
    .optional()
    .meta({
      description: `The stage's limits, for all callers together. The default is ${PUBLIC_THROTTLE.rateLimit} requests a second and ${PUBLIC_THROTTLE.burstLimit} at once for an API that the internet calls, and false for a PRIVATE one. With false the account's limits apply.`,
      cost: "Free.",
    }),
  caching: orOff(caching, "{size: 0.5, ttlInSeconds: 300}").meta({
    description: "A cache for the responses of GET methods.",
    cost: "From $14.60 a month, by the hour.",
  }),
  authorizers: z
    .record(authorizerName, authorizerSchema)
    .default({})
    .describe(
      "Authorizers, by a name of your own, which api.methods.METHOD.authorization uses. Each has one of userPool, jwt and function (docs/callers.md).",
    ),
  openToInternet: flag
    .default(false)
    .describe(
      "Whether it is meant that everybody on the internet may call methods without authorization. The preflight's warning about them becomes a remark.",
    ),
  methods: z
    .record(methodName, methodSchema)
    .default({})
    .describe("Settings of single methods, by the call, such as GET /messages."),
  usagePlans: z.record(planName, usagePlanSchema).default({}).meta({
    description: "Usage plans, by name. They limit calls to methods with apiKeyRequired.",
    cost: "Free.",
  }),
  hardening: flag.default(false).meta({
    description:
      "Checks requests, gives errors one form, needs TLS 1.2 with forward secrecy or newer, and turns the execute-api name off if there are custom ones.",
    cost: "Free.",
  }),
  cors: orOff(cors, "{allowOrigin: https://app.example.com}").meta({
    description: "CORS: lets web pages of another origin read the responses.",
    cost: "$3.50 per million calls, as for any call.",
  }),
  webAcl: orOff(webAclSchema, "{requestsPerFiveMinutes: 2000}").meta({
    description:
      "A web ACL of AWS WAF. It logs what it blocked, without API keys, for function.logRetentionInDays.",
    cost: "$7 a month, $9 with managedRules, and $0.60 per million requests; $0.50/GB of logs.",
  }),
  domains: z.record(domainName, domain).default({}).meta({
    description: "Custom domain names of the API (docs/domains.md).",
    cost: "Free, except for hosted zones.",
  }),
  sharing: sharingSchema
    .prefault({})
    .describe("Callers of a PRIVATE API besides those of the stack's own endpoint (docs/sharing.md)."),
});
