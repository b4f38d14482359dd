import { createServer } from "node:http";
import {
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from "jose";
import { close, listen } from "../listen.js";

/** An issuer of tokens on this machine, in place of user pools and of issuers whose keys are fetched. */
export interface TestIssuer {
  /** Where its public keys are, for a function that fetches them. */
  readonly jwksUri: string;
  /** Its public keys, to verify a token with. */
  readonly keys: JWTVerifyGetKey;
  /** Signs a token that is valid for a day. */
  token(claims: JWTPayload, algorithm: string): Promise<string>;
  close(): Promise<void>;
}

const DAY = 24 * 60 * 60;

/** Starts an issuer with one key for each algorithm. */
export async function startTestIssuer(algorithms: readonly string[]): Promise<TestIssuer> {
  const pairs = await Promise.all(
    [...new Set(algorithms)].map(async (algorithm) => ({ algorithm, ...(await generateKeyPair(algorithm)) })),
  );
  const keys = await Promise.all(
    pairs.map(async ({ algorithm: alg, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid: alg,
      alg,
      use: "sig",
    })),
  );
  const jwks = { keys };
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(jwks));
  });
  const port = await listen(server, 0);
  server.unref();
  return {
    jwksUri: `http://127.0.0.1:${port}/jwks.json`,
    keys: createLocalJWKSet(jwks),
    token: async (claims, algorithm) => {
      const pair = pairs.find((one) => one.algorithm === algorithm);
      if (pair === undefined) throw new Error(`the test issuer has no key for ${algorithm}`);
      return new SignJWT(claims)
        .setProtectedHeader({ alg: algorithm, kid: algorithm, typ: "JWT" })
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + DAY)
        .sign(pair.privateKey);
    },
    close: () => close(server),
  };
}
