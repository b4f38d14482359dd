import { expect } from "chai";
import type { ApiRequest } from "../../../local-api/request/messages.js";
import type { RunningApi } from "../../../local-api/running-api.js";
import type { Synthesis } from "../../../preflight/sources/mocks/synthesize.js";
import { synthesisOf } from "../../support/stacks.js";
import { apiOf, changed, having, inOwnWords, TestClock, using } from "../support.js";

/** Counts its calls, and does what the credentials say. */
const AUTHORIZER = `
globalThis.calls = (globalThis.calls ?? 0) + 1;
const said = event.authorizationToken ?? event.headers?.Authorization ?? "allow";
if (said === "unauthorized") throw new Error("Unauthorized");
if (said === "broken") throw new Error("no connection");
if (said === "malformed") return { isAuthorized: true };
if (said === "map") return { principalId: "x", policyDocument: {}, context: { map: {} } };
const one = (Effect, Resource = event.methodArn) => ({ Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] });
const policyDocument = said === "deny" ? one("Deny") : said === "nothing" ? one("Allow", event.methodArn + "/other") : one("Allow");
return { principalId: said, policyDocument, context: { calls: globalThis.calls, admin: true, type: event.type, path: event.path ?? "none", body: "body" in event } };
`;
const ECHO = "return { statusCode: 200, body: JSON.stringify(event.requestContext.authorizer ?? null) }";

const bare = apiOf([
  { method: "GET", path: "/one", code: ECHO },
  { method: "GET", path: "/two", code: ECHO },
  { method: "POST", path: "/authorizer", code: AUTHORIZER },
]);
const URI =
  "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:f2/invocations";

/** Both methods with one authorizer. */
function guarded(settings: object = {}, base: Synthesis = bare): Synthesis {
  const authorizer = {
    restApi: "api-id",
    name: "auth",
    type: "TOKEN",
    authorizerUri: URI,
    authorizerResultTtlInSeconds: 0,
    identitySource: "method.request.header.Authorization",
    ...settings,
  };
  const use = { authorization: "CUSTOM", authorizerId: "auth-id" };
  const all = having(base, ["apigateway/authorizer:Authorizer", "auth", authorizer]);
  return changed(changed(all, "m0", use), "m1", use);
}

const ask = (api: RunningApi, path: string, said?: string, more: Partial<ApiRequest> = {}) =>
  api.call({ method: "GET", path, ...(said !== undefined && { headers: { Authorization: said } }), ...more });
const once = (synthesis: Synthesis, said?: string, more: Partial<ApiRequest> = {}) =>
  using(synthesis, (api) => ask(api, "/one", said, more));
const parsed = (body: string): unknown => JSON.parse(body);

