import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { makeHandler } from "../../handlers/jwt-authorizer/handler.js";
import { issuerKeys } from "../../handlers/jwt-authorizer/keys.js";
import { type JwtSettings, readSettings } from "../../handlers/jwt-authorizer/settings.js";

const ISSUER = "https://id.example.com";
const METHOD_ARN = "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/GET/messages/42";

describe("makeHandler of the JWT authorizer", () => {
  const keyPair = generateKeyPair("RS256", { extractable: true });
  const others = generateKeyPair("RS256", { extractable: true });

  const settings = async (more: Partial<JwtSettings> = {}): Promise<JwtSettings> => {
    const { publicKey } = await keyPair;
    return {
      issuer: ISSUER,
      audience: ["messages", "more"],
      algorithms: ["RS256"],
      scopes: [],
      jwks: JSON.stringify({
        keys: [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256", use: "sig" }],
      }),
      jwksUri: undefined,
      ...more,
    };
  };
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (more: JWTPayload = {}): JWTPayload => ({
    iss: ISSUER,
    aud: "messages",
    sub: "alice",
    exp: now() + 60,
    ...more,
  });
  const sign = async (payload: JWTPayload, header: object = {}, key = keyPair) =>
    new SignJWT(payload)
      .setProtectedHeader({ alg: "RS256", kid: "one", ...header })
      .sign((await key).privateKey);
  const ask = async (token: string, more: Partial<JwtSettings> = {}) => {
    const own = await settings(more);
    const handler = makeHandler(own, issuerKeys(own));
    return handler({ type: "TOKEN", authorizationToken: token, methodArn: METHOD_ARN });
  };
  const refusal = async (token: string, more: Partial<JwtSettings> = {}) => {
    try {
      await ask(token, more);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return "let in";
  };
  const effect = async (token: string, more: Partial<JwtSettings> = {}) => {
    const { policyDocument } = await ask(token, more);
    return policyDocument.Statement.map((statement) => statement.Effect);
  };

  it("lets in a token of the issuer for the audience, with or without the word Bearer", async () => {
    const token = await sign(claims({ scope: "read write" }));
    for (const text of [token, `Bearer ${token}`, `bearer  ${token}`]) {
      expect(await ask(text)).to.deep.equal({
        principalId: "alice",
        policyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Action: "execute-api:Invoke",
              Effect: "Allow",
              Resource: "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/*",
            },
          ],
        },
        context: { sub: "alice", iss: ISSUER, scope: "read write" },
      });
    }
  });

  it("lets in a token with several audiences, or a client instead of an audience", async () => {
    expect(await effect(await sign(claims({ aud: ["else", "more"] })))).to.deep.equal(["Allow"]);
    expect(await effect(await sign(claims({ aud: undefined, client_id: "messages" })))).to.deep.equal([
      "Allow",
    ]);
  });

  it("refuses a token that is forged, expired, not yet valid, of another issuer or for another audience", async () => {
    const good = await sign(claims());
    const [header = "", payload = ""] = good.split(".");
    const unsigned = `${Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url")}.${payload}.`;
    const tokens = {
      "signed with another key": await sign(claims(), {}, others),
      "of another key's id": await sign(claims(), { kid: "two" }),
      "without a signature": unsigned,
      "with another's payload": `${header}.${Buffer.from(JSON.stringify(claims({ sub: "bob" }))).toString("base64url")}.${good.split(".")[2]}`,
      expired: await sign(claims({ exp: now() - 60 })),
      "without an end": await sign(claims({ exp: undefined })),
      "not yet valid": await sign(claims({ nbf: now() + 60 })),
      "of another issuer": await sign(claims({ iss: `${ISSUER}/` })),
      "for another audience": await sign(claims({ aud: "else" })),
      "for nobody": await sign(claims({ aud: undefined })),
      "with the audience in client_id only if there is no aud": await sign(
        claims({ aud: "else", client_id: "messages" }),
      ),
      empty: "",
      "of two words": "Bearer Bearer",
      "not a token": "abc.def",
    };
    for (const [what, token] of Object.entries(tokens)) {
      expect(await refusal(token), what).to.equal("Unauthorized");
    }
  });

  it("refuses algorithms that are not listed, the public key as a shared secret among them", async () => {
    expect(await refusal(await sign(claims()), { algorithms: ["ES256"] })).to.equal("Unauthorized");
    const { jwks = "" } = await settings();
    const shared = await new SignJWT(claims())
      .setProtectedHeader({ alg: "HS256", kid: "one" })
      .sign(new TextEncoder().encode(jwks.padEnd(64)));
    expect(await refusal(shared)).to.equal("Unauthorized");
  });

  it("denies a token without one of the scopes by a policy, so that the caller gets 403", async () => {
    const scopes = ["read", "admin"];
    expect(await effect(await sign(claims({ scope: "write read" })), { scopes })).to.deep.equal(["Allow"]);
    expect(await effect(await sign(claims({ scp: ["admin"] })), { scopes })).to.deep.equal(["Allow"]);
    expect(await effect(await sign(claims({ scope: "reader" })), { scopes })).to.deep.equal(["Deny"]);
    expect(await effect(await sign(claims()), { scopes })).to.deep.equal(["Deny"]);
  });

  describe("with keys that are fetched", () => {
    let url = "";
    let status = 200;
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      void settings().then(({ jwks }) => response.writeHead(status).end(jwks));
    });
    before((done) => {
      server.listen(0, "127.0.0.1", () => {
        // A server on a port has an address of this form.
        url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
        done();
      });
    });
    after(() => server.close());

    it("fetches them once for many tokens, those with unknown keys among them", async () => {
      status = 200;
      asked = 0;
      const own = await settings({ jwks: undefined, jwksUri: url });
      const handler = makeHandler(own, issuerKeys(own));
      for (const header of [{}, {}, { kid: "two" }, { kid: "three" }]) {
        const authorizationToken = await sign(claims(), header);
        await handler({ type: "TOKEN", authorizationToken, methodArn: METHOD_ARN }).catch(() => undefined);
      }
      expect(asked).to.equal(1);
    });

    it("fails, instead of refusing, if the issuer does not answer, so that the caller gets 500", async () => {
      status = 503;
      expect(await refusal(await sign(claims()), { jwks: undefined, jwksUri: url })).not.to.equal(
        "Unauthorized",
      );
    });
  });
});

describe("readSettings of the JWT authorizer", () => {
  it("reads lists, and names a variable that is not set", () => {
    const variables = { JWT_ISSUER: ISSUER, JWT_AUDIENCE: "a b", JWT_ALGORITHMS: "RS256" };
    expect(readSettings(variables)).to.deep.include({ audience: ["a", "b"], scopes: [], jwks: undefined });
    expect(() => readSettings({ ...variables, JWT_AUDIENCE: "" })).to.throw("JWT_AUDIENCE is not set");
  });
});
