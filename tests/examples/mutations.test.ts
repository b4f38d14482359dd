import { expect } from "chai";
import { graphFromResources, type SourceResource } from "../../preflight/graph/index.js";
import { permissionReport } from "../../preflight/least-privilege/report.js";
import { checkOrder } from "../../preflight/order/check-order.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import { change, inPolicy, type Mutation, without } from "../support/mutations.js";
import { exampleResources } from "./examples.js";

// Breaks one thing in the example with a queue, a schedule, a table, a topic and files. The failed proofs name it.

const HOME = { account: "111122223333", region: "eu-west-1" };

const FILES = "orders reach files-files (FileSystem):2049";
const HOSTS = "vpc not-reach files-files (FileSystem):2049";
const QUEUE = "jobs-queue (Queue) reach orders:443";
const DEAD_LETTERS = "jobs-queue (Queue) reach jobs-dead-letters (Queue):443";
const STARTS = "orders-nightly reach orders:443";
const KEEPS = "orders-nightly reach orders-failures:443";
const TOPIC = "orders reach shipped (Topic):443";
const TABLE = "orders reach customers (Table):443";

interface Broken {
  readonly breaks: string;
  readonly mutation: Mutation;
  /** Failed proofs, each with its code, `reachable` or `unknown`, and a text of what it says. */
  readonly fails: readonly (readonly [proof: string, code: string, says: string])[];
}

const role = (from: string, to: string) => change("orders-permissions", ":RolePolicy", inPolicy(from, to));

const idOf = (resources: readonly SourceResource[], name: string, type: string) =>
  resources.find((resource) => resource.name === name && resource.type.endsWith(type))?.id ?? "";

const BROKEN: readonly Broken[] = [
  {
    breaks: "the mount target of a zone that the function runs in",
    mutation: without("files-b", ":MountTarget"),
    fails: [[FILES, "EFS_NO_MOUNT_TARGET_IN_AZ", "eu-west-1b"]],
  },
  {
    breaks: "the function's egress rule for NFS",
    mutation: without("orders-to-files", ":SecurityGroupEgressRule"),
    fails: [[FILES, "ENI_SG_RULES_MISMATCH", "orders-function"]],
  },
  {
    breaks: "the port of that rule",
    mutation: change("orders-to-files", ":SecurityGroupEgressRule", () => ({ fromPort: 111, toPort: 111 })),
    fails: [[FILES, "ENI_SG_RULES_MISMATCH", "orders-function"]],
  },
  {
    breaks: "the mount targets' ingress rule",
    mutation: without("files-from-orders", ":SecurityGroupIngressRule"),
    fails: [[FILES, "SG_HAS_NO_RULES", "files-files"]],
  },
  {
    breaks: "the mount targets' group, which then lets in the whole VPC",
    mutation: change("files-from-orders", ":SecurityGroupIngressRule", () => ({
      referencedSecurityGroupId: undefined,
      cidrIpv4: "10.40.0.0/16",
    })),
    fails: [[HOSTS, "reachable", "files-from-orders"]],
  },
  {
    breaks: "the role's permission to mount",
    mutation: role("elasticfilesystem:ClientMount", "elasticfilesystem:DescribeTags"),
    fails: [[FILES, "IDENTITY_POLICY_DENIES", "elasticfilesystem:ClientMount"]],
  },
  {
    breaks: "the role's permission to write",
    mutation: role("elasticfilesystem:ClientWrite", "elasticfilesystem:DescribeTags"),
    fails: [[FILES, "IDENTITY_POLICY_DENIES", "elasticfilesystem:ClientWrite"]],
  },
  {
    breaks: "the access point in that permission",
    mutation: role("access-point/fsap-", "access-point/fsap-0"),
    fails: [[FILES, "IDENTITY_POLICY_DENIES", "elasticfilesystem:ClientMount"]],
  },
  {
    breaks: "the access point that the function mounts",
    mutation: change("orders-function", ":Function", () => ({
      fileSystemConfig: {
        arn: "arn:aws:elasticfilesystem:eu-west-1:111122223333:access-point/fsap-1",
        localMountPath: "/mnt/files",
      },
    })),
    fails: [[FILES, "unknown", "elasticfilesystem:ClientMount"]],
  },
  {
    breaks: "the file system's policy, which then refuses every client",
    mutation: change("files-policy", ":FileSystemPolicy", inPolicy('"false"', '"true"')),
    fails: [[FILES, "RESOURCE_POLICY_DENIES", "files-files"]],
  },
  {
    breaks: "the VPC's DNS hostnames",
    mutation: change("vpc-vpc", "/vpc:Vpc", () => ({ enableDnsHostnames: false })),
    fails: [
      [FILES, "unknown", "enableDnsHostnames"],
      [TOPIC, "VPC_DNS_HOSTNAMES_DISABLED", "vpc-vpc"],
    ],
  },
  {
    breaks: "the mapping of the queue",
    mutation: without("orders-jobs", ":EventSourceMapping"),
    fails: [[QUEUE, "NO_SOURCE_OR_DESTINATION", "jobs-queue"]],
  },
  {
    breaks: "the mapping, which is then off",
    mutation: change("orders-jobs", ":EventSourceMapping", () => ({ enabled: false })),
    fails: [[QUEUE, "DELIVERY_STOPPED", "orders-jobs"]],
  },
  {
    breaks: "the role's permission to delete messages",
    mutation: role("sqs:DeleteMessage", "sqs:PurgeQueue"),
    fails: [[QUEUE, "IDENTITY_POLICY_DENIES", "sqs:DeleteMessage"]],
  },
  {
    breaks: "the queue's visibility timeout, which is then less than the function's",
    mutation: change("jobs-queue", ":Queue", () => ({ visibilityTimeoutSeconds: 9 })),
    fails: [[QUEUE, "QUEUE_VISIBILITY_TIMEOUT_TOO_SHORT", "jobs-queue"]],
  },
  {
    breaks: "the queue of dead letters, which then takes those of another queue",
    mutation: change("jobs-dead-letters", ":Queue", () => ({
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: "byQueue",
        sourceQueueArns: ["arn:aws:sqs:eu-west-1:111122223333:other"],
      }),
    })),
    fails: [[DEAD_LETTERS, "RESOURCE_POLICY_DENIES", "jobs-dead-letters"]],
  },
  {
    breaks: "the rule's permission",
    mutation: without("orders-nightly-to-orders", ":Permission"),
    fails: [[STARTS, "LAMBDA_PERMISSION_MISSING", "orders-function"]],
  },
  {
    breaks: "the policy of the queue of failures, which then lets in another rule",
    mutation: change("orders-failures", ":Queue", inPolicy("rule/own-function-dev-orders-nightly", "rule/x")),
    fails: [[KEEPS, "RESOURCE_POLICY_DENIES", "orders-failures"]],
  },
  {
    breaks: "the endpoint of a service that the function uses",
    mutation: (resources) =>
      without(
        "orders-to-sns",
        ":SecurityGroupEgressRule",
      )(without("sns-endpoint", ":VpcEndpoint")(resources)),
    fails: [[TOPIC, "ENI_SG_RULES_MISMATCH", "orders-function"]],
  },
  {
    breaks: "the gateway endpoint's place in a route table",
    mutation: (resources) =>
      change("dynamodb-endpoint", ":VpcEndpoint", () => ({
        routeTableIds: [idOf(resources, "vpc-private-a", ":RouteTable")],
      }))(resources),
    fails: [[TABLE, "VPCE_NOT_IN_ROUTE_TABLE", "vpc-private-b"]],
  },
  {
    breaks: "one of the role's actions on the table",
    mutation: role("dynamodb:Query", "dynamodb:Scan"),
    fails: [[TABLE, "IDENTITY_POLICY_DENIES", "dynamodb:Query"]],
  },
  {
    breaks: "the topic in the role's policy",
    mutation: role(":shipped-", ":other-"),
    fails: [[TOPIC, "IDENTITY_POLICY_DENIES", "sns:Publish"]],
  },
];