describe("Authorizers, with a function", () => {
  const refusals: readonly [said: string | undefined, status: number, type: string, body: string][] = [
    [undefined, 401, "UnauthorizedException", '{"message":"Unauthorized"}'],
    ["", 401, "UnauthorizedException", '{"message":"Unauthorized"}'],
    ["unauthorized", 401, "UnauthorizedException", '{"message":"Unauthorized"}'],
    [
      "deny",
      403,
      "AccessDeniedException",
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    ],
    ["nothing", 403, "AccessDeniedException", '{"Message":"User is not authorized to access this resource"}'],
    ["broken", 500, "AuthorizerConfigurationException", '{"message":null}'],
    ["malformed", 500, "AuthorizerConfigurationException", '{"message":null}'],
    ["map", 500, "AuthorizerConfigurationException", '{"message":null}'],
  ];
  for (const [said, status, type, body] of refusals) {
    it(`answers ${status} ${type} if the credentials are ${JSON.stringify(said)}`, async () => {
      const response = await once(guarded(), said);
      expect([response.statusCode, response.headers["x-amzn-ErrorType"], response.body]).to.deep.equal([
        status,
        type,
        body,
      ]);
    });
  }

  it("hands the context to the method's function, as texts", async () => {
    const { statusCode, body } = await once(guarded(), "alice");
    expect(statusCode).to.equal(200);
    expect(parsed(body)).to.deep.equal({
      principalId: "alice",
      calls: "1",
      admin: "true",
      type: "TOKEN",
      path: "none",
      body: "false",
    });
  });

  it("shows a REQUEST authorizer the request without its body", async () => {
    const { body } = await once(guarded({ type: "REQUEST" }), "alice", { body: "secret" });
    expect(parsed(body)).to.include({ type: "REQUEST", path: "/one", body: "false" });
  });

  it("asks a REQUEST authorizer without identity sources about everybody", async () => {
    expect((await once(guarded({ type: "REQUEST", identitySource: "" }))).statusCode).to.equal(200);
  });

  it("leaves a call that the policy does not mention to the API's own policy", async () => {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
    });
    const open = having(guarded(), [
      "apigateway/restApiPolicy:RestApiPolicy",
      "policy",
      { restApiId: "api-id", policy },
    ]);
    expect((await once(open, "nothing")).statusCode).to.equal(200);
    expect((await once(open, "deny")).statusCode).to.equal(403);
  });

  it("keeps an answer for the same credentials, as long as it may, for every method", async () => {
    const clock = new TestClock();
    const kept = guarded({ authorizerResultTtlInSeconds: 60 });
    await using(
      kept,
      async (api) => {
        const calls = async (said: string) => parsed((await ask(api, "/one", said)).body);
        expect(await calls("alice")).to.include({ calls: "1" });
        expect(await calls("alice")).to.include({ calls: "1" });
        expect(await calls("bob")).to.include({ calls: "2" });
        // The kept policy is for the first method only.
        expect((await ask(api, "/two", "alice")).statusCode).to.equal(403);
        clock.pass(61);
        expect((await ask(api, "/two", "alice")).statusCode).to.equal(200);
      },
      clock.now,
    );
  });

  it("keeps a refusal by a policy too, and an error never", async () => {
    await using(guarded({ authorizerResultTtlInSeconds: 60 }), async (api) => {
      for (const said of ["deny", "deny", "broken", "broken", "unauthorized"]) await ask(api, "/one", said);
      expect(parsed((await ask(api, "/one", "alice")).body)).to.include({ calls: "5" });
    });
  });

  it("answers 500 for a method that names no authorizer", async () => {
    const { statusCode } = await once(changed(guarded(), "m0", { authorizerId: undefined }), "alice");
    expect(statusCode).to.equal(500);
  });
});

const METHODS = (authorization: string) => ({ "GET /messages": { authorization } });
const JWT = {
  api: {
    authorizers: {
      partners: { jwt: { issuer: "https://id.example.com", audience: ["messages"] }, scopes: ["read"] },
    },
    methods: METHODS("partners"),
  },
};
const POOL = { api: { authorizers: { users: { userPool: {} } }, methods: METHODS("users") } };

describe("Authorizers, with tokens", () => {
  for (const [kind, settings] of [
    ["a JWT", JWT],
    ["a user pool", POOL],
    [
      "a user pool with scopes",
      { api: { ...POOL.api, authorizers: { users: { userPool: {}, scopes: ["openid"] } } } },
    ],
  ] as const) {
    it(`lets in the token that it prints for ${kind}, and no other`, async () => {
      const synthesis = inOwnWords(await synthesisOf("dev", settings));
      await using(synthesis, async (api) => {
        const headers = api.headersFor("GET /messages");
        const { Authorization: token = "" } = headers;
        expect(api.keys.join()).to.include(token);
        const call = (Authorization?: string) =>
          api.call({
            method: "GET",
            path: "/messages",
            from: "internet",
            headers: Authorization === undefined ? {} : { Authorization },
          });
        expect((await call(token)).statusCode).to.equal(200);
        expect((await call(token.replace("Bearer ", ""))).statusCode).to.equal(200);
        const [head, payload, signature = ""] = token.split(".");
        const forged = `${head}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
        for (const bad of [undefined, "", "Bearer", "Bearer abc", forged]) {
          const { statusCode, body } = await call(bad);
          expect([statusCode, body], String(bad)).to.deep.equal([401, '{"message":"Unauthorized"}']);
        }
      });
    });
  }

  it("tells that a user pool's token has expired", async () => {
    const clock = new TestClock(Date.now());
    await using(
      inOwnWords(await synthesisOf("dev", POOL)),
      async (api) => {
        clock.pass(2 * 24 * 60 * 60);
        const { statusCode, body } = await api.call({
          method: "GET",
          path: "/messages",
          headers: api.headersFor("GET /messages"),
        });
        expect([statusCode, body]).to.deep.equal([401, '{"message":"The incoming token has expired"}']);
      },
      clock.now,
    );
  });

  it("answers OPTIONS for CORS without a token", async () => {
    const settings = { api: { ...POOL.api, cors: { allowOrigin: "*" } } };
    await using(await synthesisOf("dev", settings), async (api) => {
      expect(
        (await api.call({ method: "OPTIONS", path: "/messages", from: "internet" })).statusCode,
      ).to.equal(204);
    });
  });
});
