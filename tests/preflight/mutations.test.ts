import { expect } from "chai";
import { synthesizeProgram } from "../../cli/lib/program.js";
import { graphFromResources, type SourceResource } from "../../preflight/graph/index.js";
import { proofReports } from "../../preflight/report/build/proofs.js";
import type { ProofReport } from "../../preflight/report/model.js";
import { isRecord } from "../../preflight/resources/read.js";
import { change, inPolicy, type Mutation, without } from "../support/mutations.js";
import { stackFile } from "../support/stacks.js";

// Breaks one thing in a shipped stack. The failed proofs must name exactly that.

const also =
  (...made: SourceResource[]): Mutation =>
  (resources) => [...resources, ...made];

/** A resource of prod that the mutation makes, with its name as its id. */
const made = (type: string, name: string, properties: SourceResource["properties"]): SourceResource => ({
  urn: `urn:pulumi:prod::lambda-networking::${type}::${name}`,
  type,
  name,
  id: name,
  properties,
});

const idOf = (resources: readonly SourceResource[], name: string, type: string) =>
  resources.find((resource) => resource.name === name && resource.type.endsWith(type))?.id ?? "";

interface Failure {
  readonly proof: string;
  readonly code?: string;
  /** The resource that the proof names, as the blocker or in its text. */
  readonly names: string;
}

const SSM = "fetcher reach ssm:443";
const DYNAMODB = "fetcher reach dynamodb:443";
const FROM_A = "vpc-private-a reach GET /messages:443";
const FROM_B = "vpc-private-b reach GET /messages:443";
const FOREIGN = ["another VPC", "another account's VPC"].map((from) => `${from} not-reach GET /messages:443`);

