import { parseDocument } from "yaml";
import { z } from "zod";
import { under } from "../errors/setting-path.js";
import { type ConfigIssue, didYouMean, issue, issuesOf } from "../errors/validation.js";
import { isRecord } from "../resources/read.js";

// Each schema's message is a fix, as in the stack's own configuration.

const amount = (unit: string) => {
  const error = `Write a number of ${unit}, 0 or more.`;
  return z.number({ error }).min(0, { error });
};

const share = z
  .number({ error: "Write a share from 0 to 1." })
  .min(0, { error: "Write a share from 0 to 1." })
  .max(1, { error: "Write a share from 0 to 1." });

const positive = (unit: string) => {
  const error = `Write a number of ${unit} above 0.`;
  return z.number({ error }).positive({ error });
};

const byName = <T extends z.ZodType>(value: T, error: string) => z.record(z.string(), value, { error });

/** Deviations of one resource from the stack's usage, by the resource's logical name. */
const ofResource = z.strictObject({
  /** Invocations, requests, messages or DNS queries a month. */
  requestsPerMonth: amount("requests a month").optional(),
  /** For a function. */
  averageDurationMs: amount("milliseconds").optional(),
  /** GB a month: what a bucket, a table or a database cluster keeps, what an endpoint or a log group receives, or
   * what a peering connection carries between zones. */
  gb: amount("gigabytes").optional(),
});

/** The traffic, which a stack does not contain. Sizes are KB of 1,024 bytes and GB of 2^30. */
export const usageSchema = z.strictObject({
  /** Requests to the API. Each invokes every function once. */
  requestsPerMonth: amount("requests a month").default(1_000_000),
  /** Users who sign in during a month, or callers with a token of their own. */
  usersPerMonth: amount("users a month").default(1000),
  /** Requests in the busiest second. */
  peakRequestsPerSecond: amount("requests a second").default(10),
  /** Highest number of requests that arrive at the same moment. */
  burstRequests: amount("requests at once").default(10),
  /** Billed time of an invocation. */
  averageDurationMs: amount("milliseconds").default(50),
  requestKb: amount("KB").default(1),
  responseKb: amount("KB").default(2),
  /**
   * Time that an execution environment keeps the parameters it has read; 0 if every request reads them.
   * @default the value from the functions' own environment variables
   */
  cacheSeconds: amount("seconds").optional(),
  /** Calls of one read, at ten parameters each. */
  parameterPages: positive("calls").default(1),
  /** Bytes of one call, both ways. */
  parameterCallKb: amount("KB").default(8),
  /** The account's setting for Parameter Store in the region. */
  parameterThroughput: z
    .enum(["standard", "higher"], { error: "Write standard or higher." })
    .default("standard"),
  /** Average number of execution environments in a month. With a cache, each environment reads for itself. */
  environments: positive("environments").default(1),
  /** Connections that an environment holds open at once. */
  connectionsPerEnvironment: positive("connections").default(1),
  /** Log data that a function writes for one request. */
  logKbPerRequest: amount("KB").default(1),
  accessLogKbPerRequest: amount("KB").default(0.5),
  flowLogsGb: amount("GB a month").default(1),
  /** Share of requests that are traced. X-Ray's default rule traces 5% beyond the first request each second. */
  traceShare: share.default(0.05),
  /** Data through all NAT gateways, without the functions' calls to AWS services. */
  natGb: amount("GB a month").default(0),
  /** The part of `natGb` that goes out to the internet. */
  internetOutGb: amount("GB a month").default(0),
  tableReadsPerRequest: amount("read units").default(1),
  tableWritesPerRequest: amount("write units").default(0),
  messagesPerRequest: amount("messages to each queue and topic").default(1),
  secretReadsPerRequest: amount("calls").default(0),
  /** Data in each table, bucket, file system and database cluster. */
  storedGb: amount("GB").default(1),
  /** Average use of a load balancer. @default what the requests and their sizes need */
  capacityUnits: amount("capacity units").optional(),
  /** Average use of an Aurora Serverless v2 instance. @default its minimum */
  auroraCapacityUnits: amount("capacity units").optional(),
  resources: byName(ofResource, "Write resource names with their usage.").default({}),
});

export type Usage = z.output<typeof usageSchema>;
export type ResourceUsage = z.output<typeof ofResource>;

/** Defaults of a usage file. */
export const DEFAULT_USAGE: Usage = usageSchema.parse({});

export type ParsedUsage =
  | { readonly usage: Usage; readonly mistakes?: undefined }
  | { readonly usage?: undefined; readonly mistakes: readonly [ConfigIssue, ...ConfigIssue[]] };

/** Parses the YAML of a usage file. Returns the values with defaults, or every mistake. Never throws. */
export function parseUsage(text: string): ParsedUsage {
  const document = parseDocument(text, { prettyErrors: true });
  const [broken, ...more] = document.errors.map((error) =>
    issue(
      "usage",
      text.slice(...error.pos) || text.slice(0, 80),
      `It is not YAML: ${firstLine(error.message)}`,
    ),
  );
  if (broken !== undefined) return { mistakes: [broken, ...more] };
  let raw: unknown;
  try {
    raw = document.toJS() ?? {}; // an empty file has no content
  } catch (error) {
    // An alias without its anchor is found only now.
    if (!(error instanceof ReferenceError)) throw error;
    return { mistakes: [issue("usage", text, `It is not YAML: ${error.message}.`)] };
  }
  const result = usageSchema.safeParse(raw);
  const parts = checkParts(raw);
  if (!result.success) {
    const found = issuesOf(usageSchema, raw, result.error, { at: ["usage"] });
    return { mistakes: some([...found, ...parts], raw) };
  }
  const [part, ...others] = parts;
  return part === undefined ? { usage: result.data } : { mistakes: [part, ...others] };
}

/** Checks across two values, which are made whatever else is wrong. */
function checkParts(raw: unknown): ConfigIssue[] {
  const { internetOutGb, natGb } = usageSchema.shape;
  const written = isRecord(raw) ? raw : {};
  const { data: part } = internetOutGb.safeParse(written.internetOutGb);
  const { data: whole } = natGb.safeParse(written.natGb);
  if (part === undefined || whole === undefined || part <= whole) return [];
  const fix = `It is part of natGb, which is ${whole}. Write at most that, or a larger natGb.`;
  return [issue("usage.internetOutGb", part, fix)];
}

/**
 * Resources of the usage that no stack has, such as a name with a typo, which would have no effect.
 * @param names the logical names of all resources
 */
export function unknownResources({ resources }: Usage, names: Iterable<string>): ConfigIssue[] {
  const known = new Set(names);
  return Object.entries(resources)
    .filter(([name]) => !known.has(name))
    .map(([name, own]) =>
      issue(
        under("usage.resources", name),
        own,
        `There is no such resource. ${didYouMean(name, [...known])}`,
      ),
    );
}

function some(
  [first, ...rest]: readonly ConfigIssue[],
  raw: unknown,
): readonly [ConfigIssue, ...ConfigIssue[]] {
  return [
    first ?? issue("usage", raw, "Write keys with values, such as requestsPerMonth: 1000000."),
    ...rest,
  ];
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.replace(/:$/, "") ?? text;
}
