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

describe("A method with AWS_IAM authorization", () => {
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
    it(`takes a request that is signed ${way} on trust, and says so`, async () => {
      const { statusCode, notes } = await call(iam, { ...request, from: "internet" });
      expect(statusCode).to.equal(200);
      expect(notes).to.deep.equal(["signature taken on trust, as that of a principal that may call it"]);
    });
  }

  for (const Authorization of ["Bearer abc", "AWS4-HMAC-SHA256 Credential=a", ""]) {
    it(`takes "${Authorization}" for no signature`, async () => {
      expect((await call(iam, { headers: { Authorization } })).statusCode).to.equal(403);
    });
  }

  it("lets in who signs where the API's policy allows somebody else, for the signer's own may allow it", async () => {
    const other = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:role/deployer" } };
    expect((await call(withPolicy(iam, other), { headers: signed, from: "internet" })).statusCode).to.equal(
      200,
    );
    const { body } = await call(withPolicy(iam, other), { from: "internet" });
    expect(body).to.equal('{"message":"Missing Authentication Token"}'); // and not a word of the policy
  });

  it("does not let in who signs where the API's policy denies it", async () => {
    const denying = withPolicy(iam, { Effect: "Allow" }, { Effect: "Deny" });
    const { statusCode, body } = await call(denying, { headers: signed, from: "internet" });
    expect(statusCode).to.equal(403);
    expect(body).to.contain("with an explicit deny");
  });

  it("does not let a signature open what the network closes", async () => {
    const off = changed(iam, "api", { disableExecuteApiEndpoint: true });
    const { body } = await call(off, { headers: signed, from: "internet" });
    expect(body).to.equal('{"message":"Forbidden"}');
  });

  it("says at the start that it does not verify signatures, and which header opens it here", async () => {
    await using(iam, async (api) => {
      expect(api.about("GET /messages")).to.deep.equal(["AWS_IAM authorization"]);
      expect(api.remarks.join()).to.match(/Signatures are not verified here/);
      const headers = api.headersFor("GET /messages");
      expect((await api.call({ method: "GET", path: "/messages", headers })).statusCode).to.equal(200);
    });
  });
});

describe("A method without authorization", () => {
  it("says nothing of a signature that nobody asked for", async () => {
    const { statusCode, notes } = await call(open, { headers: signed, from: "internet" });
    expect([statusCode, notes]).to.deep.equal([200, undefined]);
  });
});

describe("A method with an authorizer, which is not served here", () => {
  it("refuses everybody", async () => {
    const custom = changed(open, "m0", { authorization: "CUSTOM" });
    const { statusCode, body } = await call(custom, { headers: signed });
    expect([statusCode, body]).to.deep.equal([401, '{"message":"Unauthorized"}']);
  });
});