const prod: readonly { breaks: string; mutation: Mutation; fails: readonly Failure[] }[] = [
  {
    breaks: "the SSM endpoint's ingress rule",
    mutation: without("ssm-from-fetcher", ":SecurityGroupIngressRule"),
    fails: [{ proof: SSM, code: "SG_HAS_NO_RULES", names: "ssm-endpoint" }],
  },
  {
    breaks: "the function's egress rule to SSM",
    mutation: without("fetcher-to-ssm", ":SecurityGroupEgressRule"),
    fails: [{ proof: SSM, code: "ENI_SG_RULES_MISMATCH", names: "fetcher-function" }],
  },
  {
    breaks: "the port of that rule",
    mutation: change("fetcher-to-ssm", ":SecurityGroupEgressRule", () => ({ fromPort: 80, toPort: 80 })),
    fails: [{ proof: SSM, code: "ENI_SG_RULES_MISMATCH", names: "fetcher-function" }],
  },
  {
    breaks: "the function's egress rule to DynamoDB",
    mutation: without("fetcher-to-dynamodb", ":SecurityGroupEgressRule"),
    fails: [{ proof: DYNAMODB, code: "ENI_SG_RULES_MISMATCH", names: "fetcher-function" }],
  },
  {
    breaks: "the gateway endpoint's place in one zone's route table",
    mutation: (resources) =>
      change("dynamodb-endpoint", ":VpcEndpoint", () => ({
        routeTableIds: [idOf(resources, "vpc-private-a", ":RouteTable")],
      }))(resources),
    fails: [{ proof: DYNAMODB, names: "vpc-private-b" }],
  },
  {
    breaks: "the VPC's DNS hostnames",
    mutation: change("vpc-vpc", "/vpc:Vpc", () => ({ enableDnsHostnames: false })),
    fails: [
      { proof: SSM, names: "vpc-vpc" },
      { proof: FROM_A, names: "vpc-vpc" },
      { proof: FROM_B, names: "vpc-vpc" },
    ],
  },
  {
    breaks: "the VPC's DNS support",
    mutation: change("vpc-vpc", "/vpc:Vpc", () => ({ enableDnsSupport: false })),
    fails: [SSM, DYNAMODB, FROM_A, FROM_B].map((proof) => ({
      proof,
      code: "VPC_DNS_SUPPORT_DISABLED",
      names: "vpc-vpc",
    })),
  },
  {
    breaks: "the SSM endpoint's private DNS",
    mutation: change("ssm-endpoint", ":VpcEndpoint", () => ({ privateDnsEnabled: false })),
    fails: [{ proof: SSM, code: "VPCE_PRIVATE_DNS_DISABLED", names: "ssm-endpoint" }],
  },
  {
    breaks: "the SSM endpoint's policy",
    mutation: change("ssm-endpoint", ":VpcEndpoint", inPolicy("ssm:GetParametersByPath", "ssm:PutParameter")),
    fails: [{ proof: SSM, code: "VPCE_POLICY_DENIES", names: "ssm-endpoint" }],
  },
  {
    breaks: "the role's permission",
    mutation: change(
      "fetcher-permissions",
      ":RolePolicy",
      inPolicy("ssm:GetParametersByPath", "ssm:GetParameter"),
    ),
    fails: [{ proof: SSM, code: "IDENTITY_POLICY_DENIES", names: "fetcher-role" }],
  },
  {
    breaks: "the path in the role's permission",
    mutation: change(
      "fetcher-permissions",
      ":RolePolicy",
      inPolicy("parameter/lambda-networking/prod", "parameter/other"),
    ),
    fails: [{ proof: SSM, code: "IDENTITY_POLICY_DENIES", names: "fetcher-role" }],
  },
  {
    breaks: "the role's permission, by a deny on an ARN without its last parts",
    mutation: (resources) =>
      also({
        urn: "urn:pulumi:prod::lambda-networking::aws:iam/rolePolicy:RolePolicy::no-parameters",
        type: "aws:iam/rolePolicy:RolePolicy",
        name: "no-parameters",
        properties: {
          role: idOf(resources, "fetcher-role", ":Role"),
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [{ Effect: "Deny", Action: "*", Resource: "arn:aws:ssm" }],
          }),
        },
      })(resources),
    fails: [{ proof: SSM, code: "IDENTITY_POLICY_DENIES", names: "no-parameters" }],
  },
  {
    breaks: "the role's policy, by a Sid that IAM refuses",
    mutation: change(
      "fetcher-permissions",
      ":RolePolicy",
      inPolicy('"Effect":"Allow"', '"Sid":"read-only","Effect":"Allow"'),
    ),
    fails: [{ proof: SSM, names: "fetcher-permissions" }],
  },
  {
    breaks: "one zone's way in to the execute-api endpoint",
    mutation: without("execute-api-from-private-b", ":SecurityGroupIngressRule"),
    fails: [{ proof: FROM_B, code: "ENI_SG_RULES_MISMATCH", names: "execute-api-endpoint" }],
  },
  {
    breaks: "the execute-api endpoint's policy",
    mutation: change("api-endpoint-policy", ":VpcEndpointPolicy", inPolicy('"Allow"', '"Deny"')),
    fails: [FROM_A, FROM_B].map((proof) => ({
      proof,
      code: "VPCE_POLICY_DENIES",
      names: "api-endpoint-policy",
    })),
  },
  {
    breaks: "the API's policy",
    mutation: change("api-policy", ":RestApiPolicy", inPolicy(/vpce-[0-9a-f]+/, "vpce-00000000000000000")),
    // The policy now lets in an endpoint that is not the stack's.
    fails: [
      ...[FROM_A, FROM_B].map((proof) => ({ proof, code: "API_POLICY_DENIES", names: "api-policy" })),
      ...FOREIGN.map((proof) => ({ proof, code: "reachable", names: "vpce-00000000000000000" })),
    ],
  },
  {
    breaks: "the API's policy, by leaving it out",
    mutation: without("api-policy", ":RestApiPolicy"),
    fails: [FROM_A, FROM_B].map((proof) => ({ proof, code: "API_POLICY_MISSING", names: "api" })),
  },
  {
    breaks: "the API's permission to invoke the function",
    mutation: without("api-get-messages", ":Permission"),
    fails: [FROM_A, FROM_B].map((proof) => ({
      proof,
      code: "LAMBDA_PERMISSION_MISSING",
      names: "fetcher-function",
    })),
  },
  {
    breaks: "the qualifier of that permission",
    mutation: change("api-get-messages", ":Permission", () => ({ qualifier: "other" })),
    fails: [FROM_A, FROM_B].map((proof) => ({
      proof,
      code: "LAMBDA_PERMISSION_MISSING",
      names: "fetcher-function",
    })),
  },
  {
    breaks: "a network ACL, by adding one that answers cannot come back through",
    mutation: (resources) =>
      also({
        urn: "urn:pulumi:prod::lambda-networking::aws:ec2/networkAcl:NetworkAcl::strict",
        type: "aws:ec2/networkAcl:NetworkAcl",
        name: "strict",
        id: "acl-1",
        properties: {
          vpcId: idOf(resources, "vpc-vpc", "/vpc:Vpc"),
          subnetIds: [idOf(resources, "vpc-private-a", "/subnet:Subnet")],
          egress: [
            {
              ruleNo: 100,
              action: "allow",
              protocol: "tcp",
              fromPort: 443,
              toPort: 443,
              cidrBlock: "0.0.0.0/0",
            },
          ],
          ingress: [
            {
              ruleNo: 100,
              action: "allow",
              protocol: "tcp",
              fromPort: 443,
              toPort: 443,
              cidrBlock: "0.0.0.0/0",
            },
          ],
        },
      })(resources),
    // No ACL applies inside one subnet, but each endpoint has an address in the other zone too.
    fails: [SSM, DYNAMODB, FROM_A, FROM_B].map((proof) => ({
      proof,
      code: "SUBNET_ACL_RESTRICTION",
      names: "strict",
    })),
  },
  {
    breaks: "the API's privacy",
    mutation: (resources) =>
      change("api-policy", ":RestApiPolicy", (properties) => {
        const policy: unknown = JSON.parse(String(properties.policy));
        const statements = isRecord(policy) && Array.isArray(policy.Statement) ? policy.Statement : [];
        return { policy: JSON.stringify({ Version: "2012-10-17", Statement: statements.slice(0, 1) }) };
      })(
        change("api", "/restApi:RestApi", () => ({ endpointConfiguration: { types: "REGIONAL" } }))(
          resources,
        ),
      ),
    fails: [
      { proof: "internet not-reach GET /messages:443", names: "api" },
      { proof: "internet not-reach fetcher:443", names: "api" },
      { proof: "VPC without execute-api not-reach GET /messages:443", names: "api" },
      ...FOREIGN.map((proof) => ({ proof, names: "api" })),
      // With private DNS, the endpoint answers for every API of the region, and rejects public ones.
      { proof: FROM_A, code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API", names: "execute-api-endpoint" },
      { proof: FROM_B, code: "API_PRIVATE_DNS_SHADOWS_PUBLIC_API", names: "execute-api-endpoint" },
    ],
  },
  {
    breaks: "the function's seclusion, by a URL for everybody",
    mutation: (resources) => {
      const name = idOf(resources, "fetcher-function", "/function:Function");
      return also(
        {
          urn: "urn:pulumi:prod::lambda-networking::aws:lambda/functionUrl:FunctionUrl::open",
          type: "aws:lambda/functionUrl:FunctionUrl",
          name: "open",
          id: name,
          properties: { functionName: name, authorizationType: "NONE" },
        },
        ...["InvokeFunctionUrl", "InvokeFunction"].map((action) => ({
          urn: `urn:pulumi:prod::lambda-networking::aws:lambda/permission:Permission::${action}`,
          type: "aws:lambda/permission:Permission",
          name: action,
          id: action,
          properties: { action: `lambda:${action}`, function: name, principal: "*" },
        })),
      )(resources);
    },
    fails: [{ proof: "internet not-reach fetcher:443", names: "open" }],
  },
  {
    breaks: "the function's seclusion, by a permission for every account",
    mutation: (resources) =>
      also({
        urn: "urn:pulumi:prod::lambda-networking::aws:lambda/permission:Permission::everybody",
        type: "aws:lambda/permission:Permission",
        name: "everybody",
        id: "everybody",
        properties: {
          action: "lambda:InvokeFunction",
          function: idOf(resources, "fetcher-function", "/function:Function"),
          principal: "*",
        },
      })(resources),
    fails: [{ proof: "internet not-reach fetcher:443", code: "unknown", names: "everybody" }],
  },
  {
    breaks: "the function's confinement",
    mutation: (resources) => {
      const group = idOf(resources, "fetcher-function", ":SecurityGroup");
      return also({
        urn: "urn:pulumi:prod::lambda-networking::aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::all",
        type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        name: "all",
        id: "sgr-1",
        properties: { securityGroupId: group, cidrIpv4: "0.0.0.0/0", ipProtocol: "-1" },
      })(resources);
    },
    fails: [{ proof: "fetcher not-reach internet:443", names: "all" }],
  },
  {
    breaks: "the Region of the SSM endpoint",
    mutation: change("ssm-endpoint", ":VpcEndpoint", () => ({ serviceName: "com.amazonaws.us-east-1.ssm" })),
    fails: [{ proof: SSM, code: "VPCE_SERVES_OTHER_REGION", names: "ssm-endpoint" }],
  },
  {
    breaks: "the Region of the DynamoDB endpoint",
    mutation: change("dynamodb-endpoint", ":VpcEndpoint", () => ({
      serviceName: "com.amazonaws.us-east-1.dynamodb",
    })),
    fails: [{ proof: DYNAMODB, code: "ENI_SG_RULES_MISMATCH", names: "fetcher-function" }],
  },
  {
    breaks: "the Region of the execute-api endpoint",
    mutation: change("execute-api-endpoint", ":VpcEndpoint", () => ({
      serviceName: "com.amazonaws.us-east-1.execute-api",
    })),
    fails: [FROM_A, FROM_B].map((proof) => ({ proof, code: "API_PRIVATE_REQUIRES_VPCE", names: "api" })),
  },
  {
    breaks: "the function's timeout, which becomes longer than the API waits",
    mutation: change("fetcher-function", ":Function", () => ({ timeout: 60 })),
    fails: [FROM_A, FROM_B].map((proof) => ({ proof, code: "unknown", names: "fetcher-function" })),
  },
  {
    breaks: "the function, which reserves no execution",
    mutation: change("fetcher-function", ":Function", () => ({ reservedConcurrentExecutions: 0 })),
    fails: [FROM_A, FROM_B].map((proof) => ({ proof, code: "LAMBDA_THROTTLED", names: "fetcher-function" })),
  },
  {
    breaks: "a subnet's zone, which the Region does not have",
    mutation: change("vpc-private-b", "/subnet:Subnet", () => ({ availabilityZone: "eu-west-1z" })),
    fails: [SSM, DYNAMODB, FROM_A, FROM_B].map((proof) => ({
      proof,
      code: "unknown",
      names: "vpc-private-b",
    })),
  },
  {
    breaks: "the name servers that the VPC's hosts ask",
    mutation: (resources) =>
      also(
        made("aws:ec2/vpcDhcpOptions:VpcDhcpOptions", "corporate-dns", { domainNameServers: ["192.0.2.53"] }),
        made("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation", "corporate-dns-here", {
          vpcId: idOf(resources, "vpc-vpc", "/vpc:Vpc"),
          dhcpOptionsId: "corporate-dns",
        }),
      )(resources),
    fails: [SSM, DYNAMODB, FROM_A, FROM_B].map((proof) => ({ proof, names: "corporate-dns" })),
  },
  {
    breaks: "the SSM endpoint's name, by a rule that forwards it",
    mutation: (resources) =>
      also(
        made("aws:route53/resolverRule:ResolverRule", "forward-ssm", {
          domainName: "ssm.eu-west-1.amazonaws.com.",
          ruleType: "FORWARD",
        }),
        made("aws:route53/resolverRuleAssociation:ResolverRuleAssociation", "forward-ssm-here", {
          vpcId: idOf(resources, "vpc-vpc", "/vpc:Vpc"),
          resolverRuleId: "forward-ssm",
        }),
      )(resources),
    fails: [{ proof: SSM, names: "forward-ssm" }],
  },
  {
    breaks: "DynamoDB's name, by a private hosted zone without a record of it",
    mutation: (resources) =>
      also(
        made("aws:route53/zone:Zone", "aws-names", {
          name: "amazonaws.com",
          vpcs: [{ vpcId: idOf(resources, "vpc-vpc", "/vpc:Vpc") }],
        }),
      )(resources),
    fails: [{ proof: DYNAMODB, code: "HOSTED_ZONE_HIDES_NAME", names: "aws-names" }],
  },
  {
    breaks: "the ban on the internet, by a public load balancer with the function as a target",
    mutation: (resources) => {
      const subnets = ["vpc-public-a", "vpc-public-b"].map((name) => idOf(resources, name, "/subnet:Subnet"));
      const fetcher = idOf(resources, "fetcher-function", "/function:Function");
      const open = [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] }];
      return also(
        made("aws:ec2/securityGroup:SecurityGroup", "front-group", {
          vpcId: idOf(resources, "vpc-vpc", "/vpc:Vpc"),
          ingress: open,
        }),
        made("aws:lb/loadBalancer:LoadBalancer", "front", {
          subnets,
          securityGroups: ["front-group"],
          internal: false,
        }),
        made("aws:lb/targetGroup:TargetGroup", "front-targets", {
          targetType: "lambda",
          arn: "front-targets",
        }),
        made("aws:lb/targetGroupAttachment:TargetGroupAttachment", "front-target", {
          targetGroupArn: "front-targets",
          targetId: fetcher,
        }),
        made("aws:lb/listener:Listener", "front-listener", {
          loadBalancerArn: "front",
          port: 80,
          defaultActions: [{ type: "forward", targetGroupArn: "front-targets" }],
        }),
        made("aws:lambda/permission:Permission", "front-permission", {
          action: "lambda:InvokeFunction",
          function: fetcher,
          principal: "elasticloadbalancing.amazonaws.com",
          sourceArn: "front-targets",
        }),
      )(resources);
    },
    fails: [{ proof: "internet not-reach fetcher:443", names: "front" }],
  },
  {
    breaks: "the ban on the internet, by a public load balancer before the private API",
    mutation: (resources) => also(...doorTo(resources))(resources),
    fails: [
      { proof: "internet not-reach GET /messages:443", names: "front-rule" },
      { proof: "internet not-reach fetcher:443", names: "front-rule" },
      { proof: "VPC without execute-api not-reach GET /messages:443", names: "front-rule" },
    ],
  },
  {
    breaks: "the ban on the internet, by such a load balancer that leaves the Host header to its callers",
    mutation: (resources) =>
      also(...doorTo(resources).map((each) => (each.name === "front-rule" ? withoutHost(each) : each)))(
        resources,
      ),
    fails: [
      { proof: "internet not-reach GET /messages:443", code: "unknown", names: "front-rule" },
      { proof: "internet not-reach fetcher:443", code: "unknown", names: "front-rule" },
      {
        proof: "VPC without execute-api not-reach GET /messages:443",
        code: "unknown",
        names: "front-rule",
      },
    ],
  },
];

