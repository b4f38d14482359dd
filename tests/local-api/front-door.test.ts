import { expect } from "chai";
import { serveFrontDoor } from "../../local-api/front-door/http-server.js";
import { lambdaAnswer, loadBalancerEvent } from "../../local-api/front-door/lambda-target.js";
import { type RunningApi, startApi } from "../../local-api/running-api.js";
import { isRecord } from "../../preflight/resources/read.js";
import type { Synthesis } from "../../preflight/sources/mocks/synthesize.js";
import { send, sendRaw } from "./serving.js";
import { changed, having, shipped } from "./support.js";

const NAME = "api.example.com";

/** prod with a public load balancer: `/messages` leads to the API, `/direct` to the function, `/old` elsewhere. */
function withFrontDoor(prod: Synthesis): Synthesis {
  const idOf = (type: string, name: string) =>
    prod.resources.find((one) => one.name === name && one.type.endsWith(type))?.id ?? "";
  const subnets = ["vpc-public-a", "vpc-public-b"].map((name) => idOf("/subnet:Subnet", name));
  const privates = ["vpc-private-a", "vpc-private-b"].map((name) => idOf("/subnet:Subnet", name));
  const api = prod.resources.find(({ type }) => type.endsWith("/restApi:RestApi"))?.id ?? "";
  const fetcher = prod.resources.find(
    ({ name, type }) => name === "fetcher-function" && type.endsWith("/function:Function"),
  );
  const vpcId = idOf("/vpc:Vpc", "vpc-vpc");
  const open = [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] }];
  const rule = (priority: number, path: string, more: Record<string, unknown>) => ({
    listenerArn: "https-id",
    priority,
    conditions: [{ pathPattern: { values: [path, `${path}/*`] } }],
    ...more,
  });
  const toApi = (host: string, stage: string) => ({
    actions: [{ type: "forward", targetGroupArn: "apis-id" }],
    transforms: [
      { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: host } } },
      { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex: "^/", replace: `/${stage}/` } } },
    ],
  });
  const host = (id: string) => `${id}.execute-api.eu-west-1.amazonaws.com`;
  const environment = fetcher?.properties.environment;
  const variables = isRecord(environment) && isRecord(environment.variables) ? environment.variables : {};
  const told = changed(prod, "fetcher-function", {
    environment: { variables: { ...variables, LOAD_BALANCER_PATHS: "/direct" } },
  });
  const addressed = changed(told, "execute-api-endpoint", {
    subnetConfigurations: [
      { subnetId: privates[0], ipv4: "10.20.32.50" },
      { subnetId: privates[1], ipv4: "10.20.48.50" },
    ],
  });
  return having(
    addressed,
    ["ec2/securityGroup:SecurityGroup", "front-group", { vpcId, ingress: open, egress: open }],
    [
      "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "execute-api-from-front",
      {
        securityGroupId: idOf("/securityGroup:SecurityGroup", "execute-api-endpoint"),
        referencedSecurityGroupId: "front-group-id",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
    ],
    [
      "lb/loadBalancer:LoadBalancer",
      "front",
      {
        subnets,
        securityGroups: ["front-group-id"],
        internal: false,
        loadBalancerType: "application",
        dnsName: "front-1.elb.amazonaws.com",
      },
    ],
    [
      "route53/record:Record",
      "front-name",
      { name: NAME, type: "A", zoneId: "Z1", aliases: [{ name: "front-1.elb.amazonaws.com", zoneId: "Z2" }] },
    ],
    [
      "lb/targetGroup:TargetGroup",
      "apis",
      { targetType: "ip", protocol: "HTTPS", port: 443, vpcId, healthCheck: { matcher: "403" } },
    ],
    [
      "lb/targetGroupAttachment:TargetGroupAttachment",
      "target-a",
      { targetGroupArn: "apis-id", targetId: "10.20.32.50" },
    ],
    [
      "lb/targetGroup:TargetGroup",
      "functions",
      { targetType: "lambda", arn: "functions-arn", lambdaMultiValueHeadersEnabled: true },
    ],
    [
      "lb/targetGroupAttachment:TargetGroupAttachment",
      "target-f",
      { targetGroupArn: "functions-id", targetId: fetcher?.properties.arn },
    ],
    [
      "lambda/permission:Permission",
      "invoke-from-front",
      {
        action: "lambda:InvokeFunction",
        function: fetcher?.properties.name,
        principal: "elasticloadbalancing.amazonaws.com",
        sourceArn: "functions-arn",
      },
    ],
    ["lb/targetGroup:TargetGroup", "empty", { targetType: "ip", protocol: "HTTPS", port: 443, vpcId }],
    [
      "lb/listener:Listener",
      "https",
      {
        loadBalancerArn: "front-id",
        port: 443,
        protocol: "HTTPS",
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: {
              statusCode: "404",
              contentType: "application/json",
              messageBody: '{"message":"Not Found"}',
            },
          },
        ],
      },
    ],
    ["lb/listenerRule:ListenerRule", "messages", rule(1, "/messages", toApi(host(api), "v1"))],
    ["lb/listenerRule:ListenerRule", "pets", rule(2, "/pets", toApi(host("otherapi01"), "v1"))],
    ["lb/listenerRule:ListenerRule", "stage", rule(3, "/beta", toApi(host(api), "beta"))],
    [
      "lb/listenerRule:ListenerRule",
      "direct",
      rule(4, "/direct", { actions: [{ type: "forward", targetGroupArn: "functions-id" }] }),
    ],
    [
      "lb/listenerRule:ListenerRule",
      "nothing",
      rule(5, "/nothing", { actions: [{ type: "forward", targetGroupArn: "empty-id" }] }),
    ],
    [
      "lb/listenerRule:ListenerRule",
      "old",
      rule(6, "/old", {
        actions: [{ type: "redirect", redirect: { path: "/messages", statusCode: "HTTP_302" } }],
      }),
    ],
    [
      "lb/listenerRule:ListenerRule",
      "snow",
      rule(7, "/snow", {
        actions: [{ type: "redirect", redirect: { path: "/\u2603", statusCode: "HTTP_302" } }],
      }),
    ],
  );
}

