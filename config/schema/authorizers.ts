import { z } from "zod";
import { choice, flag, isWithoutRepetition, whole } from "./shared.js";

const AUTHORIZER_PAGE = "https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html";

const NAME = "Name it with small letters, digits and hyphens, such as customers.";
/** An authorizer's name; in small letters, so that it is never one of API Gateway's own words, such as NONE. */
export const authorizerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: NAME })
  .meta({ title: "AUTHORIZER" });

const AUTHORIZATION = "Write NONE, AWS_IAM, or the name of an authorizer of api.authorizers.";
export const authorization = z
  .string({ error: AUTHORIZATION })
  .regex(/^(NONE|AWS_IAM|[a-z][a-z0-9-]{0,30})$/, { error: AUTHORIZATION });

const texts = (item: z.ZodString, error: string) =>
  z.array(item, { error }).refine(isWithoutRepetition, { error });

const USER_POOL =
  "Write a user pool's ARN, such as arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEfGhI.";
const CALLBACK =
  "Write https addresses of your application, each once, such as [https://app.example.com/signed-in]; http is for localhost only.";
const PREFIX = "Write 1 to 63 small letters, digits and hyphens, without aws, amazon and cognito.";
const userPool = z.strictObject({
  arn: z
    .string({ error: USER_POOL })
    .regex(/^arn:aws[a-z-]*:cognito-idp:[a-z0-9-]+:\d{12}:userpool\/[\w-]+_[A-Za-z0-9]+$/, {
      error: USER_POOL,
    })
    .optional()
    .describe("The ARN of a user pool that is there already. Without it the stack makes one."),
  selfSignUp: flag
    .default(false)
    .describe(
      "Whether anybody may sign up, and so gets a token. Without it an administrator creates each user.",
    ),
  mfa: choice(["OFF", "OPTIONAL", "ON"])
    .default("OPTIONAL")
    .describe(
      "Whether users may, or must, sign in with a one-time password of an authenticator app as well.",
    ),
  minimumPasswordLength: whole(
    8,
    99,
    "characters",
    "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html",
  )
    .default(12)
    .describe(
      "The fewest characters of a password. It also needs small and capital letters, digits and symbols.",
    ),
  tier: choice(["LITE", "ESSENTIALS", "PLUS"]).default("ESSENTIALS").meta({
    description: "The user pool's feature plan.",
    cost: "A month and active user: $0.0055 for LITE, $0.015 for ESSENTIALS, $0.02 for PLUS.",
  }),
  callbackUrls: texts(
    z
      .string({ error: CALLBACK })
      .regex(/^(https:\/\/[^\s#*?]+|http:\/\/localhost(:\d+)?(\/[^\s#*?]*)?)$/, { error: CALLBACK }),
    CALLBACK,
  )
    .default([])
    .describe(
      "Where the sign-in page leads back to (OAuth's authorization code flow, for an application without a secret). Without any there is no sign-in page, and an application signs in through Cognito's API (SRP).",
    ),
  domainPrefix: z
    .string({ error: PREFIX })
    .regex(/^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, { error: PREFIX })
    .optional()
    .describe(
      "The first part of the sign-in page's name, which is unique in the Region. It goes with callbackUrls.",
    ),
});

const URL_WORDS = "Write an https address as the issuer writes it, such as https://id.example.com.";
const url = z
  .string({ error: URL_WORDS })
  .regex(/^https:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[^\s?#]*)?$/, { error: URL_WORDS });
const AUDIENCE = "Write the audiences that a token may be for, each once, such as [https://api.example.com].";
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"] as const;
const ALGORITHM = `Write signature algorithms with a public key, each once: ${ALGORITHMS.join(", ")}.`;
/** Of Lambda's 4 KB for all variables of a function. */
const MOST_KEY_BYTES = 3000;
const KEYS = `Write the issuer's public keys as {keys: [{kty: RSA, kid: …, n: …, e: AQAB}]}, at most ${MOST_KEY_BYTES} bytes of JSON.`;
const SECRET_KEY =
  "Only public keys belong here. Take the private key (d, k) out, and replace it at the issuer.";

const jwt = z.strictObject({
  issuer: url.describe("The issuer: the claim iss of a token, exactly as the issuer writes it."),
  audience: texts(z.string({ error: AUDIENCE }).regex(/^\S+$/, { error: AUDIENCE }), AUDIENCE)
    .min(1, { error: AUDIENCE })
    .describe("Whom a token may be for: one of them is in its claim aud or, without aud, in client_id."),
  algorithms: z
    .array(z.enum(ALGORITHMS, { error: ALGORITHM }), { error: ALGORITHM })
    .min(1, { error: ALGORITHM })
    .refine(isWithoutRepetition, { error: ALGORITHM })
    .default(["RS256"])
    .describe("The signature algorithms that are accepted. none and those with a shared secret never are."),
  jwksUri: url
    .optional()
    .describe("Where the issuer's public keys are. Without it the issuer's own discovery document tells."),
  jwks: z
    .strictObject(
      {
        keys: z
          .array(z.record(z.string(), z.unknown()), { error: KEYS })
          .min(1, { error: KEYS })
          .describe("The keys as the issuer publishes them (JWK)."),
      },
      { error: KEYS },
    )
    .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MOST_KEY_BYTES, { error: KEYS })
    .refine(({ keys }) => keys.every((key) => !("d" in key) && !("k" in key)), { error: SECRET_KEY })
    .optional()
    .describe(
      "The issuer's public keys. With them nothing is fetched; a new key of the issuer needs an update.",
    ),
  resultTtlInSeconds: whole(0, 3600, "seconds", AUTHORIZER_PAGE)
    .default(60)
    .describe(
      "How many seconds API Gateway keeps the answer for a token. A token that expires is let in for as long.",
    ),
});

const FUNCTION =
  "Write a function's ARN, or one of its aliases, such as arn:aws:lambda:eu-west-1:111122223333:function:authorize:live.";
const HANDLER =
  "Write a module of this project that exports handler, such as handlers/my-authorizer/index.ts.";
const SOURCES = "Write header.NAME, querystring.NAME, stageVariables.NAME or context.NAME, each once.";
const custom = z.strictObject({
  arn: z
    .string({ error: FUNCTION })
    .regex(/^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]{1,64}(:[\w-]{1,128})?$/, {
      error: FUNCTION,
    })
    .optional()
    .describe("The ARN of a function that is there already."),
  handler: z
    .string({ error: HANDLER })
    .regex(/^handlers\/[\w-]+(\/[\w-]+)*\.ts$/, { error: HANDLER })
    .optional()
    .describe("A module of this project, of which the stack makes the function. It runs outside the VPC."),
  type: choice(["TOKEN", "REQUEST"])
    .default("REQUEST")
    .describe("What the function sees: one header, or the whole request without its body."),
  identitySources: z
    .array(
      z
        .string({ error: SOURCES })
        .regex(/^(header|querystring|stageVariables|context)\.[A-Za-z0-9._-]+$/, { error: SOURCES }),
      { error: SOURCES },
    )
    .refine(isWithoutRepetition, { error: SOURCES })
    .default(["header.Authorization"])
    .describe(
      "What a request must have, else API Gateway answers 401 without asking. It also selects a kept answer.",
    ),
  resultTtlInSeconds: whole(0, 3600, "seconds", AUTHORIZER_PAGE)
    .default(0)
    .describe(
      "How many seconds API Gateway keeps an answer for the same identity sources, at every method that uses it. 0: each request asks.",
    ),
  policyCoversAllMethods: flag
    .default(false)
    .describe(
      "Whether each policy that the function returns is for all methods that use it. An answer that is kept may only then serve several methods.",
    ),
});

const SCOPES = "Write scopes, each once, such as [messages/read].";
export const authorizerSchema = z.strictObject({
  userPool: userPool.optional().meta({
    description: "A Cognito user pool, whose tokens API Gateway itself checks.",
    cost: "A month and active user: from $0.0055.",
  }),
  jwt: jwt.optional().meta({
    description: "Tokens (JWT) of any OpenID Connect issuer, which a function of this project checks.",
    cost: "$0.20 per million requests whose answer is not kept, and the function's duration.",
  }),
  function: custom.optional().meta({
    description: "A Lambda authorizer of your own.",
    cost: "$0.20 per million requests whose answer is not kept, and the function's duration.",
  }),
  scopes: texts(z.string({ error: SCOPES }).regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, { error: SCOPES }), SCOPES)
    .default([])
    .describe(
      "Scopes of which a token needs one, for userPool and jwt. With them API Gateway takes access tokens of a user pool, without them ID tokens.",
    ),
});
