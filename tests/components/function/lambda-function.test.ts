import { expect } from "chai";
import type { RecordedResource } from "../../../preflight/sources/mocks/recorded-resource.js";
import { fileInArchive } from "../../../preflight/sources/wire-values.js";
import { statementsOf } from "../../support/policies.js";
import { build, pick, propertyOf, type Resources, type Settings, textOf } from "../../support/stacks.js";

const ACCOUNT = "111122223333";
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

function functionOf(resources: Resources): RecordedResource {
  return resources.one("lambda/function:Function");
}

/** Permissions of a stack's function: allowed actions with their resources, and denied actions. */
function permissionsOf(resources: Resources) {
  const statements = statementsOf(
    textOf(resources.one("iam/rolePolicy:RolePolicy", "fetcher-permissions"), "policy"),
  );
  const of = (wanted: string) =>
    statements
      .filter(({ effect }) => effect === wanted)
      .flatMap(({ actions, resources: on, condition }) =>
        actions.map((action) => ({ action, on, condition })),
      );
  return { allowed: of("Allow"), denied: of("Deny") };
}

/** The egress rules of the function's security group. */
async function egress(settings: Settings): Promise<Record<string, unknown>[]> {
  const resources = await build("prod", settings);
  const group = resources.one("ec2/securityGroup:SecurityGroup", "fetcher-function");
  return resources.ofType("vpc/securityGroupEgressRule:SecurityGroupEgressRule").map(({ inputs }) => {
    const { description: _, tags: __, securityGroupId, ...rule } = inputs;
    expect(securityGroupId).to.equal(group.id);
    return rule;
  });
}

const PORT_443 = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

describe("LambdaFunction", () => {
  for (const stack of ["dev", "prod"]) {
    describe(`in ${stack}`, () => {
      let resources: Resources;
      before(async () => {
        resources = await build(stack);
      });

      it("runs on arm64 and Node 24, from its bundle's entry point", () => {
        const lambda = functionOf(resources);
        expect(pick(lambda, "architectures", "runtime", "handler")).to.deep.equal({
          architectures: ["arm64"],
          runtime: "nodejs24.x",
          handler: "index.handler",
        });
        expect(fileInArchive(propertyOf(lambda, "code"), "index.js")).to.contain("handler");
      });

      it("logs as JSON, to a log group with a retention period", () => {
        const group = resources.one("cloudwatch/logGroup:LogGroup", "fetcher-logs");
        expect(propertyOf(functionOf(resources), "loggingConfig")).to.deep.equal({
          logFormat: "JSON",
          logGroup: propertyOf(group, "name"),
        });
        expect(propertyOf(group, "retentionInDays")).to.equal(30);
      });

      it("turns tracing on", () => {
        expect(propertyOf(functionOf(resources), "tracingConfig.mode")).to.equal("Active");
      });

      it("publishes a version, and points `live` at it", () => {
        const lambda = functionOf(resources);
        expect(propertyOf(lambda, "publish")).to.equal(true);
        const alias = resources.one("lambda/alias:Alias");
        expect(pick(alias, "name", "functionName", "functionVersion")).to.deep.equal({
          name: "live",
          functionName: propertyOf(lambda, "name"),
          functionVersion: propertyOf(lambda, "version"),
        });
        expect(alias.propertyDependencies?.functionVersion).to.deep.equal([lambda.urn]);
      });

      it("creates the function after its role's permissions because Lambda checks them at once", () => {
        const { urn } = resources.one("iam/rolePolicy:RolePolicy", "fetcher-permissions");
        expect(functionOf(resources).dependencies).to.include(urn);
      });

      it("runs with its own role, which only Lambda may assume and which has no other policy", () => {
        const role = resources.one("iam/role:Role", "fetcher-role");
        expect(propertyOf(functionOf(resources), "role")).to.equal(propertyOf(role, "arn"));
        expect(statementsOf(textOf(role, "assumeRolePolicy"))).to.deep.equal([
          {
            effect: "Allow",
            principal: { Service: "lambda.amazonaws.com" },
            actions: ["sts:AssumeRole"],
            resources: [],
            condition: undefined,
          },
        ]);
        expect(role.inputs).not.to.have.any.keys("managedPolicyArns", "inlinePolicies");
        const attached = resources
          .ofType("iam/rolePolicyAttachment:RolePolicyAttachment")
          .filter((attachment) => propertyOf(attachment, "role") === propertyOf(role, "name"));
        expect(attached).to.deep.equal([]);
      });
    });
  }
});

