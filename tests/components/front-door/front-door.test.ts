import { expect } from "chai";
import { isRecord } from "../../../preflight/resources/read.js";
import { build, propertyOf, type Resources, type Settings, textOf } from "../../support/stacks.js";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab";
const OTHER = { id: "a1b2c3d4e5", stage: "prod" };
const DOOR = {
  domainName: "api.example.com",
  certificateArn: CERTIFICATE,
  allowFrom: ["10.30.0.0/16"],
  routes: [
    { path: "/messages" },
    { path: "/pets", api: OTHER, stripPrefix: true },
    { header: { name: "x-api", value: "employees" }, api: { id: "f6g7h8i9j0", stage: "live" } },
    { path: "/direct", function: true },
  ],
};
const door = (settings: object = {}, more: Settings = {}): Promise<Resources> =>
  build("prod", { ...more, frontDoor: { ...DOOR, ...settings } });

const RULE = "lb/listenerRule:ListenerRule";
const TARGET = "lb/targetGroupAttachment:TargetGroupAttachment";
const SERVICE_HOST = "execute-api.eu-west-1.amazonaws.com";

function ruleFor(resources: Resources, path: string) {
  const found = resources
    .ofType(RULE)
    .find(({ inputs }) => JSON.stringify(inputs.conditions).includes(`"${path}"`));
  if (found === undefined) throw new Error(`no rule for ${path}`);
  return found;
}

/** The replacements of a rule: Host and URL. */
function rewritesOf(resources: Resources, path: string): unknown[] {
  const { transforms } = ruleFor(resources, path).inputs;
  return (Array.isArray(transforms) ? transforms : []).map(
    (transform) => (transform.hostHeaderRewriteConfig ?? transform.urlRewriteConfig).rewrite,
  );
}

const targetsOf = (resources: Resources): unknown[] =>
  resources
    .ofType(TARGET)
    .filter(({ name }) => name.startsWith("front-door-endpoint"))
    .map(({ inputs }) => inputs.targetId);

/** The addresses that the mocks give the execute-api endpoint. */
function addressesOf(resources: Resources): unknown[] {
  const { subnetConfigurations } = resources.one(
    "ec2/vpcEndpoint:VpcEndpoint",
    "execute-api-endpoint",
  ).properties;
  return Array.isArray(subnetConfigurations) ? subnetConfigurations.map(({ ipv4 }) => ipv4) : [];
}

function groupRules(resources: Resources, type: string, name: string) {
  const { id } = resources.one("ec2/securityGroup:SecurityGroup", name);
  return resources.ofType(`vpc/${type}`).filter(({ inputs }) => inputs.securityGroupId === id);
}

