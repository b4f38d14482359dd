import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type ConfigIssue, didYouMean, issue, under } from "@lambda-networking/preflight/errors";
import { field, type RawConfig } from "../raw-config.js";
import { entries, valid } from "./valid.js";

/** The three kinds of authorizer, one of which each authorizer is. */
const KINDS = ["userPool", "jwt", "function"] as const;

/** REST APIs have this many authorizers: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MOST_AUTHORIZERS = 10;

/** Checks of who may call: the API's authorizers, and what else may invoke the function. */
export function callerChecks(raw: RawConfig): ConfigIssue[] {
  const authorizers = entries(field(raw.api, "authorizers"));
  const used = usedAuthorizers(raw);
  return [
    ...unknownAuthorizers(used, authorizers),
    ...(authorizers.length > MOST_AUTHORIZERS
      ? [
          issue(
            "api.authorizers",
            `${authorizers.length} authorizers`,
            `A REST API has at most ${MOST_AUTHORIZERS} unless AWS raised the account's quota. Write fewer.`,
          ),
        ]
      : []),
    ...authorizers.flatMap(([name, value]) => {
      const key = under("api.authorizers", name);
      const methods = used.filter((each) => each.authorizer === name).map(({ method }) => method);
      return [
        ...kindOf(key, value),
        // A name that is misspelt there says enough.
        ...(methods.length === 0 &&
        used.every(({ authorizer }) => authorizers.some(([own]) => own === authorizer))
          ? [
              issue(
                key,
                value,
                "No method uses it, so it lets nobody in and keeps nobody out. Name it in api.methods.METHOD.authorization, or take it out.",
              ),
            ]
          : []),
        ...userPool(`${key}.userPool`, field(value, "userPool"), field(value, "scopes")),
        ...jwt(`${key}.jwt`, field(value, "jwt")),
        ...custom(`${key}.function`, field(value, "function"), methods),
        ...noScopes(key, value),
      ];
    }),
    ...openToInternet(raw),
    ...invokers(raw),
  ];
}

interface Use {
  readonly method: string;
  readonly authorizer: string;
}

/** The methods with an authorizer. */
function usedAuthorizers(raw: RawConfig): Use[] {
  return entries(field(raw.api, "methods")).flatMap(([method, settings]) => {
    const authorizer = field(settings, "authorization");
    return typeof authorizer === "string" && /^[a-z][a-z0-9-]{0,30}$/.test(authorizer)
      ? [{ method, authorizer }]
      : [];
  });
}

function unknownAuthorizers(used: readonly Use[], authorizers: readonly [string, unknown][]): ConfigIssue[] {
  const names = authorizers.map(([name]) => name);
  return used
    .filter(({ authorizer }) => !names.includes(authorizer))
    .map(({ method, authorizer }) =>
      issue(
        under("api.methods", method, "authorization"),
        authorizer,
        names.length === 0
          ? "There is no such authorizer. Describe it in api.authorizers, or write NONE or AWS_IAM."
          : `There is no such authorizer in api.authorizers. ${didYouMean(authorizer, names)}`,
      ),
    );
}

function kindOf(key: string, value: unknown): ConfigIssue[] {
  const kinds = KINDS.filter((kind) => field(value, kind) !== undefined);
  if (kinds.length === 1) return [];
  const found = kinds.length === 0 ? "It has none" : `It has ${kinds.join(" and ")}`;
  return [issue(key, value, `${found}. Write one of ${KINDS.join(", ")}.`)];
}

/** The scopes that every user pool has. Others need a resource server, which the stack does not make. */
const OWN_SCOPES = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

function userPool(key: string, value: unknown, scopes: unknown): ConfigIssue[] {
  if (value === undefined) return [];
  const arn = field(value, "arn");
  if (arn !== undefined) {
    return entries(value)
      .filter(([name]) => name !== "arn")
      .map(([name, own]) =>
        issue(
          `${key}.${name}`,
          own,
          "It is a setting of a user pool that the stack makes. Leave it out, or leave arn out.",
        ),
      );
  }
  const urls = field(value, "callbackUrls");
  const hasUrls = Array.isArray(urls) && urls.length > 0;
  const prefix = field(value, "domainPrefix");
  const unmade = (Array.isArray(scopes) ? scopes : []).filter(
    (scope) => typeof scope === "string" && !OWN_SCOPES.includes(scope),
  );
  return [
    ...(hasUrls && prefix === undefined
      ? [
          issue(
            `${key}.callbackUrls`,
            urls,
            "The sign-in page needs a name. Write domainPrefix too, or leave callbackUrls out.",
          ),
        ]
      : []),
    ...(!hasUrls && prefix !== undefined
      ? [
          issue(
            `${key}.domainPrefix`,
            prefix,
            "The sign-in page leads nowhere. Write callbackUrls too, or leave domainPrefix out.",
          ),
        ]
      : []),
    ...unmade.map((scope) =>
      issue(
        key.replace(/userPool$/, "scopes"),
        scope,
        `A user pool of the stack has the scopes ${OWN_SCOPES.join(", ")}. Write one of them, or make the pool elsewhere and write its arn.`,
      ),
    ),
  ];
}

function jwt(key: string, value: unknown): ConfigIssue[] {
  const [jwks, jwksUri] = [field(value, "jwks"), field(value, "jwksUri")];
  if (jwks === undefined || jwksUri === undefined) return [];
  return [issue(`${key}.jwksUri`, jwksUri, "With jwks nothing is fetched. Write one of the two.")];
}

