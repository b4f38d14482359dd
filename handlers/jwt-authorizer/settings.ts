/** The authorizer's settings, from its environment variables. */
export interface JwtSettings {
  /** The claim `iss` of every token. */
  readonly issuer: string;
  /** Whom a token may be for. */
  readonly audience: readonly string[];
  /** Signature algorithms that are accepted. */
  readonly algorithms: readonly string[];
  /** Scopes of which a token needs one; empty: none. */
  readonly scopes: readonly string[];
  /** The issuer's public keys as JSON; undefined: they are fetched. */
  readonly jwks: string | undefined;
  /** Where the keys are fetched from; undefined: the issuer's discovery document tells. */
  readonly jwksUri: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error with the name of a missing variable, so that Lambda reports it before the first invocation */
export function readSettings(variables: Variables): JwtSettings {
  const needed = (name: string): string => {
    const value = variables[name];
    if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
    return value;
  };
  return {
    issuer: needed("JWT_ISSUER"),
    audience: words(needed("JWT_AUDIENCE")),
    algorithms: words(needed("JWT_ALGORITHMS")),
    scopes: words(variables.JWT_SCOPES ?? ""),
    jwks: variables.JWT_JWKS,
    jwksUri: variables.JWT_JWKS_URI,
  };
}

/** None of the lists has an item with a blank. */
function words(text: string): string[] {
  return text.split(" ").filter((word) => word !== "");
}