/** A load balancer on the internet whose targets are the addresses of the execute-api endpoint. */
function doorTo(resources: readonly SourceResource[]): SourceResource[] {
  const subnets = ["vpc-public-a", "vpc-public-b"].map((name) => idOf(resources, name, "/subnet:Subnet"));
  const urn = resources.find(
    ({ type, name }) => name === "execute-api-endpoint" && type.endsWith(":VpcEndpoint"),
  )?.urn;
  const api = resources.find(({ type }) => type.endsWith(":RestApi"));
  const stage = resources.find(({ type }) => type.endsWith(":Stage"))?.properties.stageName;
  const vpcId = idOf(resources, "vpc-vpc", "/vpc:Vpc");
  const open = [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }];
  const host = `${api?.id}.execute-api.eu-west-1.amazonaws.com`;
  return [
    made("aws:ec2/securityGroup:SecurityGroup", "front-group", { vpcId, ingress: open, egress: open }),
    made("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "execute-api-from-front", {
      securityGroupId: idOf(resources, "execute-api-endpoint", "/securityGroup:SecurityGroup"),
      referencedSecurityGroupId: "front-group",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    }),
    made("aws:lb/loadBalancer:LoadBalancer", "front", {
      subnets,
      securityGroups: ["front-group"],
      internal: false,
    }),
    made("aws:lb/targetGroup:TargetGroup", "front-targets", {
      targetType: "ip",
      protocol: "HTTPS",
      port: 443,
      vpcId,
      healthCheck: { protocol: "HTTPS", matcher: "403" },
    }),
    {
      ...made("aws:lb/targetGroupAttachment:TargetGroupAttachment", "front-target", {
        targetGroupArn: "front-targets",
        targetId: "10.20.32.10",
      }),
      propertyDependencies: { targetId: urn === undefined ? [] : [urn] },
    },
    made("aws:lb/listener:Listener", "front-listener", {
      loadBalancerArn: "front",
      port: 443,
      protocol: "HTTPS",
      defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
    }),
    made("aws:lb/listenerRule:ListenerRule", "front-rule", {
      listenerArn: "front-listener",
      priority: 1,
      conditions: [{ pathPattern: { values: ["/*"] } }],
      actions: [{ type: "forward", targetGroupArn: "front-targets" }],
      transforms: [
        {
          type: "host-header-rewrite",
          hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: host } },
        },
        { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/", replace: `/${stage}/` } } },
      ],
    }),
  ];
}

