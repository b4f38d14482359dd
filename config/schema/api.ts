import { ACCOUNT_THROTTLE, ENDPOINT_TYPES } from "@lambda-networking/preflight/aws";
import { z } from "zod";
import { checkCidr, choice, flag, isWithoutRepetition, oneOf, whole } from "./shared.js";

const LIMITS_PAGE = "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html";

const METHOD = "Write a method and a path as the API has them, such as GET /messages.";
export const methodName = z.string().regex(/^[A-Z]+ \/\S*$/, { error: METHOD });

const THROTTLING = "{rateLimit: 500, burstLimit: 250}";
const rates = {
  rateLimit: whole(1, ACCOUNT_THROTTLE.rateLimit, "requests a second", LIMITS_PAGE),
  burstLimit: whole(1, ACCOUNT_THROTTLE.burstLimit, "requests at once", LIMITS_PAGE),
};
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
  size: z.literal(CACHE_SIZES, { error: oneOf(CACHE_SIZES) }).default(0.5),
  encrypted: flag.default(true),
  ttlInSeconds: ttlInSeconds.default(300),
  invalidators: principals.default([]),
});

export const methodSchema = z.strictObject({
  authorization: choice(["NONE", "AWS_IAM"]).default("NONE"),
  apiKeyRequired: flag.default(false),
  throttling: throttling.optional(),
  caching: z
    .union(
      [
        z.literal(false),
        z.strictObject({ ttlInSeconds: ttlInSeconds.optional(), keys: cacheKeys.default([]) }),
      ],
      {
        error: "Write false, or {ttlInSeconds: 60, keys: [querystring.lang]}.",
      },
    )
    .optional(),
});

const PLAN_NAME = "Name it with letters, digits and hyphens.";
const planName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, { error: PLAN_NAME });
export const usagePlanSchema = z.strictObject({
  keys: z
    .array(planName, { error: `Write a list of names. ${PLAN_NAME}` })
    .min(1, { error: "Name at least one API key." })
    .refine(isWithoutRepetition, { error: "Write each name once." }),
  quota: z
    .strictObject({
      limit: whole(1, 2_147_483_647, "requests", "API Gateway's range"),
      period: choice(["DAY", "WEEK", "MONTH"]),
    })
    .optional(),
  throttling: z
    .strictObject(
      { ...rates, methods: z.record(methodName, throttling).default({}) },
      { error: `Write ${THROTTLING}.` },
    )
    .optional(),
});

const ORIGIN = 'Write one origin, such as https://app.example.com, or "*".';
const cors = z.strictObject({
  allowOrigin: z
    .string({ error: ORIGIN })
    .regex(/^(\*|https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?)$/, { error: ORIGIN }),
  maxAgeInSeconds: whole(0, 86_400, "seconds", "what browsers keep at most").default(600),
});

const webAcl = z.strictObject({
  requestsPerFiveMinutes: whole(
    10,
    2_000_000_000,
    "requests",
    "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html",
  ).default(2000),
  maximumBodyBytes: whole(1, 16_384, "bytes", "what AWS WAF inspects of a body by default").default(8192),
  managedRules: flag.default(true),
});

const CERTIFICATE =
  "Write a certificate's ARN, such as arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-….";
const BASE_PATHS = 'Write base paths, each once, such as [messages/v1], or ["(none)"] for the root.';
const domain = z.strictObject({
  certificateArn: z
    .string({ error: CERTIFICATE })
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/, { error: CERTIFICATE }),
  hostedZoneId: z
    .string()
    .regex(/^[A-Z0-9]{1,32}$/, { error: "Write a hosted zone's id, such as Z0123456789ABCDEFGHIJ." })
    .optional(),
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
    .default(["(none)"]),
});
const domainName = z.string().regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, {
  error: "Write one domain name in small letters, such as api.example.com; a wildcard is for certificates.",
});

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
    .regex(VPC_ID, { error: "Write a VPC's id, such as vpc-0a1b2c3d4e5f60718." }),
  cidrBlock: z
    .string({ error: PEER_CIDR })
    .superRefine((text, context) => checkCidr(text, context, PEER_CIDR)),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "Write a region, such as eu-central-1." })
    .optional(),
  roleArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, {
      error:
        "Write the ARN of a role in the other account, such as arn:aws:iam::111122223333:role/accept-peering.",
    })
    .optional(),
  routeTableIds: z
    .array(z.string({ error: TABLES }).regex(/^rtb-[0-9a-f]{8,17}$/, { error: TABLES }), { error: TABLES })
    .min(1, { error: `Without a route back no answer arrives. ${TABLES}` })
    .refine(isWithoutRepetition, { error: TABLES }),
});

export const sharingSchema = z.strictObject({
  vpcEndpoints: ids(
    /^vpce-[0-9a-f]{8,17}$/,
    "Write VPC endpoints' ids, each once, such as vpce-0a1b2c3d4e5f60718.",
  ),
  vpcs: ids(VPC_ID, "Write VPCs' ids, each once, such as vpc-0a1b2c3d4e5f60718."),
  accounts: ids(ACCOUNT_ID, "Write accounts' ids as texts of 12 digits, each once."),
  peers: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "Name it with small letters, digits and hyphens." }),
      peerSchema,
    )
    .default({}),
});

export const apiSchema = z.strictObject({
  endpointType: choice(ENDPOINT_TYPES).optional(),
  stageName: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,128}$/, { error: "Write letters, digits and _ only, such as v1." })
    .default("v1"),
  accessLogs: flag.default(false),
  manageAccountRole: flag.default(false),
  metrics: flag.default(true),
  tracing: flag.default(true),
  throttling: orOff(throttling, THROTTLING),
  caching: orOff(caching, "{size: 0.5, ttlInSeconds: 300}"),
  methods: z.record(methodName, methodSchema).default({}),
  usagePlans: z.record(planName, usagePlanSchema).default({}),
  hardening: flag.default(false),
  cors: orOff(cors, "{allowOrigin: https://app.example.com}"),
  webAcl: orOff(webAcl, "{requestsPerFiveMinutes: 2000}"),
  domains: z.record(domainName, domain).default({}),
  sharing: sharingSchema.prefault({}),
});