describe("LambdaFunction permissions", () => {
  it("allow reading its own path, writing its own log group and tracing, and nothing else, outside a VPC", async () => {
    const { allowed, denied } = permissionsOf(await build("dev"));
    expect(allowed).to.have.deep.members([
      {
        action: "ssm:GetParametersByPath",
        on: [`arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/lambda-networking/dev`],
        condition: undefined,
      },
      ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => ({
        action,
        on: [`arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/lambda-networking-dev-fetcher:*`],
        condition: undefined,
      })),
      // X-Ray has no resources.
      ...["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map((action) => ({
        action,
        on: ["*"],
        condition: undefined,
      })),
    ]);
    expect(denied).to.deep.equal([]);
  });

  it("name the function's log group", async () => {
    for (const stack of ["dev", "prod"]) {
      const resources = await build(stack);
      const group = textOf(resources.one("cloudwatch/logGroup:LogGroup", "fetcher-logs"), "arn");
      const { allowed } = permissionsOf(resources);
      const logs = allowed.filter(({ action }) => action.startsWith("logs:"));
      expect(logs.map(({ on }) => on)).to.deep.equal(logs.map(() => [`${group}:*`]));
    }
  });

  it("allow network interfaces in a VPC, but not to the function's own code", async () => {
    const publicOnes = permissionsOf(await build("dev")).allowed.map(({ action }) => action);
    const { allowed, denied } = permissionsOf(await build("prod"));
    const more = allowed.filter(({ action }) => !publicOnes.includes(action));
    const interfaces = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ];
    expect(more.map(({ action }) => action)).to.have.members(interfaces);
    expect(denied.map(({ action }) => action)).to.have.members(interfaces);
    for (const { condition } of denied) {
      expect(condition).to.deep.equal({
        ArnLike: { "lambda:SourceFunctionArn": `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:*` },
      });
    }
  });

  it("contain no wildcard in an action, and `*` as resource only if AWS supports nothing finer", async () => {
    const { allowed } = permissionsOf(await build("prod", { parameters: { kmsKeyArn: KEY } }));
    for (const { action, on } of allowed) {
      expect(action).to.match(/^[a-z0-9]+:[A-Za-z]+$/);
      if (on.includes("*")) expect(action).to.match(/^(xray|ec2):/);
    }
  });

  it("allow decryption with a configured customer managed key, through Parameter Store only", async () => {
    const decrypt = ({ allowed }: ReturnType<typeof permissionsOf>) =>
      allowed.filter(({ action }) => action.startsWith("kms:"));
    expect(decrypt(permissionsOf(await build("dev")))).to.deep.equal([]);
    expect(decrypt(permissionsOf(await build("dev", { parameters: { kmsKeyArn: KEY } })))).to.deep.equal([
      {
        action: "kms:Decrypt",
        on: [KEY],
        condition: { StringEquals: { "kms:ViaService": "ssm.eu-west-1.amazonaws.com" } },
      },
    ]);
  });
});