const PROJECT_FOLDER = fileURLToPath(new URL("../..", import.meta.url));

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html */
function custom(key: string, value: unknown, methods: readonly string[]): ConfigIssue[] {
  if (value === undefined) return [];
  const [arn, handler] = [field(value, "arn"), field(value, "handler")];
  const sources = field(value, "identitySources") ?? ["header.Authorization"];
  const names = Array.isArray(sources) ? sources.filter((source) => typeof source === "string") : [];
  const ttl = field(value, "resultTtlInSeconds");
  const isKept = typeof ttl === "number" && ttl > 0;
  const found: ConfigIssue[] = [];
  if ((arn === undefined) === (handler === undefined)) {
    const fix =
      "Write either arn, of a function that is there already, or handler, a module of this project.";
    found.push(issue(key, value, fix));
  }
  if (
    typeof handler === "string" &&
    /^handlers\/[\w/-]+\.ts$/.test(handler) &&
    !existsSync(`${PROJECT_FOLDER}${handler}`)
  ) {
    found.push(
      issue(
        `${key}.handler`,
        handler,
        "There is no such file. Write a module of this project that exports handler.",
      ),
    );
  }
  if (field(value, "type") === "TOKEN" && (names.length !== 1 || !names[0]?.startsWith("header."))) {
    const fix =
      "A TOKEN authorizer sees exactly one header. Write one, such as [header.Authorization], or type: REQUEST.";
    found.push(issue(`${key}.identitySources`, sources, fix));
  }
  if (isKept && names.length === 0) {
    const fix =
      "Without an identity source nothing tells whose answer is kept. Write one, or resultTtlInSeconds: 0.";
    found.push(issue(`${key}.resultTtlInSeconds`, ttl, fix));
  }
  const tells =
    ["context.httpMethod", "context.resourcePath"].every((source) => names.includes(source)) ||
    names.includes("context.resourceId");
  if (isKept && methods.length > 1 && field(value, "policyCoversAllMethods") !== true && !tells) {
    const fix = `An answer for one method is kept for all that use it: ${methods.join(", ")}. If each policy that the function returns is for all of them, write policyCoversAllMethods: true, else resultTtlInSeconds: 0.`;
    found.push(issue(`${key}.resultTtlInSeconds`, ttl, fix));
  }
  return found;
}

/** API Gateway asks for scopes of user pools only, and this project's function for those of a JWT. */
function noScopes(key: string, value: unknown): ConfigIssue[] {
  const scopes = field(value, "scopes");
  if (field(value, "function") === undefined || !Array.isArray(scopes) || scopes.length === 0) return [];
  return [
    issue(`${key}.scopes`, scopes, "The function itself decides. Leave it out, or check scopes there."),
  ];
}

/** A promise about the internet that no method needs. */
function openToInternet(raw: RawConfig): ConfigIssue[] {
  if (field(raw.api, "openToInternet") !== true) return [];
  const type =
    valid(raw, "api.endpointType") ?? (valid(raw, "networking") === "vpc" ? "PRIVATE" : "REGIONAL");
  if (type !== "PRIVATE") return [];
  return [issue("api.openToInternet", true, "A PRIVATE API is not on the internet. Leave it out.")];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html */
function invokers(raw: RawConfig): ConfigIssue[] {
  const owners = new Map<string, string>();
  return entries(field(raw.function, "invokers")).flatMap(([name, value]) => {
    const key = under("function.invokers", name);
    const principal = field(value, "principal");
    if (typeof principal !== "string" || !/^[a-z0-9.-]+$/.test(principal)) return []; // the schema's matter
    const isAccount = /^\d{12}$/.test(principal);
    const found: ConfigIssue[] = [];
    for (const source of ["sourceAccount", "sourceArn"] as const) {
      const own = field(value, source);
      if (isAccount && own !== undefined) {
        found.push(
          issue(
            `${key}.${source}`,
            own,
            "It is for AWS services. An account's own policies tell which of its roles may invoke. Leave it out.",
          ),
        );
      }
      if (!isAccount && own === undefined) {
        found.push(
          issue(
            `${key}.${source}`,
            own,
            `Without it ${principal} may invoke for resources of every account. Write ${source === "sourceArn" ? "the ARN of the resource that it calls for" : "the account of that resource"}.`,
          ),
        );
      }
    }
    found.push(...otherAccount(key, value));
    const same = JSON.stringify([principal, field(value, "sourceAccount"), field(value, "sourceArn")]);
    const twin = owners.get(same);
    owners.set(same, twin ?? key);
    if (twin !== undefined) found.push(issue(key, value, `${twin} is the same. Keep one of them.`));
    return found;
  });
}

/** An ARN that names another account than sourceAccount, so that the two together let nobody in. */
function otherAccount(key: string, value: unknown): ConfigIssue[] {
  const [arn, account] = [field(value, "sourceArn"), field(value, "sourceAccount")];
  if (typeof arn !== "string" || typeof account !== "string") return [];
  const own = arn.split(":")[4] ?? "";
  if (own === "" || own === account) return [];
  return [
    issue(
      `${key}.sourceAccount`,
      account,
      `The resource of sourceArn is in account ${own}, so the two together let nobody in. Write that account.`,
    ),
  ];
}
