import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { JwtSettings } from "./settings.js";

/** How long a request to the issuer may take, in milliseconds. */
const PATIENCE = 3000;

/**
 * The issuer's public keys: those of the settings, or those that the issuer publishes, which are kept for ten minutes. A
 * token with an unknown key fetches them again, but not more often than every 30 seconds, whatever tokens are sent.
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export function issuerKeys({ issuer, jwks, jwksUri }: JwtSettings): () => Promise<JWTVerifyGetKey> {
  if (jwks !== undefined) {
    const keys = createLocalJWKSet(keySet(JSON.parse(jwks)));
    return async () => keys;
  }
  const remote = (uri: string) => createRemoteJWKSet(new URL(uri), { timeoutDuration: PATIENCE });
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async () => {
    found ??= jwksUri === undefined ? discover(issuer).then(remote) : Promise.resolve(remote(jwksUri));
    try {
      return await found;
    } catch (error) {
      found = undefined; // so that the next request asks again
      throw error;
    }
  };
}

/** @returns the address of the issuer's keys */
async function discover(issuer: string): Promise<string> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  const document: unknown = await response.json();
  const own = textIn(document, "issuer");
  if (own !== issuer) throw new Error(`${address} is of the issuer ${own}, not of ${issuer}`);
  const uri = textIn(document, "jwks_uri");
  if (!uri.startsWith("https://")) throw new Error(`${address} names no https address of keys`);
  return uri;
}

function textIn(document: unknown, name: string): string {
  const value: unknown =
    typeof document === "object" && document !== null
      ? Object.getOwnPropertyDescriptor(document, name)?.value
      : undefined;
  return typeof value === "string" ? value : "";
}

function keySet(value: unknown): JSONWebKeySet {
  if (isKeySet(value)) return value;
  throw new Error("the environment variable JWT_JWKS holds no key set");
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys);
}
