/** A function in a VPC without NAT: it works on a queue, reads a table, sends to a topic and keeps files. */
import * as aws from "@pulumi/aws";
import {
  ApplicationFunction,
  chooseZones,
  DataRetention,
  deploymentTarget,
  FileSystem,
  GatewayEndpoint,
  InterfaceEndpoint,
  onQueue,
  onSchedule,
  policyDocument,
  publishMessages,
  readItems,
  Vpc,
  WorkQueue,
} from "../../components/index.js";

const target = await deploymentTarget();
// Data goes with the stack: true keeps it in AWS.
const data = new DataRetention(false);

const vpc = new Vpc("vpc", {
  cidrBlock: "10.40.0.0/16",
  azSlots: 8,
  availabilityZones: await chooseZones(2, 8),
  nat: "none",
  ipv6: false,
});
// What the function uses needs a way out of the VPC. Without one of these lines the proof says which is missing.
const sns = new InterfaceEndpoint("sns", {
  service: "sns",
  vpcId: vpc.vpcId,
  subnets: vpc.privateSubnets,
  allowFrom: [],
});
const dynamodb = new GatewayEndpoint("dynamodb", {
  service: "dynamodb",
  region: target.region,
  vpcId: vpc.vpcId,
  routeTableIds: vpc.privateSubnets.map(({ routeTable }) => routeTable.id),
  policy: policyDocument({ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" }),
});

const customers = new aws.dynamodb.Table("customers", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "id",
  attributes: [{ name: "id", type: "S" }],
});
const shipped = new aws.sns.Topic("shipped");
const jobs = new WorkQueue("jobs", { data, target });
const files = new FileSystem("files", { vpc, data, target });

const orders = new ApplicationFunction("orders", {
  entry: "examples/own-function/handler.ts",
  environment: { CUSTOMERS: customers.name, SHIPPED: shipped.arn, FILES: "/mnt/files" },
  uses: [readItems(customers), publishMessages(shipped)],
  triggers: { jobs: onQueue(jobs), nightly: onSchedule("cron(0 2 * * ? *)") },
  fileSystem: { files, path: "/mnt/files" },
  network: { vpc, endpoints: { sns }, gateways: { dynamodb } },
  data,
  target,
});

export const functionName = orders.lambda.function.name;
export const queueUrl = jobs.queue.url;
export const failuresUrl = orders.failures?.url;