describe("serveFrontDoor", () => {
  let api: RunningApi;
  let server: { readonly url: string; close(): Promise<void> };
  let origin: string;
  const reasons: string[] = [];
  before(async () => {
    api = await startApi(withFrontDoor(await shipped("prod")), { onLog: () => {} });
    if (api.frontDoor === undefined) throw new Error("no front door");
    server = await serveFrontDoor(api.frontDoor, {
      port: 0,
      from: "internet",
      onServed: ({ reason }) => reasons.push(reason ?? ""),
    });
    origin = new URL(server.url).origin.replace("localhost", "127.0.0.1");
  });
  after(async () => {
    await server.close();
    await api.stop();
  });

  it("serves the private API to the internet, through the rules, and nothing of it directly", async () => {
    expect((await send(origin, "/messages")).status, reasons.at(-1)).to.equal(200);
    expect(JSON.parse((await send(origin, "/messages")).body)).to.have.property("messages");
    expect(api.denial("GET /messages", "internet")?.statusCode).to.equal(403);
  });

  it("answers by itself what no rule takes, what is redirected, and what has no target", async () => {
    const missing = await send(origin, "/other");
    expect([missing.status, missing.body]).to.deep.equal([404, '{"message":"Not Found"}']);
    expect((await send(origin, "/old")).status).to.equal(302);
    expect((await send(origin, "/nothing")).status).to.equal(503);
  });

  it("gives API Gateway's own answers for another API, another stage, and no method", async () => {
    expect((await send(origin, "/pets")).status).to.equal(403);
    expect((await send(origin, "/beta")).status).to.equal(403);
    expect((await send(origin, "/messages/x")).status).to.equal(403);
  });

  it("invokes the function with the load balancer's event, and refuses more than 1 MB", async () => {
    const answer = await send(origin, "/direct");
    expect(answer.status, reasons.at(-1)).to.equal(200);
    const large = await send(origin, "/direct", { method: "POST", body: "x".repeat(1024 * 1024 + 1) });
    expect(large.status).to.equal(413);
  });

  it("refuses names that are not its own, and takes its own names", async () => {
    expect((await send(origin, "/messages", { headers: { host: "evil.example.com" } })).status).to.equal(403);
    expect((await send(origin, "/messages", { headers: { host: NAME } })).status).to.equal(200);
  });

  it("answers 501 to a path of which AWS does not say what it makes, and names what may happen", async () => {
    const answer = await sendRaw(
      origin,
      `GET /x/../messages HTTP/1.1\r\nHost: ${NAME}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).to.match(/^HTTP\/1.1 501/);
    expect(reasons.at(-1)).to.include("taken by messages");
  });

  it("answers 500 to a header that HTTP does not take, tells the terminal, and serves on", async () => {
    expect((await send(origin, "/snow")).status).to.equal(500);
    expect(reasons.at(-1)).to.match(/^an error of the local server itself: .*Invalid character in header/);
    expect((await send(origin, "/old")).status).to.equal(302);
  });

  it("refuses callers that the load balancer's groups do not let in", async () => {
    const closed = changed(withFrontDoor(await shipped("prod")), "front-group", { ingress: [] });
    const other = await startApi(closed, { onLog: () => {} });
    try {
      expect(other.frontDoor?.refusal("internet")).to.match(/^refused from internet/);
    } finally {
      await other.stop();
    }
  });
});

describe("loadBalancerEvent", () => {
  const args = {
    method: "GET",
    path: "/a%20b?x=1&x=%32&y",
    headers: [
      ["Host", "api.example.com"],
      ["X-A", "1"],
      ["x-a", "2"],
    ],
    body: new Uint8Array(),
    targetGroupArn: "arn",
    isMultiValue: true,
  } as const;

  it("has lists of values with multi-value headers, and the last value without", () => {
    expect(loadBalancerEvent(args)).to.deep.equal({
      requestContext: { elb: { targetGroupArn: "arn" } },
      httpMethod: "GET",
      path: "/a%20b",
      multiValueQueryStringParameters: { x: ["1", "%32"], y: [""] },
      multiValueHeaders: { host: ["api.example.com"], "x-a": ["1", "2"] },
      body: "",
      isBase64Encoded: false,
    });
    const single = loadBalancerEvent({ ...args, isMultiValue: false });
    expect(single.headers).to.deep.equal({ host: "api.example.com", "x-a": "2" });
    expect(single.queryStringParameters).to.deep.equal({ x: "%32", y: "" });
  });

  it("passes text as it is, and everything else as base64", () => {
    const body = Buffer.from("{}");
    const of = (type: string) => loadBalancerEvent({ ...args, body, headers: [["content-type", type]] });
    expect(of("application/json; charset=utf-8")).to.include({ body: "{}", isBase64Encoded: false });
    expect(of("image/png")).to.include({ body: "e30=", isBase64Encoded: true });
  });
});

describe("lambdaAnswer", () => {
  it("gives status, its description and headers back", () => {
    const answer = lambdaAnswer(
      {
        result: {
          statusCode: 201,
          statusDescription: "201 Made",
          multiValueHeaders: { "X-A": ["1", "2"] },
          body: "aGk=",
          isBase64Encoded: true,
        },
      },
      true,
    );
    expect(answer.statusMessage).to.equal("Made");
    expect(answer.multiValueHeaders).to.deep.equal({
      "X-A": ["1", "2"],
      "Content-Type": ["application/octet-stream"],
    });
    expect([answer.statusCode, answer.isBase64Encoded]).to.deep.equal([201, true]);
  });

  it("is 502 for anything that is not such an answer", () => {
    const statusOf = (result: unknown) => lambdaAnswer({ result }, false).statusCode;
    expect(statusOf("text")).to.equal(502);
    expect(statusOf({ statusCode: 99 })).to.equal(502);
    expect(statusOf({ statusCode: 200, body: 1 })).to.equal(502);
    expect(statusOf({ statusCode: 200, headers: { "a b": "c" } })).to.equal(502);
    expect(statusOf({ statusCode: 200, headers: { a: "b\r\nc: d" } })).to.equal(502);
    expect(statusOf({ statusCode: 200, body: "x".repeat(1024 * 1024) })).to.equal(502);
    expect(
      lambdaAnswer({ error: { errorType: "Error", errorMessage: "secret" } }, false).reason,
    ).not.to.include("secret");
  });
});
