import { z } from "zod";
import { canonical, formatCidr, tryParseCidr } from "../components/network/cidr.js";
import { isAvailabilityZoneName, PRIVATE_SUBNETS, SLOT_COUNTS } from "../components/network/subnet-plan.js";

// Each schema's message is the mend: what to write instead. The key and the value come from the place
// in the input where the mistake was found.

const oneOf = (values: readonly (string | number)[]) =>
  `Write ${values
    .map((value) => JSON.stringify(value))
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1")}.`;

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: oneOf(values) });

const isWithoutRepetition = (items: readonly string[]) => new Set(items).size === items.length;

const flag = z.boolean({ error: "Write true or false." });

const whole = (from: number, to: number, unit: string, source: string) => {
  const error = `Write a whole number of ${unit} from ${from} to ${to} (${source}).`;
  return z.int({ error }).min(from, { error }).max(to, { error });
};

export const NETWORKING_MODES = ["public", "vpc"] as const;
export const NAT_MODES = ["none", "single", "perAz", "regional"] as const;
export const ENDPOINT_TYPES = ["PRIVATE", "REGIONAL", "EDGE"] as const;

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const retentionInDays = z.literal(RETENTION_DAYS, { error: oneOf(RETENTION_DAYS) });

const CIDR_EXAMPLE = "Write an IPv4 block such as 10.20.0.0/16.";
const cidrBlock = z
  .string({ error: CIDR_EXAMPLE })
  .superRefine((text, context) => checkCidr(text, context, CIDR_EXAMPLE));

function checkCidr(text: string, context: z.core.$RefinementCtx, otherwise: string): void {
  const cidr = tryParseCidr(text);
  if (cidr === undefined) {
    context.addIssue(otherwise);
    return;
  }
  const right = formatCidr(canonical(cidr));
  if (right !== text) context.addIssue(`It is not canonical. Write ${right}.`);
}

const ZONES = 'Write how many, such as 2, or their names, each once, such as ["eu-west-1a", "eu-west-1b"].';
const availabilityZones = z.union(
  [
    z.int({ error: ZONES }).min(1, { error: ZONES }).max(16, { error: ZONES }),
    z
      .array(z.string({ error: ZONES }).refine(isAvailabilityZoneName, { error: ZONES }), { error: ZONES })
      .min(1, { error: ZONES })
      .refine(isWithoutRepetition, { error: ZONES }),
  ],
  { error: ZONES },
);

const flowLogs = z.strictObject({
  trafficType: choice(["ALL", "ACCEPT", "REJECT"]).default("REJECT"),
  retentionInDays: retentionInDays.default(14),
});

export const vpcSchema = z.strictObject({
  cidrBlock: cidrBlock.default("10.0.0.0/16"),
  allowPublicCidrBlock: flag.default(false),
  availabilityZones: availabilityZones.default(2),
  azSlots: z.literal(SLOT_COUNTS, { error: oneOf(SLOT_COUNTS) }).default(8),
  nat: choice(NAT_MODES).default("none"),
  ipv6: flag.default(false),
  flowLogs: z
    .union([z.literal(false), flowLogs], {
      error: "Write false, or {trafficType: REJECT, retentionInDays: 14}.",
    })
    .default(false),
});

const CALLER = `Write ${PRIVATE_SUBNETS}, a CIDR block such as 10.30.0.0/16, or a security group's id.`;
const caller = z.string({ error: CALLER }).superRefine((text, context) => {
  const isNamed = text === PRIVATE_SUBNETS || /^sg-[0-9a-f]{8,17}$/.test(text);
  if (!isNamed) checkCidr(text, context, CALLER);
});

const interfaceEndpoint = (allowFrom: string[]) =>
  z.strictObject({
    privateDns: flag.default(true),
    allowFrom: z
      .array(caller, { error: `Write a list. ${CALLER}` })
      .refine(isWithoutRepetition, { error: "Write each caller once." })
      .default(allowFrom),
  });

