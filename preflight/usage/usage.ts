import { parseDocument } from "yaml";
import { z } from "zod";
import { type ConfigIssue, issue, issuesOf } from "../errors/validation.js";

// Each schema's message is the fix, as in the stack's own configuration.

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

/** What one resource does otherwise than the rest; the keys are the resource's logical name. */
const ofResource = z.strictObject({
  /** Invocations, requests, messages or DNS queries a month. */
  requestsPerMonth: amount("requests a month").optional(),
  /** Of a function. */
  averageDurationMs: amount("milliseconds").optional(),
  /** What a bucket, a table or a database cluster keeps, or what an endpoint or a log group takes, or what a
   * peering connection carries between zones, in a month. */
  gb: amount("gigabytes").optional(),
});

/** What cannot be read from a stack: its traffic. Sizes are KB of 1,024 bytes and GB of 2^30. */
export const usageSchema = z.strictObject({
  /** Requests to the API, each of which invokes every function once. */
  requestsPerMonth: amount("requests a month").default(1_000_000),
  /** The busiest second's requests. */
  peakRequestsPerSecond: amount("requests a second").default(10),
  /** The most requests that arrive at the same moment. */
  burstRequests: amount("requests at once").default(10),
  /** Billed time of an invocation. */
  averageDurationMs: amount("milliseconds").default(50),
  requestKb: amount("KB").default(1),
  responseKb: amount("KB").default(2),
  /**
   * How long an execution environment keeps the parameters it has read; 0: every request reads them. Where absent,
   * what the functions' own environment variables say.
   */
  cacheSeconds: amount("seconds").optional(),
  /** Calls that one reading takes, at ten parameters each. */
  parameterPages: positive("calls").default(1),
  /** Bytes of such a call, both ways. */
  parameterCallKb: amount("KB").default(8),
  /** The account's setting for Parameter Store in the region. */
  parameterThroughput: z
    .enum(["standard", "higher"], { error: "Write standard or higher." })
    .default("standard"),
  /** Execution environments that serve a month's requests on average; with a cache, each reads for itself. */
  environments: positive("environments").default(1),
  /** Connections that an environment holds open at once. */
  connectionsPerEnvironment: positive("connections").default(1),
  /** What a function writes to its log for one request. */
  logKbPerRequest: amount("KB").default(1),
  accessLogKbPerRequest: amount("KB").default(0.5),
  flowLogsGb: amount("GB a month").default(1),
  /** The share of requests that are traced; X-Ray's default rule takes 5% beyond the first each second. */
  traceShare: share.default(0.05),
  /** Through all NAT gateways, besides the functions' calls to AWS services. */
  natGb: amount("GB a month").default(0),
  /** Of that, out to the internet. */
  internetOutGb: amount("GB a month").default(0),
  tableReadsPerRequest: amount("read units").default(1),
  tableWritesPerRequest: amount("write units").default(0),
  messagesPerRequest: amount("messages to each queue and topic").default(1),
  secretReadsPerRequest: amount("calls").default(0),
  /** Kept in each table, bucket and database cluster. */
  storedGb: amount("GB").default(1),
  /** Average use of a load balancer. */
  capacityUnits: amount("capacity units").default(1),
  /** Average use of an Aurora Serverless v2 instance; its minimum where absent. */
  auroraCapacityUnits: amount("capacity units").optional(),
  resources: byName(ofResource, "Write resource names with their usage.").default({}),
});

export type Usage = z.output<typeof usageSchema>;
export type ResourceUsage = z.output<typeof ofResource>;

/** What is taken for granted where a usage file does not say otherwise. */
export const DEFAULT_USAGE: Usage = usageSchema.parse({});

export type ParsedUsage =
  | { readonly usage: Usage; readonly mistakes?: undefined }
  | { readonly usage?: undefined; readonly mistakes: readonly [ConfigIssue, ...ConfigIssue[]] };

/** Reads a usage file: YAML text in, its values with the defaults or every mistake out. Never throws. */
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
  const raw: unknown = document.toJS() ?? {}; // an empty file says nothing
  const result = usageSchema.safeParse(raw);
  if (!result.success) return { mistakes: some(issuesOf(usageSchema, raw, result.error, ["usage"]), raw) };
  const { internetOutGb, natGb } = result.data;
  if (internetOutGb > natGb) {
    const fix = `It is part of natGb, which is ${natGb}. Write at most that, or a larger natGb.`;
    return { mistakes: [issue("usage.internetOutGb", internetOutGb, fix)] };
  }
  return { usage: result.data };
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