function withoutHost(rule: SourceResource): SourceResource {
  const { transforms } = rule.properties;
  return {
    ...rule,
    properties: { ...rule.properties, transforms: Array.isArray(transforms) ? transforms.slice(1) : [] },
  };
}

describe("proofReports of a stack with one thing broken", () => {
  let shipped: readonly SourceResource[];
  before(async () => {
    shipped = (await synthesizeProgram(stackFile("prod"))).resources;
  });

  it("proves every intent if nothing is broken", () => {
    expect(failures(shipped).map(({ id }) => id)).to.deep.equal([]);
  });

  for (const { breaks, mutation, fails } of prod) {
    it(`fails only the affected proofs after breaking ${breaks}`, () => {
      const found = failures(mutation(shipped));
      for (const { proof, code, names } of fails) {
        const failed = found.find(({ id }) => id === proof);
        expect(failed, `${proof} fails`).not.to.equal(undefined);
        if (failed === undefined) continue;
        if (code !== undefined) expect(codeOf(failed)).to.equal(code);
        expect(wordsOf(failed)).to.contain(names);
        expect(failed.failure?.fix).to.match(/\S/);
      }
      const others = found.filter(({ id }) => !fails.some(({ proof }) => proof === id));
      expect(others.map(({ id }) => id)).to.deep.equal([]);
    });
  }
});

function failures(resources: readonly SourceResource[]): ProofReport[] {
  return proofReports(graphFromResources(resources)).filter(({ ok }) => !ok);
}

function codeOf({ verdict }: ProofReport): string | undefined {
  return verdict.status === "blocked" ? verdict.code : verdict.status;
}

/** Every resource that a failed proof names, and its texts. */
function wordsOf({ failure, verdict }: ProofReport): string {
  const at = verdict.status === "blocked" ? [verdict.at.name, verdict.by?.name] : [];
  const hops = verdict.path.flatMap((hop) => [hop.at.name, hop.by?.name, hop.text]);
  return [...at, ...hops, failure?.reason, failure?.fix].join(" ");
}
