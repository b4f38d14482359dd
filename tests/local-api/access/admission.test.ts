import { expect } from "chai";
import { type ApiResponse, POSITIONS, type Position } from "../../../local-api/request/messages.js";

import { UNKNOWN } from "../../../preflight/graph/index.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { apiOf, changed, having, inOwnWords, shipped, using, without } from "../support.js";

const GET = { method: "GET", path: "/messages" };
const ARN = /arn:aws:execute-api:eu-west-1:\*{8}3333:[0-9a-f]{10}\/v1\/GET\/messages/;

const call = (synthesis: Synthesis, from: Position): Promise<ApiResponse> =>
  using(synthesis, (api) => api.call({ ...GET, from }));

function expectForbidden(response: ApiResponse, reason: string | RegExp): void {
  expect([response.statusCode, response.body]).to.deep.equal([403, '{"message":"Forbidden"}']);
  expect(response.headers["x-amzn-ErrorType"]).to.equal("ForbiddenException");
  expect(response.reason).to.match(new RegExp(reason));
}

describe("Admission", () => {
  let dev: Synthesis;
  let prod: Synthesis;
  before(async () => {
    dev = inOwnWords(await shipped("dev"));
    prod = inOwnWords(await shipped("prod"));
  });

  describe("of the public stack dev", () => {
    it("admits a caller on the internet to a public API", async () => {
      const { statusCode, body, reason } = await call(dev, "internet");
      expect([statusCode, body, reason]).to.deep.equal([
        200,
        '{"messages":{"greeting":"hello from dev"}}',
        undefined,
      ]);
    });

    for (const position of ["vpc", "endpoint"] as const) {
      it(`refuses a caller from ${position} if the stack has no VPC`, async () => {
        expectForbidden(await call(dev, position), `^refused from ${position}: the stack has no VPC`);
      });
    }

    it("has the internet as the usual position of a public API", async () => {
      expect(await using(dev, async ({ usualPosition }) => usualPosition)).to.equal("internet");
    });
  });

  describe("of the private stack prod", () => {
    for (const position of ["vpc", "endpoint"] as const) {
      it(`admits a caller in the VPC${position === "vpc" ? "" : " that uses the endpoint's name"}`, async () => {
        const { statusCode, body } = await call(prod, position);
        expect([statusCode, body]).to.deep.equal([200, '{"messages":{"greeting":"hello from prod"}}']);
      });
    }

    it("refuses a caller on the internet to a private API", async () => {
      expectForbidden(
        await call(prod, "internet"),
        /blocked at api: .*\(API_PRIVATE_REQUIRES_VPCE\)\. Fix: /,
      );
    });

    it("has the VPC as the usual position of a private API", async () => {
      expect(await using(prod, async ({ usualPosition }) => usualPosition)).to.equal("vpc");
    });
  });

  it("does not reveal whether a method exists to a caller that it refuses", async () => {
    const put = { method: "PUT", path: "/elsewhere" };
    const bodies = await using(prod, async (api) => [
      (await api.call({ ...put, from: "vpc" })).body,
      (await api.call({ ...put, from: "internet" })).body,
    ]);
    expect(bodies).to.deep.equal(['{"message":"Missing Authentication Token"}', '{"message":"Forbidden"}']);
  });

  describe("of a broken stack", () => {
    it("refuses every caller if a private API has no resource policy", async () => {
      const broken = without(prod, ({ type }) => type === "aws:apigateway/restApiPolicy:RestApiPolicy");
      const response = await call(broken, "vpc");
      expect(response.statusCode).to.equal(403);
      expect(response.body).to.match(
        new RegExp(
          `^{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${ARN.source}"}$`,
        ),
      );
      expect(response.headers["x-amzn-ErrorType"]).to.equal("AccessDeniedException");
      expect(response.reason).to.include("API_POLICY_MISSING");
    });

    it("answers with an explicit deny if the policy denies the call", async () => {
      const [policy] = prod.resources.filter(
        ({ type }) => type === "aws:apigateway/restApiPolicy:RestApiPolicy",
      );
      const other = String(policy?.properties.policy).replace(/vpce-[0-9a-f]+/, "vpce-00000000000000000");
      const { body, reason } = await call(changed(prod, policy?.name ?? "", { policy: other }), "vpc");
      expect(body).to.match(new RegExp(`${ARN.source} with an explicit deny"}$`));
      expect(reason).to.include("API_POLICY_DENIES");
    });

    it("answers without an explicit deny if the policy allows only another endpoint", async () => {
      const policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceVpce": "vpce-00000000000000000" } },
          },
        ],
      });
      const { body } = await call(changed(prod, "api-policy", { policy }), "vpc");
      expect(body).to.match(new RegExp(`${ARN.source}"}$`));
    });

    it("refuses a caller if the endpoint's security group has no rule for it", async () => {
      const broken = without(
        prod,
        ({ type, name }) => type.endsWith(":SecurityGroupIngressRule") && name.startsWith("execute-api"),
      );
      for (const from of ["vpc", "endpoint"] as const) {
        expectForbidden(
          await call(broken, from),
          /blocked at execute-api-endpoint: .*Fix: .* In AWS this caller would get no answer at all\.$/,
        );
      }
    });

    it("answers 500 if API Gateway may not invoke the function", async () => {
      const broken = without(prod, ({ type }) => type === "aws:lambda/permission:Permission");
      const { statusCode, body, reason } = await call(broken, "vpc");
      expect([statusCode, body]).to.deep.equal([500, '{"message": "Internal server error"}']);
      expect(reason).to.include("LAMBDA_PERMISSION_MISSING");
    });

    it("refuses a caller if the proof is incomplete because a value is not known", async () => {
      const { statusCode, reason } = await call(changed(prod, "api-policy", { policy: UNKNOWN }), "vpc");
      expect(statusCode).to.equal(403);
      expect(reason).to.match(/^refused from vpc: not proved\. .* Not known: api/);
    });
  });

  describe("with private DNS off", () => {
    let off: Synthesis;
    before(() => {
      off = changed(prod, "execute-api-endpoint", { privateDnsEnabled: false });
    });

    it("admits a caller that uses the endpoint's name if private DNS is off", async () => {
      expect((await call(off, "endpoint")).statusCode).to.equal(200);
      expect(await using(off, async ({ usualPosition }) => usualPosition)).to.equal("endpoint");
    });

    it("refuses a caller that uses the API's name if private DNS is off", async () => {
      expectForbidden(await call(off, "vpc"), /private DNS of execute-api-endpoint is off.*Fix: /);
    });
  });

  it("admits a call in the VPC to a public API by a custom domain name, which private DNS does not cover", async () => {
    const all = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [all] });
    const regional = changed(prod, "api", {
      endpointConfiguration: { types: "REGIONAL" },
      disableExecuteApiEndpoint: false,
    });
    const domainName = "api.example.com";
    const restApi = regional.resources.find(({ name, isComponent }) => name === "api" && !isComponent)?.id;
    const named = having(
      changed(regional, "api-policy", { policy }),
      [
        "apigateway/domainName:DomainName",
        "domain",
        { domainName, endpointConfiguration: { types: "REGIONAL" } },
      ],
      ["apigateway/basePathMapping:BasePathMapping", "mapping", { domainName, restApi, stageName: "v1" }],
    );
    await using(named, async (api) => {
      expectForbidden(await api.call({ ...GET, from: "vpc" }), "API_PRIVATE_DNS_SHADOWS_PUBLIC_API");
      expect((await api.call({ ...GET, from: "vpc", by: "domain" })).statusCode).to.equal(200);
    });
  });

  it("refuses an unsigned request to a method with authorization", async () => {
    const signed = changed(apiOf([GET]), "m0", { authorization: "AWS_IAM" });
    const { statusCode, body } = await call(signed, "internet");
    expect([statusCode, body]).to.deep.equal([403, '{"message":"Missing Authentication Token"}']);
  });

  it("admits a request without a position, as npm start sends it", async () => {
    expect((await using(prod, (api) => api.call(GET))).statusCode).to.equal(200);
  });

  it("checks the matched method only, not another method that fits the path", async () => {
    const two = apiOf([
      { method: "ANY", path: "/{proxy+}" },
      { method: "GET", path: "/messages" },
    ]);
    const closed = changed(two, "m1", { authorization: "AWS_IAM" });
    const statuses = await using(closed, async (api) => [
      (await api.call({ ...GET, from: "internet" })).statusCode,
      (await api.call({ method: "GET", path: "/other", from: "internet" })).statusCode,
    ]);
    expect(statuses).to.deep.equal([403, 200]);
  });

  it("gives the function the endpoint and the address of its caller", async () => {
    const identities = await using(withEcho(prod), async (api) => {
      const { body } = await api.call({ ...GET, from: "vpc" });
      return JSON.parse(body).requestContext.identity;
    });
    expect(identities.vpceId).to.match(/^vpce-/);
    expect(identities.vpcId).to.match(/^vpc-/);
    expect(identities.sourceIp).to.match(/^10\.20\./);
  });

  it("tells the denial for each position before a request", async () => {
    const refusals = await using(prod, async (api) =>
      POSITIONS.map((position) => api.denial("GET /messages", position)?.statusCode),
    );
    expect(refusals).to.deep.equal([403, undefined, undefined]);
  });
});

/** A stack whose function answers with its event. */
function withEcho(synthesis: Synthesis): Synthesis {
  const code = "return { statusCode: 200, body: JSON.stringify(event) }";
  const [echo] = apiOf([{ ...GET, code }]).resources.filter(({ name }) => name === "f0");
  return changed(synthesis, "fetcher-function", { code: echo?.properties.code });
}
