import { expect } from "chai";
import type { Position } from "../../../local-api/request/messages.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { apiOf, changed, having, using } from "../support.js";

const open = apiOf([{ method: "GET", path: "/messages" }]);
const iam = changed(open, "m0", { authorization: "AWS_IAM" });
const SIGNATURE =
  "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1/execute-api/aws4_request, SignedHeaders=host, Signature=0f";

function withPolicy(
  synthesis: Synthesis,
  ...statements: readonly Readonly<Record<string, unknown>>[]
): Synthesis {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((one) => ({
      Action: "execute-api:Invoke",
      Resource: "*",
      Principal: "*",
      ...one,
    })),
  });
  return having(synthesis, [
    "apigateway/restApiPolicy:RestApiPolicy",
    "policy",
    { restApiId: "api-id", policy },
  ]);
}

interface Called {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly from?: Position;
}
const call = (synthesis: Synthesis, request: Called) =>
  using(synthesis, (api) => api.call({ method: "GET", path: "/messages", ...request }));
const signed = { Authorization: SIGNATURE };

describe("authorizationDenial, for AWS_IAM", () => {
  for (const from of ["internet", undefined] as const) {
    it(`refuses an unsigned request ${from === undefined ? "in memory" : "from the internet"}`, async () => {
      const { statusCode, body, headers } = await call(iam, { ...(from && { from }) });
      expect([statusCode, body]).to.deep.equal([403, '{"message":"Missing Authentication Token"}']);
      expect(headers["x-amzn-ErrorType"]).to.equal("MissingAuthenticationTokenException");
    });
  }

  const ways: [way: string, request: Called][] = [
    ["in its header", { headers: { authorization: SIGNATURE } }],
    ["in its query", { query: "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0f" }],
  ];
  for (const [way, request] of ways) {
    it(`admits a request that is signed ${way}, with a note that it is not verified`, async () => {
      const { statusCode, notes } = await call(iam, { ...request, from: "internet" });
      expect(statusCode).to.equal(200);
      expect(notes).to.deep.equal(["signature taken on trust, as that of a principal that may call it"]);
    });
  }

  for (const Authorization of ["Bearer abc", "AWS4-HMAC-SHA256 Credential=a", ""]) {
    it(`does not accept "${Authorization}" as a signature`, async () => {
      expect((await call(iam, { headers: { Authorization } })).statusCode).to.equal(403);
    });
  }

  it("admits a signed request if the API's policy allows another role, because the signer's policy may allow it", async () => {
    const other = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:role/deployer" } };
    expect((await call(withPolicy(iam, other), { headers: signed, from: "internet" })).statusCode).to.equal(
      200,
    );
    const { body } = await call(withPolicy(iam, other), { from: "internet" });
    expect(body).to.equal('{"message":"Missing Authentication Token"}'); // without a word about the policy
  });

  it("refuses a signed request if the API's policy denies it", async () => {
    const denying = withPolicy(iam, { Effect: "Allow" }, { Effect: "Deny" });
    const { statusCode, body } = await call(denying, { headers: signed, from: "internet" });
    expect(statusCode).to.equal(403);
    expect(body).to.contain("with an explicit deny");
  });

  it("refuses a signed request if the network blocks it", async () => {
    const off = changed(iam, "api", { disableExecuteApiEndpoint: true });
    const { body } = await call(off, { headers: signed, from: "internet" });
    expect(body).to.equal('{"message":"Forbidden"}');
  });

  it("remarks that signatures are not verified, and gives a header that is accepted", async () => {
    await using(iam, async (api) => {
      expect(api.about("GET /messages")).to.deep.equal(["AWS_IAM authorization"]);
      expect(api.remarks.join()).to.match(/Signatures are not verified here/);
      const headers = api.headersFor("GET /messages");
      expect((await api.call({ method: "GET", path: "/messages", headers })).statusCode).to.equal(200);
    });
  });
});

describe("authorizationDenial, for NONE", () => {
  it("adds no note for a signature if the method needs none", async () => {
    const { statusCode, notes } = await call(open, { headers: signed, from: "internet" });
    expect([statusCode, notes]).to.deep.equal([200, undefined]);
  });
});