export const endpointsSchema = z.strictObject({
  ssm: z
    .union([z.literal(false), interfaceEndpoint([])], {
      error: "Write false, or {privateDns: true, allowFrom: []}.",
    })
    .prefault({}),
  executeApi: interfaceEndpoint([PRIVATE_SUBNETS]).prefault({}),
  dynamodb: flag.default(true),
  s3: flag.default(false),
  others: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, {
        error: "Write a service's short name, such as secretsmanager or ecr.api.",
      }),
      interfaceEndpoint([PRIVATE_SUBNETS]).prefault({}),
      { error: "Write service names with their settings, such as {secretsmanager: {privateDns: true}}." },
    )
    .default({}),
});

export const functionSchema = z.strictObject({
  runtime: choice(["nodejs22.x", "nodejs24.x"]).default("nodejs24.x"),
  architecture: choice(["arm64", "x86_64"]).default("arm64"),
  memorySize: whole(128, 10_240, "megabytes", "Lambda's range").default(512),
  timeout: whole(1, 900, "seconds", "Lambda's range").default(10),
  logRetentionInDays: retentionInDays.default(30),
});

const PATH =
  "Write a path such as /messages: letters, digits, _ . - and at most 14 levels, no slash at the end.";
const isParameterPath = (path: string) =>
  /^(\/[A-Za-z0-9_.-]+){1,14}$/.test(path) && path.length <= 900 && !isReserved(path);
const isReserved = (path: string) => /^\/(aws|ssm)(\/|$)/i.test(path);
/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html */
const parameterPath = z.string({ error: PATH }).superRefine((path, context) => {
  const withSlash = `/${path.trim()}`;
  if (!path.startsWith("/") && isParameterPath(withSlash)) {
    return context.addIssue(`It does not start with a slash. Write ${withSlash}.`);
  }
  if (isReserved(path)) {
    return context.addIssue("AWS keeps /aws and /ssm to itself. Write another path, such as /messages.");
  }
  if (!isParameterPath(path)) context.addIssue(PATH);
});

const PARAMETER_NAME = "Name it with letters, digits, _ . and - only.";
/** A standard parameter's value: https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */
const MOST_BYTES = 4096;
const parameterValues = z.record(
  z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, { error: PARAMETER_NAME }),
  z
    .string({ error: "Write a text; quote numbers and true or false." })
    .min(1, { error: "Write a text of at least one character; Parameter Store takes no empty value." })
    .refine((value) => Buffer.byteLength(value) <= MOST_BYTES, {
      error: `Shorten it: a standard parameter holds ${MOST_BYTES} bytes.`,
    }),
  { error: "Write names with their texts, such as {greeting: hello}." },
);

export const parametersSchema = z.strictObject({
  path: parameterPath.default("/messages"),
  recursive: flag.default(false),
  values: parameterValues.default({}),
  kmsKeyArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/, {
      error: "Write a key's ARN, such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-… (not an alias's).",
    })
    .optional(),
});

export const secretParametersSchema = parameterValues;

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
});

/** Every key of the namespace with its schema; `Pulumi.yaml` declares the same keys and defaults. */
export const schemas = {
  networking: choice(NETWORKING_MODES).default("public"),
  vpc: vpcSchema.prefault({}),
  endpoints: endpointsSchema.prefault({}),
  function: functionSchema.prefault({}),
  parameters: parametersSchema.prefault({}),
  secretParameters: secretParametersSchema.default({}),
  api: apiSchema.prefault({}),
} as const;

export type ConfigKey = keyof typeof schemas;
export type VpcSettings = z.output<typeof vpcSchema>;
export type EndpointSettings = z.output<typeof endpointsSchema>;
export type InterfaceEndpointSettings = EndpointSettings["executeApi"];
export type FunctionSettings = z.output<typeof functionSchema>;
export type ParameterSettings = z.output<typeof parametersSchema>;
export type ApiSettings = z.output<typeof apiSchema>;
export type EndpointType = (typeof ENDPOINT_TYPES)[number];