describe("LambdaFunction placement", () => {
  it("places the function outside any VPC if networking is public", async () => {
    const resources = await build("dev");
    expect(functionOf(resources).inputs).not.to.have.property("vpcConfig");
    expect(resources.ofType("ec2/securityGroup:SecurityGroup")).to.deep.equal([]);
  });

  it("uses every private subnet, and a separate security group", async () => {
    const resources = await build("prod");
    const privateSubnets = resources
      .ofType("ec2/subnet:Subnet")
      .filter(({ name }) => name.startsWith("vpc-private"));
    const group = resources.one("ec2/securityGroup:SecurityGroup", "fetcher-function");
    expect(propertyOf(functionOf(resources), "vpcConfig")).to.deep.equal({
      subnetIds: privateSubnets.map(({ id }) => id),
      securityGroupIds: [group.id],
      ipv6AllowedForDualStack: false,
    });
    expect(group.inputs).not.to.have.any.keys("ingress", "egress");
  });

  it("turns IPv6 on if the subnets have IPv6", async () => {
    const resources = await build("prod", { vpc: { ipv6: true } });
    expect(propertyOf(functionOf(resources), "vpcConfig.ipv6AllowedForDualStack")).to.equal(true);
  });

  it("allows egress to the function's endpoints only", async () => {
    const resources = await build("prod");
    const ssm = resources.one("ec2/securityGroup:SecurityGroup", "ssm-endpoint");
    const dynamodb = resources.one("ec2/vpcEndpoint:VpcEndpoint", "dynamodb-endpoint");
    expect(await egress({})).to.have.deep.members([
      { ...PORT_443, referencedSecurityGroupId: ssm.id },
      { ...PORT_443, prefixListId: propertyOf(dynamodb, "prefixListId") },
    ]);
  });

  it("allows egress to the internet, on port 443, only if SSM is reached by NAT without an endpoint", async () => {
    const noEndpoints = { ssm: false, dynamodb: false };
    expect(await egress({ vpc: { nat: "single" }, endpoints: noEndpoints })).to.deep.equal([
      { ...PORT_443, cidrIpv4: "0.0.0.0/0" },
    ]);
    expect(await egress({ vpc: { nat: "none" }, endpoints: noEndpoints })).to.deep.equal([]);
    for (const nat of ["none", "single", "perAz", "regional"]) {
      const rules = await egress({ vpc: { nat } });
      expect(
        rules.some(({ cidrIpv4 }) => cidrIpv4 !== undefined),
        nat,
      ).to.equal(false);
    }
  });

  it("allows no ingress", async () => {
    const resources = await build("prod");
    const { id } = resources.one("ec2/securityGroup:SecurityGroup", "fetcher-function");
    const rules = resources.ofType("vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    expect(rules.map((rule) => propertyOf(rule, "securityGroupId"))).not.to.include(id);
  });
});

describe("LambdaFunction environment variables", () => {
  const variables = (resources: Resources) => propertyOf(functionOf(resources), "environment.variables");

  it("name the path, and whether to read deeper levels", async () => {
    expect(variables(await build("dev"))).to.deep.equal({
      PARAMETER_PATH: "/lambda-networking/dev",
      PARAMETER_RECURSIVE: "false",
      PARAMETER_CACHE_TTL_SECONDS: "60",
      PARAMETER_CACHE_STALE_SECONDS: "600",
      PARAMETER_CACHE_METRICS: "true",
    });
    const deep = await build("dev", { parameters: { path: "/deep", recursive: true } });
    expect(variables(deep)).to.include({ PARAMETER_PATH: "/deep", PARAMETER_RECURSIVE: "true" });
    const relative = await build("dev", { parameters: { keys: "relative" } });
    expect(variables(relative)).to.include({ PARAMETER_KEYS: "relative" });
  });

  it("set how long parameters are cached, or that they are not", async () => {
    const cache = { ttlInSeconds: 5, staleIfErrorInSeconds: 0, metrics: false };
    expect(variables(await build("dev", { parameters: { cache } }))).to.include({
      PARAMETER_CACHE_TTL_SECONDS: "5",
      PARAMETER_CACHE_STALE_SECONDS: "0",
      PARAMETER_CACHE_METRICS: "false",
    });
    const off = variables(await build("dev", { parameters: { cache: false } }));
    expect(off).to.include({ PARAMETER_CACHE_TTL_SECONDS: "0" });
    expect(off).not.to.have.any.keys("PARAMETER_CACHE_STALE_SECONDS", "PARAMETER_CACHE_METRICS");
  });

  it("name the SSM endpoint only if private DNS does not resolve to it", async () => {
    expect(variables(await build("prod"))).not.to.have.property("AWS_ENDPOINT_URL_SSM");
    const resources = await build("prod", { endpoints: { ssm: { privateDns: false } } });
    const endpoint = resources.one("ec2/vpcEndpoint:VpcEndpoint", "ssm-endpoint");
    expect(propertyOf(endpoint, "privateDnsEnabled")).to.equal(false);
    const dnsName = textOf(endpoint, "dnsEntries.0.dnsName");
    expect(variables(resources)).to.have.property("AWS_ENDPOINT_URL_SSM", `https://${dnsName}`);
  });

  it("contain no variable that Lambda reserves", async () => {
    const resources = await build("prod", { endpoints: { ssm: { privateDns: false } } });
    const reserved =
      /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_.*)|_HANDLER|LAMBDA_.*|TZ)$/;
    for (const name of Object.keys(Object(variables(resources)))) expect(name).not.to.match(reserved);
  });
});

describe("LambdaFunction settings", () => {
  it("applies the function's settings from the configuration", async () => {
    const resources = await build("dev", {
      function: {
        runtime: "nodejs22.x",
        architecture: "x86_64",
        memorySize: 1769,
        timeout: 29,
        logRetentionInDays: 7,
      },
    });
    expect(pick(functionOf(resources), "runtime", "architectures", "memorySize", "timeout")).to.deep.equal({
      runtime: "nodejs22.x",
      architectures: ["x86_64"],
      memorySize: 1769,
      timeout: 29,
    });
    const group = resources.one("cloudwatch/logGroup:LogGroup", "fetcher-logs");
    expect(propertyOf(group, "retentionInDays")).to.equal(7);
  });
});
