import type { Graph, SourceResource } from "../../graph/index.js";
import { isKnown, isSet } from "../../graph/index.js";
import { inputValue, list, records } from "../../resources/read.js";
import type { Usage } from "../../usage/usage.js";
import { type Charge, type Flow, times } from "../charges.js";
import { parameterReads, usageOf, withRequests } from "../flows.js";
import { KB_PER_GB } from "../money.js";
import { numberOf, type Pricer } from "./pricer.js";

/** Without a retention the log grows forever. The forecast counts one year of it. */
const KEPT_FOR_EVER_DAYS = 365;
const DAYS_PER_MONTH = 365 / 12;

/** https://aws.amazon.com/cloudwatch/pricing/ */
const logGroup: Pricer = (resource, { graph, usage }) => {
  const retention = numberOf(resource, "retentionInDays", 0);
  const months = (retention.value || KEPT_FOR_EVER_DAYS) / DAYS_PER_MONTH;
  const ingested = logGb(resource, graph, usage);
  return [
    { what: "log records", product: "log ingestion", ...ingested },
    // AWS compresses stored logs, at a ratio that it does not promise.
    { what: "log storage", product: "log storage", ...times(ingested, months), atLeast: !retention.known },
  ];
};

/** Data that a log group receives. It depends on the resource that writes to the group. */
function logGb(group: SourceResource, { resources }: Graph, usage: Usage): Flow {
  const { gb } = usageOf(usage, group.name);
  if (gb !== undefined) return { usage: gb };
  const writers: readonly (readonly [type: string, property: string, flow: Flow])[] = [
    ["aws:ec2/flowLog:FlowLog", "logDestination", { usage: usage.flowLogsGb }],
    [
      "aws:apigateway/stage:Stage",
      "accessLogSettings",
      { perRequest: usage.accessLogKbPerRequest / KB_PER_GB },
    ],
    ["aws:lambda/function:Function", "loggingConfig", { perRequest: usage.logKbPerRequest / KB_PER_GB }],
  ];
  for (const [type, property, flow] of writers) {
    const writes = (resource: SourceResource) =>
      resource.type === type && refersTo(resource, property, group);
    if ([...resources.values()].some(writes)) return flow;
  }
  const { name } = group.properties;
  const isLambdas = typeof name === "string" && name.startsWith("/aws/lambda/");
  return isLambdas ? { perRequest: usage.logKbPerRequest / KB_PER_GB } : { usage: 0 };
}

function refersTo(resource: SourceResource, property: string, target: SourceResource): boolean {
  if (resource.propertyDependencies?.[property]?.includes(target.urn)) return true;
  const value = JSON.stringify(inputValue(resource, property)) ?? "";
  return [target.properties.arn, target.properties.name].some(
    (name) => typeof name === "string" && value.includes(JSON.stringify(name).slice(0, -1)),
  );
}

/**
 * Flow logs that are delivered to a bucket; those of a log group are the group's.
 * @see https://aws.amazon.com/cloudwatch/pricing/ under "Vended Logs"
 */
const flowLog: Pricer = (resource, { usage }) => {
  const type = inputValue(resource, "logDestinationType");
  if (isKnown(type) && type !== "s3") return [];
  const gb = usageOf(usage, resource.name).gb ?? usage.flowLogsGb;
  const [options] = records(inputValue(resource, "destinationOptions"));
  const isParquet = isSet(options) && options.fileFormat === "parquet";
  return [
    { what: "log delivery", product: "log delivery to S3", usage: gb },
    ...(isParquet
      ? [{ what: "conversion", product: "conversion of logs to Parquet", usage: gb } as const]
      : []),
  ];
};

const metricAlarm: Pricer = (resource) => {
  const period = numberOf(resource, "period", 60);
  const queries = list(inputValue(resource, "metricQueries"));
  const metrics = queries.filter((query) =>
    records(query).some((one) => isKnown(one) && one.metric !== undefined),
  );
  const product = period.value < 60 ? "high-resolution alarm metric" : "alarm metric";
  return [{ what: "alarm", product, fixed: Math.max(1, metrics.length), atLeast: !period.known }];
};

/** AWS counts interactions by parameter, not by call. https://aws.amazon.com/systems-manager/pricing/ */
const parameter: Pricer = (resource, { usage }) => {
  const advanced = inputValue(resource, "tier") === "Advanced";
  const charges: Charge[] = [];
  if (advanced) charges.push({ what: "advanced parameter", product: "advanced parameter", fixed: 1 });
  if (advanced || usage.parameterThroughput === "higher") {
    charges.push({ what: "interactions", product: "parameter interactions", ...parameterReads(usage) });
  }
  if (inputValue(resource, "type") === "SecureString") {
    charges.push({ what: "decryption", product: "KMS requests", ...parameterReads(usage) });
  }
  return charges;
};

const secret: Pricer = (resource, { usage }) => [
  { what: "secret", product: "secret", fixed: 1 },
  {
    what: "requests",
    product: "secret requests",
    ...withRequests(usage, resource.name, usage.secretReadsPerRequest),
  },
];

const key: Pricer = () => [{ what: "key", product: "KMS key", fixed: 1 }];

/** Pricers of monitoring and configuration. */
export const operationsPricers: Readonly<Record<string, Pricer>> = {
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:ec2/flowLog:FlowLog": flowLog,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:cloudwatch/dashboard:Dashboard": () => [{ what: "dashboard", product: "dashboard", fixed: 1 }],
  "aws:ssm/parameter:Parameter": parameter,
  "aws:secretsmanager/secret:Secret": secret,
  "aws:kms/key:Key": key,
  "aws:kms/replicaKey:ReplicaKey": key,
};
