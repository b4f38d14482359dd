import { isKnown, isSet } from "../../graph/index.js";
import { boolean, inputValue, integer, records, text } from "../../resources/read.js";
import type { Charge } from "../charges.js";
import { usageOf, withRequests } from "../flows.js";
import { HOURS_PER_MONTH } from "../money.js";
import { databaseProxy, masterSecret } from "./databases.js";
import { numberOf, type Pricer } from "./pricer.js";

/** https://aws.amazon.com/dynamodb/pricing/ */
const table: Pricer = (resource, { usage }) => {
  const { name } = resource;
  const gb = usageOf(usage, name).gb ?? usage.storedGb;
  const storage: Charge[] = [{ what: "storage", product: "DynamoDB storage", usage: gb }];
  const [recovery] = records(inputValue(resource, "pointInTimeRecovery"));
  if (isSet(recovery) && recovery.enabled === true) {
    storage.push({ what: "point-in-time recovery", product: "DynamoDB point-in-time recovery", usage: gb });
  }
  const mode = text(inputValue(resource, "billingMode")) ?? "PROVISIONED";
  if (mode === "PROVISIONED") {
    const write = numberOf(resource, "writeCapacity", 1);
    const read = numberOf(resource, "readCapacity", 1);
    return [
      {
        what: "write capacity",
        product: "DynamoDB write capacity",
        fixed: write.value * HOURS_PER_MONTH,
        atLeast: !write.known,
      },
      {
        what: "read capacity",
        product: "DynamoDB read capacity",
        fixed: read.value * HOURS_PER_MONTH,
        atLeast: !read.known,
      },
      ...storage,
    ];
  }
  const atLeast = !isKnown(mode);
  return [
    {
      what: "reads",
      product: "DynamoDB read requests",
      ...withRequests(usage, name, usage.tableReadsPerRequest),
      atLeast,
    },
    {
      what: "writes",
      product: "DynamoDB write requests",
      ...withRequests(usage, name, usage.tableWritesPerRequest),
      atLeast,
    },
    ...storage,
  ];
};

/** Each message is sent, received and deleted. */
const REQUESTS_PER_MESSAGE = 3;

const queue: Pricer = (resource, { usage }) => [
  {
    what: "messages",
    product:
      boolean(inputValue(resource, "fifoQueue"), false) === true ? "SQS FIFO requests" : "SQS requests",
    ...withRequests(usage, resource.name, usage.messagesPerRequest * REQUESTS_PER_MESSAGE),
  },
];

const topic: Pricer = (resource, { usage }) => [
  {
    what: "messages",
    product:
      boolean(inputValue(resource, "fifoTopic"), false) === true ? "SNS FIFO requests" : "SNS requests",
    ...withRequests(usage, resource.name, usage.messagesPerRequest),
  },
];

/** Deliveries to queues and functions are free. Other deliveries have their own prices. */
const subscription: Pricer = (resource) => {
  const protocol = inputValue(resource, "protocol");
  return protocol === "sqs" || protocol === "lambda" ? [] : undefined;
};

const bucket: Pricer = ({ name }, { usage }) => [
  { what: "storage", product: "S3 storage", usage: usageOf(usage, name).gb ?? usage.storedGb },
  { what: "reads", product: "S3 read requests", usage: usageOf(usage, name).requestsPerMonth ?? 0 },
];

/** What the functions read and write of the files no stack tells. https://aws.amazon.com/efs/pricing/ */
const fileSystem: Pricer = (resource, { usage }) => {
  const gb = usageOf(usage, resource.name).gb ?? usage.storedGb;
  const mode = inputValue(resource, "throughputMode") ?? "bursting";
  // The table has no price of provisioned throughput. Bursting throughput is part of the storage's price.
  const storage: Charge = {
    what: "storage",
    product: "EFS storage",
    usage: gb,
    atLeast: mode === "provisioned",
  };
  if (mode !== "elastic") return [storage];
  return [
    storage,
    { what: "data read", product: "EFS elastic reads", usage: 0, atLeast: true },
    { what: "data written", product: "EFS elastic writes", usage: 0, atLeast: true },
  ];
};

const cluster: Pricer = (resource, { usage }) => [
  ...masterSecret(resource),
  { what: "storage", product: "Aurora storage", usage: usageOf(usage, resource.name).gb ?? usage.storedGb },
  { what: "I/O requests", product: "Aurora I/O requests", ...withRequests(usage, resource.name, 1) },
];

/** The table has no prices of instance classes. Aurora Serverless v2 is billed by its capacity. */
const clusterInstance: Pricer = (resource, { graph, usage }) => {
  if (inputValue(resource, "instanceClass") !== "db.serverless") return undefined;
  const { clusterIdentifier } = resource.properties;
  const dependencies = resource.propertyDependencies?.clusterIdentifier ?? [];
  const owner = [...graph.resources.values()].find(
    ({ urn, id, type }) =>
      type === "aws:rds/cluster:Cluster" && (dependencies.includes(urn) || id === clusterIdentifier),
  );
  const [scaling] = owner === undefined ? [] : records(inputValue(owner, "serverlessv2ScalingConfiguration"));
  const least = isSet(scaling) ? integer(scaling.minCapacity) : undefined;
  const minimum = typeof least === "number" ? least : 0.5;
  const average = Math.max(minimum, usage.auroraCapacityUnits ?? minimum);
  const product = "Aurora Serverless v2";
  return [
    {
      what: `${minimum} capacity units at least`,
      product,
      fixed: minimum * HOURS_PER_MONTH,
      usage: (average - minimum) * HOURS_PER_MONTH,
      atLeast: typeof least !== "number",
    },
  ];
};

/** Free for use with AWS's services, unless it is exportable or of a private authority. https://aws.amazon.com/certificate-manager/pricing/ */
const certificate: Pricer = (resource) => {
  const [options] = records(inputValue(resource, "options"));
  const isExportable = options !== undefined && (!isKnown(options) || options.export === "ENABLED");
  return isExportable || inputValue(resource, "certificateAuthorityArn") !== undefined ? undefined : [];
};

/** Queries for an alias record that points to AWS are free. https://aws.amazon.com/route53/pricing/ */
const record: Pricer = (resource, { usage }) => {
  if (records(inputValue(resource, "aliases")).length > 0) return [];
  const queries = usageOf(usage, resource.name).requestsPerMonth ?? 0;
  return [{ what: "queries", product: "DNS queries", usage: queries }];
};

/** Pricers of storage, queues, topics, databases and DNS. */
export const dataPricers: Readonly<Record<string, Pricer>> = {
  "aws:dynamodb/table:Table": table,
  "aws:sqs/queue:Queue": queue,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
  "aws:efs/fileSystem:FileSystem": fileSystem,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketV2:BucketV2": bucket,
  "aws:rds/proxy:Proxy": databaseProxy,
  "aws:rds/cluster:Cluster": cluster,
  "aws:rds/clusterInstance:ClusterInstance": clusterInstance,
  "aws:acm/certificate:Certificate": certificate,
  "aws:route53/record:Record": record,
  "aws:route53/zone:Zone": () => [{ what: "hosted zone", product: "hosted zone", fixed: 1 }],
};
