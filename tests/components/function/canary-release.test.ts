import { expect } from "chai";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { RELEASES } from "../../../components/function/live-alias.js";
import { startApi } from "../../../local-api/running-api.js";
import { graphFromResources } from "../../../preflight/graph/index.js";
import { permissionReport } from "../../../preflight/least-privilege/report.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import { statementsOf } from "../../support/policies.js";
import { build, pick, propertyOf, type Resources, stackFile, textOf } from "../../support/stacks.js";

const LAMBDA = "lambda/function:Function";
const BUCKET = "lambda-networking-dev-code-111122223333";

const withFunction = (settings: object, more: object = {}) => build("dev", { function: settings, ...more });

describe("code in a bucket", () => {
  let resources: Resources;
  before(async () => {
    resources = await withFunction({ codeBucket: true }, { logPipeline: {} });
  });

  it("is where every function of the stack gets its code from, in the version that was uploaded", () => {
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

  it("is versioned and encrypted, and closed to the public and to plain text", () => {
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

  it("is what the local API runs, signed or not", async () => {
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

  it("takes old versions away in the end", () => {
    const rules = resources.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    expect(propertyOf(rules, "rules.0.noncurrentVersionExpiration.noncurrentDays")).to.equal(90);
  });
});

describe("code signing", () => {
  const signed = (untrusted: string) =>
    withFunction({ codeBucket: true, codeSigning: { untrusted } }, { logPipeline: {} });

  it("has Lambda take the stack's own profile's signature, and no other", async () => {
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

  it("signs the version that was uploaded just now", async () => {
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

describe("a release", () => {
  const group = "codedeploy/deploymentGroup:DeploymentGroup";

  it("is made by pulumi up alone where it is all at once", async () => {
    const resources = await withFunction({});
    expect(resources.ofType(group)).to.deep.equal([]);
    expect(resources.outputs.codeDeployApplicationName).to.equal("");
  });

  for (const release of RELEASES.filter((one) => one !== "AllAtOnce")) {
    it(`as ${release} is CodeDeploy's own configuration of that name`, async () => {
      const resources = await withFunction({ release });
      expect(propertyOf(resources.one(group), "deploymentConfigName")).to.equal(
        `CodeDeployDefault.Lambda${release}`,
      );
    });
  }

  describe("part by part", () => {
    let resources: Resources;
    before(async () => {
      resources = await withFunction({ release: "Canary10Percent5Minutes" });
    });

    it("is left by pulumi up to CodeDeploy", async () => {
      const alias = "lambda/alias:Alias";
      expect(resources.one(alias).ignoreChanges).to.deep.equal(["functionVersion", "routingConfig"]);
      expect((await withFunction({})).one(alias).ignoreChanges).to.equal(undefined);
    });

    it("goes back by itself when callers of the alias get errors", () => {
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

    it("lets CodeDeploy move this alias, and nothing else", () => {
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

    it("grants CodeDeploy nothing beyond its need, and the preflight would say so", () => {
      const excess = (all: typeof resources.all) =>
        permissionReport(graphFromResources(all)).roles.flatMap((role) => role.excess);
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
      expect(excess(withoutGroup)).to.have.length(4);
    });

    it("names what `npm run release` needs in the stack's outputs", () => {
      expect(resources.outputs).to.include({
        functionVersion: "1",
        codeDeployApplicationName: "lambda-networking-dev-fetcher-release",
        codeDeployDeploymentGroupName: "fetcher-release",
      });
    });
  });
});

describe("a function's environments", () => {
  it("are kept ready behind the alias, at a price that the preflight tells", async () => {
    const resources = await withFunction({ provisionedConcurrency: 10, memorySize: 512 });
    const kept = resources.one("lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig");
    expect(pick(kept, "qualifier", "provisionedConcurrentExecutions")).to.deep.equal({
      qualifier: "live",
      provisionedConcurrentExecutions: 10,
    });
    const { cost } = buildReport(graphFromResources(resources.all), {
      ...{ project: "lambda-networking", stack: "dev", region: "us-east-1", source: "synthesis" },
    });
    // 10 environments of half a gigabyte, 2,628,000 seconds, $0.0000033334 a GB-second.
    expect(cost.fixedMonthly).to.be.closeTo(10 * 0.5 * 2_628_000 * 0.0000033334, 0.5);
  });

  it("have the variables, layers and storage of the configuration", async () => {
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
