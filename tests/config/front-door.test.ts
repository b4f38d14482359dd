import { expect } from "chai";
import { parseConfig } from "../../config/index.js";
import { type Example, inMode, type Raw } from "./example.js";

const CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab";
const DOOR = {
  domainName: "api.example.com",
  certificateArn: CERTIFICATE,
  allowFrom: ["10.30.0.0/16"],
  routes: [{ path: "/messages" }],
};
const door = (settings: object, more: Raw = {}): Raw => ({
  networking: "vpc",
  ...more,
  frontDoor: { ...DOOR, ...settings },
});
const routes = (...list: readonly object[]): Raw => door({ routes: list });
const OTHER = { id: "a1b2c3d4e5", stage: "prod" };
const NAT = { vpc: { nat: "single" } };
const OWN_IMAGE = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/nginx@sha256:${"0".repeat(64)}`;
const PULL = { "ecr.api": {}, "ecr.dkr": {}, logs: {} };
const IMAGE = `public.ecr.aws/nginx/nginx@sha256:${"0".repeat(64)}`;

const issuesOf = (raw: Raw) =>
  (parseConfig(inMode(raw)).issues ?? []).map(({ key, value, fix }) => ({ key, value, fix }));

const EXAMPLES: readonly Example[] = [
  {
    title: "a front door without a VPC",
    raw: door({}, { networking: "public" }),
    key: "frontDoor",
    value: DOOR,
    fix: "Set networking: vpc, or frontDoor: false.",
    fixed: door({}),
  },
  {
    title: "one zone",
    raw: door({}, { vpc: { availabilityZones: 1 } }),
    key: "vpc.availabilityZones",
    value: 1,
    fix: "A load balancer needs subnets in two zones.",
    fixed: door({}, { vpc: { availabilityZones: 3 } }),
  },
  {
    title: "no certificate and no zone to validate one in",
    raw: door({ certificateArn: undefined }),
    key: "frontDoor.certificateArn",
    value: undefined,
    fix: "or frontDoor.hostedZoneId",
    fixed: door({ certificateArn: undefined, hostedZoneId: "Z0123456789" }),
  },
  {
    title: "a name that the API has too",
    raw: door({}, { api: { domains: { "api.example.com": { certificateArn: CERTIFICATE } } } }),
    key: "frontDoor.domainName",
    value: "api.example.com",
    fix: "a name has one owner",
    fixed: door({}, { api: { domains: { "other.example.com": { certificateArn: CERTIFICATE } } } }),
  },
  {
    title: "nobody who may call",
    raw: door({ allowFrom: [] }),
    key: "frontDoor.allowFrom",
    value: [],
    fix: "Without callers nobody gets in.",
    fixed: door({ allowFrom: ["privateSubnets"] }),
  },
  {
    title: "callers by IPv6 on a load balancer without IPv6",
    raw: door({ allowFrom: ["2001:db8::/32"] }),
    key: "frontDoor.allowFrom",
    value: "2001:db8::/32",
    fix: "vpc.ipv6: true",
    fixed: door({ allowFrom: ["2001:db8::/32"] }, { vpc: { ipv6: true } }),
  },
  {
    title: "an internet-facing front door for private addresses",
    raw: door({ scheme: "internet-facing" }),
    key: "frontDoor.allowFrom",
    value: "10.30.0.0/16",
    fix: "frontDoor.scheme: internal",
    fixed: door({ scheme: "internet-facing", allowFrom: ["0.0.0.0/0"] }),
  },
  {
    title: "an internet-facing front door for the VPC's own subnets",
    raw: door({ scheme: "internet-facing", allowFrom: ["privateSubnets"] }),
    key: "frontDoor.allowFrom",
    value: "privateSubnets",
    fix: "their NAT gateways",
    fixed: door({ allowFrom: ["privateSubnets"] }),
  },
  {
    title: "a wildcard in a path",
    raw: routes({ path: "/pets/*" }),
    key: "frontDoor.routes[0].path",
    value: "/pets/*",
    fix: "without * ? %",
    fixed: routes({ path: "/pets" }),
  },
  {
    title: "a slash at the end of a path",
    raw: routes({ path: "/pets/" }),
    key: "frontDoor.routes[0].path",
    value: "/pets/",
    fix: "a / at the end",
    fixed: routes({ path: "/pets" }),
  },
  {
    title: "a path that leads up",
    raw: routes({ path: "/pets/../messages" }),
    key: "frontDoor.routes[0].path",
    value: "/pets/../messages",
    fix: "Write a path prefix",
    fixed: routes({ path: "/pets/..messages" }),
  },
  {
    title: "a path longer than a rule takes",
    raw: routes({ path: `/${"p".repeat(126)}` }),
    key: "frontDoor.routes[0].path",
    value: `/${"p".repeat(126)}`,
    fix: "at most 126 characters",
    fixed: routes({ path: `/${"p".repeat(125)}` }),
  },
  {
    title: "a route that says nothing about the request",
    raw: routes({ path: "/messages" }, { api: OTHER }),
    key: "frontDoor.routes[1]",
    value: { api: OTHER, stripPrefix: false },
    fix: "Write a path, such as /messages, or a header.",
    fixed: routes({ path: "/messages" }, { header: { name: "x-api", value: "pets" }, api: OTHER }),
  },
  {
    title: "two routes for the same requests, but for letter case of the header",
    raw: routes(
      { header: { name: "x-api", value: "pets" } },
      { path: "/", header: { name: "X-API", value: "Pets" }, api: OTHER },
    ),
    key: "frontDoor.routes[1]",
    value: { path: "/", header: { name: "X-API", value: "Pets" }, api: OTHER, stripPrefix: false },
    fix: "frontDoor.routes[0] takes the same requests.",
    fixed: routes(
      { header: { name: "x-api", value: "pets" } },
      { path: "/", header: { name: "X-API", value: "dogs" }, api: OTHER },
    ),
  },
  {
    title: "a header that chooses the API at API Gateway",
    raw: routes({ header: { name: "X-Apigw-Api-Id", value: "a1b2c3d4e5" } }),
    key: "frontDoor.routes[0].header.name",
    value: "X-Apigw-Api-Id",
    fix: "Write one of your own",
    fixed: routes({ header: { name: "x-api", value: "a1b2c3d4e5" } }),
  },
  {
    title: "a wildcard in a header's value",
    raw: routes({ header: { name: "x-api", value: "pets*" } }),
    key: "frontDoor.routes[0].header.value",
    value: "pets*",
    fix: "without * and ?",
    fixed: routes({ header: { name: "x-api", value: "pets" } }),
  },
  {
    title: "a route to a function and to an API",
    raw: routes({ path: "/direct", function: true, api: OTHER }),
    key: "frontDoor.routes[0].api",
    value: OTHER,
    fix: "Leave one of them out.",
    fixed: routes({ path: "/direct", function: true }),
  },
  {
    title: "a route to a function without a path",
    raw: routes({ header: { name: "x-api", value: "direct" }, function: true }),
    key: "frontDoor.routes[0].path",
    value: undefined,
    fix: "Write it, such as /direct.",
    fixed: routes({ path: "/direct", header: { name: "x-api", value: "direct" }, function: true }),
  },
  {
    title: "a prefix to take off where there is none",
    raw: routes({ path: "/", stripPrefix: true }),
    key: "frontDoor.routes[0].stripPrefix",
    value: true,
    fix: "There is no prefix to take off.",
    fixed: routes({ path: "/v1", stripPrefix: true }),
  },
  {
    title: "routes to APIs without the execute-api endpoint",
    raw: door({}, { api: { endpointType: "REGIONAL" } }),
    key: "api.endpointType",
    value: "REGIONAL",
    fix: "only routes with function: true",
    fixed: door({ routes: [{ path: "/direct", function: true }] }, { api: { endpointType: "REGIONAL" } }),
  },
  {
    title: "the stack's API without its execute-api name",
    raw: door(
      {},
      { api: { hardening: true, domains: { "other.example.com": { certificateArn: CERTIFICATE } } } },
    ),
    key: "frontDoor.routes[0]",
    value: { path: "/messages", stripPrefix: false },
    fix: "Turn one of them off",
    fixed: door({}, { api: { hardening: true } }),
  },
  {
    title: "containers without an image",
    raw: door({ kind: "proxy" }, NAT),
    key: "frontDoor.proxy.image",
    value: undefined,
    fix: "with its digest",
    fixed: door({ kind: "proxy", proxy: { image: IMAGE } }, NAT),
  },
  {
    title: "an image without a digest",
    raw: door({ kind: "proxy", proxy: { image: "nginx:latest" } }, NAT),
    key: "frontDoor.proxy.image",
    value: "nginx:latest",
    fix: "with its digest",
    fixed: door({ kind: "proxy", proxy: { image: IMAGE } }, NAT),
  },
  {
    title: "fewer tasks at most than at least",
    raw: door({ kind: "proxy", proxy: { image: IMAGE, tasks: { min: 4, max: 3 } } }, NAT),
    key: "frontDoor.proxy.tasks.max",
    value: 3,
    fix: "Write 4 or more.",
    fixed: door({ kind: "proxy", proxy: { image: IMAGE, tasks: { min: 4, max: 4 } } }, NAT),
  },
  {
    title: "a size that Fargate does not have",
    raw: door({ kind: "proxy", proxy: { image: IMAGE, cpu: 256, memory: 4096 } }, NAT),
    key: "frontDoor.proxy.memory",
    value: 4096,
    fix: "512 to 2048 MB",
    fixed: door({ kind: "proxy", proxy: { image: IMAGE, cpu: 512, memory: 4096 } }, NAT),
  },
  {
    title: "a public image without NAT",
    raw: door(
      { kind: "proxy", proxy: { image: IMAGE } },
      { vpc: { nat: "none" }, endpoints: { s3: true, others: PULL } },
    ),
    key: "frontDoor.proxy.image",
    value: IMAGE,
    fix: "Copy the image to a repository of Amazon ECR",
    fixed: door(
      { kind: "proxy", proxy: { image: OWN_IMAGE } },
      { vpc: { nat: "none" }, endpoints: { s3: true, others: PULL } },
    ),
  },
  {
    title: "containers without NAT and without the endpoints that they need",
    raw: door(
      { kind: "proxy", proxy: { image: OWN_IMAGE } },
      { vpc: { nat: "none" }, endpoints: { others: { "ecr.api": {} } } },
    ),
    key: "endpoints",
    value: { others: { "ecr.api": {} } },
    fix: "others.ecr.dkr: {}, others.logs: {}, s3: true",
    fixed: door(
      { kind: "proxy", proxy: { image: OWN_IMAGE } },
      { vpc: { nat: "none" }, endpoints: { s3: true, others: PULL } },
    ),
  },
  {
    title: "a header that NGINX leaves out",
    raw: door(
      {
        kind: "proxy",
        proxy: { image: IMAGE },
        routes: [{ path: "/messages", header: { name: "x_api", value: "a" } }],
      },
      NAT,
    ),
    key: "frontDoor.routes[0].header.name",
    value: "x_api",
    fix: "Write a hyphen.",
    fixed: door(
      {
        kind: "proxy",
        proxy: { image: IMAGE },
        routes: [{ path: "/messages", header: { name: "x-api", value: "a" } }],
      },
      NAT,
    ),
  },
];

describe("parseConfig: frontDoor", () => {
  it("is off by default, and outside a VPC without any other requirement", () => {
    expect(parseConfig({ networking: "vpc" }).config).to.have.property("frontDoor", false);
    expect(issuesOf({ networking: "public", frontDoor: false })).to.deep.equal([]);
  });

  it("fills in its defaults if it is set", () => {
    const { config } = parseConfig(door({}));
    expect(config)
      .to.have.property("frontDoor")
      .that.deep.includes({
        kind: "rewrite",
        scheme: "internal",
        accessLogs: { retentionInDays: 90 },
        webAcl: false,
        routes: [{ path: "/messages", stripPrefix: false }],
      });
  });

  for (const { title, raw, key, value, fix, fixed } of EXAMPLES) {
    it(`rejects ${title} with one issue, whose fix makes the configuration valid`, () => {
      const [found, ...others] = issuesOf(raw);
      expect(others).to.deep.equal([]);
      expect(found?.key).to.equal(key);
      const text = JSON.stringify(value) ?? "nothing";
      expect(found?.value).to.equal(text.length > 80 ? `${text.slice(0, 77)}...` : text);
      expect(found?.fix).to.contain(fix);
      expect(issuesOf(fixed)).to.deep.equal([]);
    });
  }
});
