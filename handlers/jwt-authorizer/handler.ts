import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { JwtSettings } from "./settings.js";

/** Seconds by which the issuer's clock and this one may differ. */
const CLOCK_TOLERANCE = 5;

/** API Gateway answers 401 to an error with exactly this message, and 500 to any other. */
const UNAUTHORIZED = "Unauthorized";

/** Errors of a token. Any other error is of the issuer, of the network or of the settings. */
const OF_THE_TOKEN: ReadonlySet<string> = new Set([
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSMultipleMatchingKeys.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTExpired.code,
  errors.JWTInvalid.code,
]);

/**
 * Makes the handler of a Lambda authorizer of type TOKEN for JSON Web Tokens: signature, issuer, audience, expiry, start
 * and scopes. Its policies are for all methods of the stage, because API Gateway keeps one answer for all methods that
 * use the authorizer. A refusal is an explicit denial or an error: a policy that merely allows nothing would leave the
 * decision to the API's resource policy.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 * @see https://www.rfc-editor.org/rfc/rfc8725
 */
export function makeHandler(settings: JwtSettings, keys: () => Promise<JWTVerifyGetKey>) {
  return async (event: APIGatewayTokenAuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const claims = await verified(tokenIn(event), settings, keys);
    const isInScope =
      settings.scopes.length === 0 || settings.scopes.some((scope) => scopesOf(claims).includes(scope));
    if (!isInScope) log(`the token has none of the scopes ${settings.scopes.join(", ")}`);
    return {
      principalId: claims.sub ?? clientOf(claims) ?? "unknown",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "execute-api:Invoke",
            Effect: isInScope ? "Allow" : "Deny",
            Resource: everyMethod(event.methodArn),
          },
        ],
      },
      context: contextOf(claims),
    };
  };
}

/** The token, with or without the word Bearer before it. */
function tokenIn({ authorizationToken }: APIGatewayTokenAuthorizerEvent): string {
  return authorizationToken.replace(/^Bearer +/i, "").trim();
}

/** @throws Error with the message Unauthorized if the token is not accepted */
async function verified(
  token: string,
  { issuer, algorithms, audience }: JwtSettings,
  keys: () => Promise<JWTVerifyGetKey>,
): Promise<JWTPayload> {
  const key = await keys();
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      algorithms: [...algorithms],
      clockTolerance: CLOCK_TOLERANCE,
      requiredClaims: ["exp"],
    });
    if (isFor(payload, audience)) return payload;
    log("the token is for another audience");
  } catch (error) {
    if (!(error instanceof errors.JOSEError) || !OF_THE_TOKEN.has(error.code)) throw error;
    log(error.code);
  }
  throw new Error(UNAUTHORIZED);
}

/** Some issuers, Amazon Cognito among them, write the client of an access token in `client_id` and no `aud`. */
function isFor(claims: JWTPayload, audience: readonly string[]): boolean {
  const { aud = clientOf(claims) } = claims;
  return [aud].flat().some((one) => one !== undefined && audience.includes(one));
}

function clientOf({ client_id: client }: JWTPayload): string | undefined {
  return typeof client === "string" ? client : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc8693#section-4.2 */
function scopesOf({ scope, scp }: JWTPayload): string[] {
  if (typeof scope === "string") return scope.split(" ");
  return [scp].flat().flatMap((one) => (typeof one === "string" ? one.split(" ") : []));
}

/** `arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/v1/*` for a method of the stage v1. */
function everyMethod(methodArn: string): string {
  return `${methodArn.split("/").slice(0, 2).join("/")}/*`;
}

/** What the method's function finds in `requestContext.authorizer`; API Gateway passes on no lists and maps. */
function contextOf(claims: JWTPayload): Record<string, string> {
  const context = {
    sub: claims.sub,
    iss: claims.iss,
    client_id: clientOf(claims),
    scope: scopesOf(claims).join(" "),
  };
  return Object.fromEntries(
    Object.entries(context).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, value]],
    ),
  );
}

/** Never with the token or a claim of it. */
function log(reason: string): void {
  console.log(JSON.stringify({ message: "refused", reason }));
}
