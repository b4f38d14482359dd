import { expect } from "chai";
import { parseConfig } from "../../config/index.js";
import { type Example, inMode, type Raw } from "./example.js";

const JWT = { issuer: "https://id.example.com", audience: ["messages"] };
const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:authorize";
const POOL_ARN = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEfGhI";
const S3 = {
  principal: "s3.amazonaws.com",
  sourceAccount: "111122223333",
  sourceArn: "arn:aws:s3:::uploads",
};

const api = (authorizer: unknown, more: object = {}): Raw => ({
  api: { authorizers: { own: authorizer }, methods: { "GET /messages": { authorization: "own" } }, ...more },
});
const custom = (settings: object): Raw => api({ function: settings });
const invoker = (settings: object): Raw => ({ function: { invokers: { other: settings } } });
const two = (settings: object): Raw => ({
  messageStore: {},
  api: {
    authorizers: { own: { function: { arn: FUNCTION, ...settings } } },
    methods: { "GET /messages": { authorization: "own" }, "POST /messages": { authorization: "own" } },
  },
});

const EXAMPLES: readonly Example[] = [
  {
    title: "a method with an authorizer that is not there",
    raw: {
      api: { authorizers: { own: { jwt: JWT } }, methods: { "GET /messages": { authorization: "owm" } } },
    },
    key: 'api.methods["GET /messages"].authorization',
    value: "owm",
    fix: "Did you mean own?",
    fixed: api({ jwt: JWT }),
  },
  {
    title: "an authorization that is no name",
    raw: { api: { methods: { "GET /messages": { authorization: "COGNITO_USER_POOLS" } } } },
    key: 'api.methods["GET /messages"].authorization',
    value: "COGNITO_USER_POOLS",
    fix: "Write NONE, AWS_IAM, or the name of an authorizer",
    fixed: { api: { methods: { "GET /messages": { authorization: "AWS_IAM" } } } },
  },
  {
    title: "an authorizer that no method uses",
    raw: { api: { authorizers: { own: { jwt: JWT } } } },
    key: "api.authorizers.own",
    value: { jwt: JWT },
    fix: "No method uses it",
    fixed: api({ jwt: JWT }),
  },
  {
    title: "an authorizer of no kind",
    raw: api({ scopes: ["read"] }),
    key: "api.authorizers.own",
    value: { scopes: ["read"] },
    fix: "It has none. Write one of userPool, jwt, function.",
    fixed: api({ jwt: JWT, scopes: ["read"] }),
  },
  {
    title: "an authorizer of two kinds",
    raw: api({ userPool: {}, jwt: JWT }),
    key: "api.authorizers.own",
    value: { userPool: {}, jwt: JWT },
    fix: "It has userPool and jwt.",
    fixed: api({ userPool: {} }),
  },
  {
    title: "settings of a user pool that is there already",
    raw: api({ userPool: { arn: POOL_ARN, selfSignUp: true } }),
    key: "api.authorizers.own.userPool.selfSignUp",
    value: true,
    fix: "It is a setting of a user pool that the stack makes",
    fixed: api({ userPool: { arn: POOL_ARN } }),
  },
  {
    title: "a sign-in page without a name",
    raw: api({ userPool: { callbackUrls: ["https://app.example.com/in"] } }),
    key: "api.authorizers.own.userPool.callbackUrls",
    value: ["https://app.example.com/in"],
    fix: "Write domainPrefix too",
    fixed: api({ userPool: { callbackUrls: ["https://app.example.com/in"], domainPrefix: "orders" } }),
  },
  {
    title: "a scope that the stack's user pool has not",
    raw: api({ userPool: {}, scopes: ["messages/read"] }),
    key: "api.authorizers.own.scopes",
    value: "messages/read",
    fix: "make the pool elsewhere and write its arn",
    fixed: api({ userPool: { arn: POOL_ARN }, scopes: ["messages/read"] }),
  },
  {
    title: "an issuer without TLS",
    raw: api({ jwt: { ...JWT, issuer: "http://id.example.com" } }),
    key: "api.authorizers.own.jwt.issuer",
    value: "http://id.example.com",
    fix: "Write an https address",
    fixed: api({ jwt: JWT }),
  },
  {
    title: "an algorithm with a shared secret",
    raw: api({ jwt: { ...JWT, algorithms: ["HS256"] } }),
    key: "api.authorizers.own.jwt.algorithms[0]",
    value: "HS256",
    fix: "Write signature algorithms with a public key",
    fixed: api({ jwt: { ...JWT, algorithms: ["ES256"] } }),
  },
  {
    title: "keys that are given and fetched",
    raw: api({ jwt: { ...JWT, jwks: { keys: [{ kty: "RSA" }] }, jwksUri: "https://id.example.com/keys" } }),
    key: "api.authorizers.own.jwt.jwksUri",
    value: "https://id.example.com/keys",
    fix: "Write one of the two",
    fixed: api({ jwt: { ...JWT, jwks: { keys: [{ kty: "RSA" }] } } }),
  },
  {
    title: "a function that is given and made",
    raw: custom({ arn: FUNCTION, handler: "handlers/fetch-parameters/index.ts" }),
    key: "api.authorizers.own.function",
    value: { arn: FUNCTION, handler: "handlers/fetch-parameters/index.ts" },
    fix: "Write either arn",
    fixed: custom({ arn: FUNCTION }),
  },
  {
    title: "a handler that is not there",
    raw: custom({ handler: "handlers/nowhere/index.ts" }),
    key: "api.authorizers.own.function.handler",
    value: "handlers/nowhere/index.ts",
    fix: "There is no such file",
    fixed: custom({ handler: "handlers/fetch-parameters/index.ts" }),
  },
  {
    title: "a TOKEN authorizer with two sources",
    raw: custom({ arn: FUNCTION, type: "TOKEN", identitySources: ["header.a", "header.b"] }),
    key: "api.authorizers.own.function.identitySources",
    value: ["header.a", "header.b"],
    fix: "sees exactly one header",
    fixed: custom({ arn: FUNCTION, type: "TOKEN", identitySources: ["header.a"] }),
  },
  {
    title: "answers that are kept for everybody",
    raw: custom({ arn: FUNCTION, identitySources: [], resultTtlInSeconds: 60 }),
    key: "api.authorizers.own.function.resultTtlInSeconds",
    value: 60,
    fix: "resultTtlInSeconds: 0",
    fixed: custom({ arn: FUNCTION, identitySources: [], resultTtlInSeconds: 0 }),
  },
  {
    title: "answers that are kept for another method",
    raw: two({ resultTtlInSeconds: 60 }),
    key: "api.authorizers.own.function.resultTtlInSeconds",
    value: 60,
    fix: "policyCoversAllMethods: true",
    fixed: two({ resultTtlInSeconds: 60, policyCoversAllMethods: true }),
  },
  {
    title: "scopes of a function of one's own",
    raw: api({ function: { arn: FUNCTION }, scopes: ["read"] }),
    key: "api.authorizers.own.scopes",
    value: ["read"],
    fix: "The function itself decides",
    fixed: api({ function: { arn: FUNCTION } }),
  },
  {
    title: "a private API that is meant to be open to the internet",
    raw: { networking: "vpc", api: { openToInternet: true } },
    key: "api.openToInternet",
    value: true,
    fix: "A PRIVATE API is not on the internet",
    fixed: { networking: "vpc", api: { openToInternet: false } },
  },
  {
    title: "a service that may invoke for every account",
    raw: invoker({ principal: S3.principal, sourceArn: S3.sourceArn }),
    key: "function.invokers.other.sourceAccount",
    value: undefined,
    fix: "for resources of every account",
    fixed: invoker(S3),
  },
  {
    title: "a service that may invoke for every resource",
    raw: invoker({ principal: S3.principal, sourceAccount: S3.sourceAccount }),
    key: "function.invokers.other.sourceArn",
    value: undefined,
    fix: "Write the ARN of the resource",
    fixed: invoker(S3),
  },
  {
    title: "a source of an account",
    raw: invoker({ principal: "123456789012", sourceArn: S3.sourceArn }),
    key: "function.invokers.other.sourceArn",
    value: S3.sourceArn,
    fix: "It is for AWS services",
    fixed: invoker({ principal: "123456789012" }),
  },
  {
    title: "a source of two accounts",
    raw: invoker({
      ...S3,
      principal: "sns.amazonaws.com",
      sourceArn: "arn:aws:sns:eu-west-1:444455556666:orders",
    }),
    key: "function.invokers.other.sourceAccount",
    value: "111122223333",
    fix: "is in account 444455556666",
    fixed: invoker({
      principal: "sns.amazonaws.com",
      sourceAccount: "444455556666",
      sourceArn: "arn:aws:sns:eu-west-1:444455556666:orders",
    }),
  },
  {
    title: "everybody as an invoker",
    raw: invoker({ principal: "*" }),
    key: "function.invokers.other.principal",
    value: "*",
    fix: "Write an account's 12 digits",
    fixed: invoker({ principal: "123456789012" }),
  },
  {
    title: "an account as a number",
    raw: invoker({ principal: 123456789012 }),
    key: "function.invokers.other.principal",
    value: 123456789012,
    fix: "Write an account's 12 digits as a text",
    fixed: invoker({ principal: "123456789012" }),
  },
  {
    title: "the same invoker twice",
    raw: { function: { invokers: { one: S3, two: S3 } } },
    key: "function.invokers.two",
    value: S3,
    fix: "function.invokers.one is the same",
    fixed: { function: { invokers: { one: S3 } } },
  },
];

describe("parseConfig of who may call", () => {
  for (const { title, raw, key, value, fix, fixed } of EXAMPLES) {
    it(`reports ${title}`, () => {
      const { issues = [] } = parseConfig(inMode(raw), "eu-west-1");
      const [found] = issues;
      expect(issues, JSON.stringify(issues)).to.have.length(1);
      expect(found).to.deep.include({ key });
      const shown = JSON.stringify(value) ?? "nothing";
      expect(found?.value).to.equal(shown.length > 80 ? `${shown.slice(0, 77)}...` : shown);
      expect(found?.fix).to.include(fix);
      expect(parseConfig(inMode(fixed), "eu-west-1").issues).to.equal(undefined);
    });
  }

  it("refuses private keys among an issuer's public ones", () => {
    const jwks = { keys: [{ kty: "RSA", n: "AQAB", e: "AQAB", d: "AQAB" }] };
    const { issues = [] } = parseConfig(inMode(api({ jwt: { ...JWT, jwks } })), "eu-west-1");
    expect(issues.map(({ fix }) => fix).join()).to.include("Take the private key (d, k) out");
  });
});