describe("examples/own-function, broken in one place", () => {
  let sound: readonly SourceResource[];
  before(async () => {
    sound = await exampleResources("own-function");
  });

  const proofsOf = (resources: readonly SourceResource[]) =>
    proofReports(graphFromResources(resources, HOME));

  for (const { breaks, mutation, fails } of BROKEN) {
    it(`notices ${breaks}`, () => {
      const failed = proofsOf(mutation(sound)).filter(({ ok }) => !ok);
      expect(failed.map(({ id }) => id)).to.have.members(fails.map(([proof]) => proof));
      for (const [proof, code, says] of fails) {
        const found = failed.find(({ id }) => id === proof);
        const { verdict, failure } = found ?? {};
        expect(verdict?.status === "blocked" ? verdict.code : verdict?.status, proof).to.equal(code);
        expect(JSON.stringify([verdict, failure]), proof).to.contain(says);
      }
    });
  }

  it("grants too much with an action that nothing needs", () => {
    const mutated = role('"sns:Publish"', '"sns:Publish","sns:DeleteTopic"')(sound);
    const [found] = permissionReport(graphFromResources(mutated, HOME)).roles.filter(
      (each) => each.role.name === "orders-role",
    );
    expect(found?.excess.join()).to.contain("sns:DeleteTopic");
  });

  it("says that a function is made before its mount targets, if it does not wait for them", () => {
    const urn =
      sound.find(({ name, type }) => name === "files-b" && type.endsWith(":MountTarget"))?.urn ?? "";
    const impatient = sound.map((resource) =>
      resource.name === "orders-function" && resource.type.endsWith("function:Function")
        ? { ...resource, dependencies: (resource.dependencies ?? []).filter((each) => each !== urn) }
        : resource,
    );
    const { late } = checkOrder(graphFromResources(impatient, HOME));
    expect(late.map(({ user, late: needs }) => [user.name, needs.map(({ ref }) => ref.name)])).to.deep.equal([
      ["orders-live", ["files-b"]],
      ["orders-function", ["files-b"]],
    ]);
  });
});