describe("FrontDoor", () => {
  it("does not exist unless it is configured", async () => {
    const resources = await build("prod");
    expect(resources.all.filter(({ name }) => name.startsWith("front-door"))).to.deep.equal([]);
    expect(resources.outputs).to.include({ frontDoorUrl: "", frontDoorDnsName: "" });
  });

  it("rewrites Host and path for the stack's API and for others", async () => {
    const resources = await door();
    const { id } = resources.one("apigateway/restApi:RestApi");
    expect(rewritesOf(resources, "/messages")).to.deep.equal([
      { regex: "^.*$", replace: `${id}.${SERVICE_HOST}` },
      { regex: "^/(.*)$", replace: "/v1/$1" },
    ]);
    expect(rewritesOf(resources, "/pets")).to.deep.equal([
      { regex: "^.*$", replace: `a1b2c3d4e5.${SERVICE_HOST}` },
      { regex: "^/pets/?(.*)$", replace: "/prod/$1" },
    ]);
    expect(rewritesOf(resources, "employees")).to.deep.equal([
      { regex: "^.*$", replace: `f6g7h8i9j0.${SERVICE_HOST}` },
      { regex: "^/(.*)$", replace: "/live/$1" },
    ]);
    expect(rewritesOf(resources, "/direct")).to.deep.equal([]);
  });

  it("refuses a caller's own choice of the API before any route, and has these rules first", async () => {
    const resources = await door();
    const refusals = resources.ofType(RULE).filter(({ name }) => name.startsWith("front-door-refuse-"));
    expect(refusals).to.have.length(2);
    const routes = resources.ofType(RULE).filter((rule) => !refusals.includes(rule));
    for (const { inputs, dependencies, name } of routes) {
      expect(inputs.priority, name).to.be.greaterThan(99);
      expect(dependencies, name).to.include.members(refusals.map(({ urn }) => urn));
    }
    const [condition] = ruleFor(resources, "x-apigw-api-id").inputs.conditions as readonly unknown[];
    expect(condition).to.deep.equal({ httpHeader: { httpHeaderName: "x-apigw-api-id", values: ["*"] } });
  });

  it("registers the endpoint's address of each zone, and of a zone that is added", async () => {
    for (const availabilityZones of [2, 3]) {
      const resources = await door({}, { vpc: { cidrBlock: "10.20.0.0/16", availabilityZones } });
      expect(targetsOf(resources)).to.have.length(availabilityZones);
      expect(targetsOf(resources)).to.have.members(addressesOf(resources));
      for (const { propertyDependencies, name } of resources
        .ofType(TARGET)
        .filter(({ name: n }) => n.includes("endpoint")))
        expect(String(propertyDependencies?.targetId), name).to.contain("execute-api-endpoint");
    }
  });

  it("takes 403 for healthy, which is what API Gateway answers to the check's Host header", async () => {
    const group = (await door()).one("lb/targetGroup:TargetGroup", "front-door-endpoint");
    expect(group.inputs).to.deep.include({ targetType: "ip", protocol: "HTTPS", port: 443 });
    expect(propertyOf(group, "healthCheck.matcher")).to.equal("200,403");
  });

  it("admits the configured callers on 443 and 80, and connects to the endpoint only", async () => {
    const resources = await door({ allowFrom: ["10.30.0.0/16", "sg-0a1b2c3d"] });
    const ingress = groupRules(resources, "securityGroupIngressRule:SecurityGroupIngressRule", "front-door");
    expect(
      ingress.map(({ inputs }) => [
        inputs.fromPort,
        inputs.toPort,
        inputs.cidrIpv4 ?? inputs.referencedSecurityGroupId,
      ]),
    ).to.have.deep.members([
      [443, 443, "10.30.0.0/16"],
      [80, 80, "10.30.0.0/16"],
      [443, 443, "sg-0a1b2c3d"],
      [80, 80, "sg-0a1b2c3d"],
    ]);
    const [egress, ...others] = groupRules(
      resources,
      "securityGroupEgressRule:SecurityGroupEgressRule",
      "front-door",
    );
    expect(others).to.deep.equal([]);
    const endpointGroup = resources.one("ec2/securityGroup:SecurityGroup", "execute-api-endpoint");
    expect(egress?.inputs).to.include({
      fromPort: 443,
      toPort: 443,
      referencedSecurityGroupId: endpointGroup.id,
    });
    const { id } = resources.one("ec2/securityGroup:SecurityGroup", "front-door");
    const admitted = groupRules(
      resources,
      "securityGroupIngressRule:SecurityGroupIngressRule",
      "execute-api-endpoint",
    ).filter(({ inputs }) => inputs.referencedSecurityGroupId === id);
    expect(admitted).to.have.length(1);
  });

  it("admits callers by IPv6 on a load balancer with IPv6 addresses", async () => {
    const resources = await door(
      { scheme: "internet-facing", allowFrom: ["0.0.0.0/0", "::/0"], hostedZoneId: "Z0123456789" },
      { vpc: { cidrBlock: "10.20.0.0/16", availabilityZones: 2, ipv6: true } },
    );
    expect(resources.one("lb/loadBalancer:LoadBalancer").inputs.ipAddressType).to.equal("dualstack");
    const ingress = groupRules(resources, "securityGroupIngressRule:SecurityGroupIngressRule", "front-door");
    expect(ingress.filter(({ inputs }) => inputs.cidrIpv6 === "::/0")).to.have.length(2);
    const types = resources.ofType("route53/record:Record").map(({ inputs }) => inputs.type);
    expect(types).to.have.members(["A", "AAAA"]);
  });

  it("is in the private subnets, or in the public ones if it is internet-facing", async () => {
    const idsOf = (resources: Resources, tier: string) =>
      resources
        .ofType("ec2/subnet:Subnet")
        .filter(({ name }) => name.startsWith(`vpc-${tier}-`))
        .map(({ id }) => id);
    const inner = await door();
    const outer = await door({ scheme: "internet-facing", allowFrom: ["0.0.0.0/0"] });
    const balancer = (resources: Resources) => resources.one("lb/loadBalancer:LoadBalancer").inputs;
    expect(balancer(inner)).to.deep.include({ internal: true, subnets: idsOf(inner, "private") });
    expect(balancer(outer)).to.deep.include({ internal: false, subnets: idsOf(outer, "public") });
  });

  it("speaks TLS 1.2 and better, drops invalid headers, and redirects port 80 to its own name", async () => {
    const resources = await door();
    expect(resources.one("lb/loadBalancer:LoadBalancer").inputs).to.include({
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
    });
    const https = resources.one("lb/listener:Listener", "front-door-https");
    expect(https.inputs).to.include({ port: 443, protocol: "HTTPS", certificateArn: CERTIFICATE });
    expect(https.inputs.sslPolicy).to.match(/^ELBSecurityPolicy-TLS13-1-2-/);
    expect(propertyOf(https, "defaultActions.0.fixedResponse.statusCode")).to.equal("404");
    const http = resources.one("lb/listener:Listener", "front-door-http");
    expect(propertyOf(http, "defaultActions.0.redirect.host")).to.equal("api.example.com");
    expect(propertyOf(http, "defaultActions.0.redirect.protocol")).to.equal("HTTPS");
  });

  it("requests and validates a certificate if none is given, and waits for it", async () => {
    const resources = await door({ certificateArn: undefined, hostedZoneId: "Z0123456789" });
    expect(resources.one("acm/certificate:Certificate").inputs).to.include({
      domainName: "api.example.com",
      validationMethod: "DNS",
    });
    const validation = resources.one("acm/certificateValidation:CertificateValidation");
    const https = resources.one("lb/listener:Listener", "front-door-https");
    expect(https.propertyDependencies?.certificateArn).to.include(validation.urn);
    const alias = resources.one("route53/record:Record", "front-door-a");
    expect(alias.inputs).to.include({ name: "api.example.com", type: "A", zoneId: "Z0123456789" });
    const rules = resources.ofType(RULE).map(({ urn }) => urn);
    expect(alias.dependencies).to.include.members(rules);
  });

  it("lets exactly its target group invoke the alias", async () => {
    const resources = await door();
    const group = resources.one("lb/targetGroup:TargetGroup", "front-door-function");
    expect(group.inputs).to.deep.include({
      targetType: "lambda",
      lambdaMultiValueHeadersEnabled: true,
      healthCheck: { enabled: false },
    });
    expect(resources.one("lambda/permission:Permission", "front-door-function").inputs).to.include({
      principal: "elasticloadbalancing.amazonaws.com",
      qualifier: "live",
      sourceArn: group.properties.arn,
    });
    const attachment = resources.one(TARGET, "front-door-function");
    expect(attachment.inputs.targetId).to.equal(resources.one("lambda/alias:Alias").properties.arn);
    const fetcher = resources.one("lambda/function:Function", "fetcher-function");
    expect(propertyOf(fetcher, "environment.variables.LOAD_BALANCER_PATHS")).to.equal("/direct");
  });

  it("checks the function's health if asked to, every five minutes", async () => {
    const group = (await door({ functionHealthCheck: true })).one(
      "lb/targetGroup:TargetGroup",
      "front-door-function",
    );
    expect(group.inputs.healthCheck).to.include({ enabled: true, path: "/", matcher: "200", interval: 300 });
  });

  it("has other target groups if the scheme changes, because a group belongs to one load balancer only", async () => {
    const namesOf = async (settings: object) =>
      (await door(settings)).ofType("lb/targetGroup:TargetGroup").map(({ name }) => name);
    const inner = await namesOf({});
    const outer = await namesOf({ scheme: "internet-facing", allowFrom: ["0.0.0.0/0"] });
    expect(inner.filter((name) => outer.includes(name))).to.deep.equal([]);
    // Pulumi's suffix is a hyphen and seven characters; AWS takes 32.
    for (const name of [...inner, ...outer]) expect(name.length + 8).to.be.at.most(32);
  });

  it("makes no target group that no route leads to", async () => {
    const apis = await door({ routes: [{ path: "/messages" }] });
    expect(apis.ofType("lb/targetGroup:TargetGroup").map(({ name }) => name)).to.deep.equal([
      "front-door-endpoint",
    ]);
    const functions = await door({ routes: [{ path: "/direct", function: true }] });
    expect(functions.ofType("lb/targetGroup:TargetGroup").map(({ name }) => name)).to.deep.equal([
      "front-door-function",
    ]);
    expect(
      groupRules(functions, "securityGroupEgressRule:SecurityGroupEgressRule", "front-door"),
    ).to.deep.equal([]);
  });

  it("lets the endpoint's policy admit the other APIs at their stages, and nothing more", async () => {
    const { Statement } = JSON.parse(
      textOf((await door()).one("ec2/vpcEndpointPolicy:VpcEndpointPolicy"), "policy"),
    );
    const resources = Statement.flatMap(({ Resource }: { Resource: unknown }) => Resource);
    expect(resources.filter((arn: string) => !arn.includes(":d14306bae9/"))).to.deep.equal([
      "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/*",
      "arn:aws:execute-api:eu-west-1:111122223333:f6g7h8i9j0/live/*",
    ]);
  });

  it("logs into a closed bucket with S3's own keys, because the load balancer writes with no others", async () => {
    const resources = await door({ accessLogs: { retentionInDays: 30 } }, { kmsKey: "create" });
    const [encryption] = resources
      .ofType("s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")
      .filter(({ name }) => name === "front-door-logs");
    expect(JSON.stringify(encryption?.inputs)).to.contain("AES256").and.not.contain("kms");
    const { Statement } = JSON.parse(
      textOf(resources.one("s3/bucketPolicy:BucketPolicy", "front-door-logs"), "policy"),
    );
    const allowed = Statement.filter(
      (statement: unknown) => isRecord(statement) && statement.Effect === "Allow",
    );
    expect(allowed).to.have.length(1);
    expect(allowed[0]).to.deep.include({
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: "s3:PutObject",
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/*" },
      },
    });
    const balancer = resources.one("lb/loadBalancer:LoadBalancer");
    expect(balancer.dependencies).to.include(
      resources.one("s3/bucketPolicy:BucketPolicy", "front-door-logs").urn,
    );
    const none = await door({ accessLogs: false });
    expect(none.ofType("s3/bucket:Bucket").filter(({ name }) => name === "front-door-logs")).to.deep.equal(
      [],
    );
  });

  it("is protected from deletion as long as data is kept", async () => {
    const isProtected = async (settings: object, more: Settings = {}) =>
      (await door(settings, more)).one("lb/loadBalancer:LoadBalancer").inputs.enableDeletionProtection;
    expect(await isProtected({})).to.equal(true);
    expect(await isProtected({}, { keepData: false })).to.equal(false);
    expect(await isProtected({ deletionProtection: true }, { keepData: false })).to.equal(true);
  });

  it("has a web ACL of its own with logs, or another's", async () => {
    const own = await door({ webAcl: {} });
    const { arn } = own.one("lb/loadBalancer:LoadBalancer").properties;
    expect(own.one("wafv2/webAclAssociation:WebAclAssociation").inputs.resourceArn).to.equal(arn);
    expect(own.ofType("wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")).to.have.length(1);
    const webAcl =
      "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/all/1234abcd-12ab-34cd-56ef-1234567890ab";
    const others = await door({ webAcl });
    expect(others.one("wafv2/webAclAssociation:WebAclAssociation").inputs.webAclArn).to.equal(webAcl);
    expect(others.ofType("wafv2/webAcl:WebAcl")).to.deep.equal([]);
  });

  it("opens its listeners after all that a request needs", async () => {
    const resources = await door();
    const { dependencies } = resources.one("lb/listener:Listener", "front-door-https");
    const needed = [
      resources.one("apigateway/stage:Stage"),
      resources.one("lambda/permission:Permission", "front-door-function"),
      ...resources.ofType(TARGET),
      ...groupRules(resources, "securityGroupEgressRule:SecurityGroupEgressRule", "front-door"),
      ...groupRules(resources, "securityGroupIngressRule:SecurityGroupIngressRule", "front-door"),
    ];
    expect(dependencies).to.include.members(needed.map(({ urn }) => urn));
  });
});
