import { expect } from "chai";
import type { DeployedResource, Step } from "../../../preflight/update/index.js";
import { cutsOf, lossesOf } from "../../../preflight/update/losses.js";

const resource = (
  type: string,
  outputs: Record<string, unknown>,
  more: Partial<DeployedResource> = {},
): DeployedResource => ({
  urn: `urn:pulumi:dev::shop::${type}::it`,
  type,
  name: "it",
  id: "id-1",
  inputs: {},
  outputs,
  defaults: new Set(),
  isProtected: false,
  isRetained: false,
  ...more,
});
const step = (deployed: DeployedResource, more: Partial<Step> = {}): Step => ({
  action: "delete",
  urn: deployed.urn,
  type: deployed.type,
  name: deployed.name,
  deployed,
  because: [],
  changed: [],
  isProtected: false,
  inputs: {},
  ...more,
});
const lost = (type: string, outputs: Record<string, unknown>, more: Partial<DeployedResource> = {}) =>
  lossesOf(step(resource(type, outputs, more)), () => true);

describe("lossesOf", () => {
  it("names addresses, URLs, names and keys that others use", () => {
    expect(lost("aws:ec2/eip:Eip", { publicIp: "203.0.113.7" })[0]?.what).to.contain("203.0.113.7");
    expect(
      lost("aws:apigateway/restApi:RestApi", {
        id: "a1b2",
        arn: "arn:aws:apigateway:eu-west-1::/restapis/a1b2",
      })[0],
    ).to.include({
      kind: "url",
      what: "API : https://a1b2.execute-api.eu-west-1.amazonaws.com",
    });
    expect(lost("aws:apigateway/apiKey:ApiKey", { name: "alice" })[0]?.kind).to.equal("key");
    const endpoint = lost("aws:ec2/vpcEndpoint:VpcEndpoint", {
      serviceName: "com.amazonaws.eu-west-1.ssm",
      networkInterfaceIds: ["eni-1", "eni-2"],
      dnsEntries: [{ dnsName: "vpce-1.ssm.eu-west-1.vpce.amazonaws.com" }],
      privateDnsEnabled: true,
    }).map(({ what }) => what);
    expect(endpoint.join())
      .to.contain("2 network interfaces")
      .and.contain("vpce-1.ssm")
      .and.contain("private DNS");
  });

  it("counts as data what no deployment creates again", () => {
    for (const type of [
      "aws:dynamodb/table:Table",
      "aws:kms/key:Key",
      "aws:rds/cluster:Cluster",
      "aws:rds/instance:Instance",
      "aws:efs/fileSystem:FileSystem",
      "aws:s3/bucket:Bucket",
      "aws:secretsmanager/secret:Secret",
      "aws:sqs/queue:Queue",
      "aws:ssm/parameter:Parameter",
      "aws:cognito/userPool:UserPool",
      "aws:docdb/cluster:Cluster",
      "aws:elasticache/replicationGroup:ReplicationGroup",
    ])
      expect(
        lost(type, {}).map(({ kind }) => kind),
        type,
      ).to.include("data");
    for (const type of [
      "aws:rds/clusterInstance:ClusterInstance",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:iam/role:Role",
    ])
      expect(
        lost(type, {}).map(({ kind }) => kind),
        type,
      ).not.to.include("data");
  });

  it("says that it does not know a type, and nothing of one in the table", () => {
    const job = step(resource("aws:glue/job:Job", {}));
    expect(lossesOf(job, () => false)[0]).to.include({ kind: "unknown" });
    expect(lossesOf(job, () => true)).to.deep.equal([]);
  });

  it("tells of a final snapshot", () => {
    const texts = [true, false].map(
      (skipFinalSnapshot) => lost("aws:rds/cluster:Cluster", { skipFinalSnapshot })[0]?.what,
    );
    expect(texts[0]).to.contain("without a final snapshot");
    expect(texts[1]).to.contain("a final snapshot stays");
  });

  it("loses nothing of what AWS keeps, what stays and what is new", () => {
    expect(lost("aws:dynamodb/table:Table", {}, { isRetained: true })).to.deep.equal([]);
    const table = resource("aws:dynamodb/table:Table", {});
    for (const action of ["create", "update", "unchanged"] as const)
      expect(lossesOf(step(table, { action }), () => true)).to.deep.equal([]);
    expect(lossesOf(step(table, { action: "may-replace" }), () => true)).to.have.length(1);
  });

  it("shows no value of a parameter", () => {
    const outputs = { name: "/app/token", type: "SecureString", value: "hunter2" };
    expect(JSON.stringify(lost("aws:ssm/parameter:Parameter", outputs))).not.to.contain("hunter2");
  });
});

describe("cutsOf", () => {
  const type = "aws:apigateway/restApi:RestApi";
  const api = (types: string) =>
    resource(type, { name: "api" }, { inputs: { endpointConfiguration: { types } } });
  const cut = (from: string, to: string) =>
    cutsOf(
      step(api(from), {
        action: "update",
        changed: ["endpointConfiguration"],
        inputs: { endpointConfiguration: { types: to } },
      }),
    );

  it("tells whom another endpoint type cuts off", () => {
    expect(cut("REGIONAL", "PRIVATE")[0]?.what).to.contain("callers on the internet");
    expect(cut("PRIVATE", "REGIONAL")[0]?.what).to.contain("VPC endpoints");
    expect(cut("PRIVATE", "PRIVATE")).to.deep.equal([]);
  });
});
