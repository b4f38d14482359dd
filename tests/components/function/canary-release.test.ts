import { expect } from "chai";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { RELEASES } from "../../../components/function/canary-release.js";
import { startApi } from "../../../local-api/running-api.js";
import { graphFromResources } from "../../../preflight/graph/index.js";
import { permissionReport } from "../../../preflight/least-privilege/report.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import { statementsOf } from "../../support/policies.js";
import { build, pick, propertyOf, type Resources, stackFile, textOf } from "../../support/stacks.js";

const LAMBDA = "lambda/function:Function";
const BUCKET = "lambda-networking-dev-code-eu-west-1-111122223333";

const withFunction = (settings: object, more: object = {}) => build("dev", { function: settings, ...more });

describe("CodeBucket", () => {
  let resources: Resources;
  before(async () => {
    resources = await withFunction({ codeBucket: true }, { logPipeline: {} });
  });

  it("holds the code of every function of the stack, in the uploaded version", () => {
    for (const lambda of resources.ofType(LAMBDA)) {
      const name = lambda.name.replace(/-function$/, "");
      const object = resources.one("s3/bucketObjectv2:BucketObjectv2", `code-${name}`);
      expect(pick(lambda, "s3Bucket", "s3Key", "s3ObjectVersion"), name).to.deep.equal({
        s3Bucket: BUCKET,
        s3Key: `${name}.zip`,
        s3ObjectVersion: object.properties.versionId,
      });
      expect(lambda.inputs).not.to.have.property("code");
    }
    expect(resources.ofType(LAMBDA)).to.have.length(3);
  });

  it("creates a bucket that is versioned and encrypted, and refuses public access and requests without TLS", () => {
    const of = (type: string) => resources.one(type, "code");
    expect(propertyOf(of("s3/bucketVersioning:BucketVersioning"), "versioningConfiguration.status")).to.equal(
      "Enabled",
    );
    const encryption = of(
      "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    expect(propertyOf(encryption, "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm")).to.equal(
      "AES256",
    );
    const block = of("s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
    for (const flag of [
      "blockPublicAcls",
      "blockPublicPolicy",
      "ignorePublicAcls",
      "restrictPublicBuckets",
    ]) {
      expect(propertyOf(block, flag), flag).to.equal(true);
    }
    expect(JSON.parse(textOf(of("s3/bucketPolicy:BucketPolicy"), "policy")).Statement).to.deep.equal([
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it("leaves the local API running the same code, signed or not", async () => {
    for (const codeSigning of [false, {}]) {
      const file = stackFile("dev", { function: { codeBucket: true, codeSigning } });
      const api = await startApi(await synthesizeProgram(file), { onLog: () => {} });
      try {
        const { statusCode } = await api.call({ method: "GET", path: "/messages" });
        expect(statusCode).to.equal(200);
      } finally {
        await api.stop();
      }
    }
  });

  it("expires old versions", () => {
    const rules = resources.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    expect(propertyOf(rules, "rules.0.noncurrentVersionExpiration.noncurrentDays")).to.equal(90);
  });

  it("removes the parts of uploads that never ended", () => {
    const rules = resources.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    const abort = propertyOf(rules, "rules.1.abortIncompleteMultipartUpload.daysAfterInitiation");
    expect(abort).to.equal(7);
    expect(propertyOf(rules, "rules.1.status")).to.equal("Enabled");
  });
});

describe("CodeSigning", () => {
  const signed = (untrusted: string) =>
    withFunction({ codeBucket: true, codeSigning: { untrusted } }, { logPipeline: {} });

  it("makes Lambda accept only signatures of the stack's own profile", async () => {
    const resources = await signed("Enforce");
    const profile = resources.one("signer/signingProfile:SigningProfile");
    const config = resources.one("lambda/codeSigningConfig:CodeSigningConfig");
    expect(pick(config, "allowedPublishers", "policies")).to.deep.equal({
      allowedPublishers: { signingProfileVersionArns: [profile.properties.versionArn] },
      policies: { untrustedArtifactOnDeployment: "Enforce" },
    });
    for (const lambda of resources.ofType(LAMBDA)) {
      expect(lambda.properties.codeSigningConfigArn, lambda.name).to.equal(config.properties.arn);
      expect(lambda.properties.s3Key, lambda.name).to.match(/^signed\//);
    }
  });

  it("signs the version that was just uploaded", async () => {
    const resources = await signed("Warn");
    const object = resources.one("s3/bucketObjectv2:BucketObjectv2", "code-fetcher");
    const job = resources.one("signer/signingJob:SigningJob", "code-signing-fetcher");
    expect(propertyOf(job, "source.s3")).to.deep.equal({
      bucket: BUCKET,
      key: "fetcher.zip",
      version: object.properties.versionId,
    });
  });
});

describe("CanaryRelease", () => {
  const group = "codedeploy/deploymentGroup:DeploymentGroup";

  it("creates no deployment group if the release is AllAtOnce, so that pulumi up moves the alias", async () => {
    const resources = await withFunction({});
    expect(resources.ofType(group)).to.deep.equal([]);
    expect(resources.outputs.codeDeployApplicationName).to.equal("");
  });

  for (const release of RELEASES.filter((one) => one !== "AllAtOnce")) {
    it(`uses CodeDeploy's predefined configuration for ${release}`, async () => {
      const resources = await withFunction({ release });
      expect(propertyOf(resources.one(group), "deploymentConfigName")).to.equal(
        `CodeDeployDefault.Lambda${release}`,
      );
    });
  }

  describe("with Canary10Percent5Minutes", () => {
    let resources: Resources;
    before(async () => {
      resources = await withFunction({ release: "Canary10Percent5Minutes" });
    });

    it("moves the alias as part of the update, after what CodeDeploy needs for it", async () => {
      const alias = resources.one("lambda/alias:Alias");
      expect(alias.ignoreChanges).to.equal(undefined);
      const deployment = resources.one(group);
      const application = resources.one("codedeploy/application:Application");
      expect(alias.propertyDependencies?.functionVersion).to.have.members([
        resources.one(LAMBDA).urn,
        deployment.urn,
        application.urn,
      ]);
      expect(deployment.dependencies).to.include(
        resources.one("iam/rolePolicy:RolePolicy", "fetcher-release-permissions").urn,
      );
    });

    it("replaces the role's policy on a change, so that the version that callers leave keeps the old one", () => {
      const policy = resources.one("iam/rolePolicy:RolePolicy", "fetcher-permissions");
      expect(policy.replaceOnChanges).to.deep.equal(["policy"]);
      expect(policy.inputs).not.to.have.property("name"); // With a name, the old one would be deleted first.
    });

    it("rolls back if the alias has errors", () => {
      const alarm = resources.one("cloudwatch/metricAlarm:MetricAlarm");
      const lambda = resources.one(LAMBDA);
      expect(pick(alarm, "namespace", "metricName", "dimensions", "period", "threshold")).to.deep.equal({
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: {
          FunctionName: lambda.properties.name,
          Resource: `${lambda.properties.name}:live`,
        },
        period: 60,
        threshold: 1,
      });
      expect(pick(resources.one(group), "alarmConfiguration", "autoRollbackConfiguration")).to.deep.equal({
        alarmConfiguration: { enabled: true, alarms: [alarm.properties.name] },
        autoRollbackConfiguration: {
          enabled: true,
          events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
      });
    });

    it("lets CodeDeploy's role move this alias, and nothing else", () => {
      const policy = resources.one("iam/rolePolicy:RolePolicy", "fetcher-release-permissions");
      const alias = resources.one("lambda/alias:Alias");
      const statements = statementsOf(textOf(policy, "policy"));
      const moving = statements.filter(({ actions }) => actions.includes("lambda:UpdateAlias"));
      expect(moving.map(({ resources: on }) => on)).to.deep.equal([[alias.properties.arn]]);
      expect(statements.flatMap(({ actions }) => actions).sort()).to.deep.equal([
        "cloudwatch:DescribeAlarms",
        "lambda:GetAlias",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:UpdateAlias",
      ]);
      const trust = textOf(resources.one("iam/role:Role", "fetcher-release-role"), "assumeRolePolicy");
      expect(JSON.parse(trust).Statement[0]).to.deep.include({
        Principal: { Service: "codedeploy.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      });
    });

    it("grants CodeDeploy no excess permission, and the permission report finds one that is added", () => {
      const found = (kind: "excess" | "undeclared", all: typeof resources.all) =>
        permissionReport(graphFromResources(all)).roles.flatMap((role) => role[kind]);
      const excess = (all: typeof resources.all) => found("excess", all);
      expect(excess(resources.all)).to.deep.equal([]);
      const more = resources.all.map((one) =>
        one.name === "fetcher-release-permissions"
          ? {
              ...one,
              properties: {
                ...one.properties,
                policy: textOf(one, "policy").replace("lambda:GetAlias", "lambda:DeleteFunction"),
              },
            }
          : one,
      );
      expect(excess(more).join()).to.match(/^lambda:DeleteFunction on .*:live, unused$/);
      const withoutGroup = resources.all.filter(({ type }) => type !== `aws:${group}`);
      expect(found("undeclared", withoutGroup), "no use of the role is declared").to.have.length(4);
    });

    it("outputs what `npm run release` needs", () => {
      expect(resources.outputs).to.include({
        functionVersion: "1",
        codeDeployApplicationName: "lambda-networking-dev-fetcher-release",
        codeDeployDeploymentGroupName: "fetcher-release",
      });
    });
  });
});

describe("LambdaFunction environments", () => {
  it("keeps provisioned environments behind the alias, with their price in the report", async () => {
    const resources = await withFunction({ provisionedConcurrency: 10, memorySize: 512 });
    const kept = resources.one("lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig");
    expect(pick(kept, "qualifier", "provisionedConcurrentExecutions")).to.deep.equal({
      qualifier: "live",
      provisionedConcurrentExecutions: 10,
    });
    const { cost } = buildReport(graphFromResources(resources.all), {
      project: "lambda-networking",
      stack: "dev",
      region: "us-east-1",
      source: "synthesis",
    });
    // 10 environments of half a gigabyte, 2,628,000 seconds, $0.0000033334 a GB-second.
    expect(cost.fixedMonthly).to.be.closeTo(10 * 0.5 * 2_628_000 * 0.0000033334, 0.5);
  });

  it("applies the configured variables, layers and storage", async () => {
    const layer = "arn:aws:lambda:eu-west-1:111122223333:layer:tools:3";
    const settings = { environment: { LOG_LEVEL: "debug" }, layers: [layer], ephemeralStorage: 2048 };
    const lambda = (await withFunction(settings)).one(LAMBDA);
    expect(propertyOf(lambda, "environment.variables")).to.include({
      LOG_LEVEL: "debug",
      PARAMETER_PATH: "/lambda-networking/dev",
    });
    expect(pick(lambda, "layers", "ephemeralStorage")).to.deep.equal({
      layers: [layer],
      ephemeralStorage: { size: 2048 },
    });
  });
});
