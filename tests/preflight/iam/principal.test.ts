import { expect } from "chai";
import type { Principal } from "../../../preflight/iam/index.js";
import { principalOf } from "../../../preflight/iam/index.js";
import { inAnyWay, matchPrincipal } from "../../../preflight/iam/match-principal.js";
import { accountOfPrincipal, principalContext, sessionArn } from "../../../preflight/iam/principal.js";
import { ACCOUNT, OTHER, policy, ROLE_ARN, role, SESSION_ARN, USER_ARN, user } from "./support.js";

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const FEDERATED_USER = `arn:aws:sts::${ACCOUNT}:federated-user/bob`;
const DIRECT = { direct: true, limited: false, account: false };
const LIMITED = { direct: false, limited: true, account: false };
const BY_ACCOUNT = { direct: false, limited: false, account: true };
const NOBODY = { direct: false, limited: false, account: false };

function match(element: object, principal: Principal, options = { deny: false, boundary: false }) {
  const parsed = policy("resource", { Effect: "Allow", Action: "*", Resource: "*", ...element });
  const principals = parsed.document?.statements[0]?.principals;
  if (principals === undefined) throw new Error("no principals");
  return matchPrincipal(principals, principal, options);
}

describe("matchPrincipal: Principal", () => {
  const federatedUser: Principal = { kind: "federated-user", arn: FEDERATED_USER, issuer: USER_ARN };
  const service: Principal = { kind: "service", name: "lambda.amazonaws.com" };
  const anonymous: Principal = { kind: "anonymous" };
  const root: Principal = { kind: "root", account: ACCOUNT };
  const google: Principal = { kind: "federated", provider: "accounts.google.com" };
  const canonical: Principal = { kind: "canonical-user", id: "79a59df900b949e5", account: ACCOUNT };

  const table: [string, unknown, Principal, object][] = [
    ["* names everyone, including anonymous callers", "*", anonymous, DIRECT],
    ["* names a service", "*", service, DIRECT],
    ["AWS * names an anonymous caller", { AWS: "*" }, anonymous, DIRECT],
    ["AWS * names a role", { AWS: "*" }, role, DIRECT],
    ["AWS * may or may not mean a service", { AWS: "*" }, service, { ...NOBODY, direct: "unknown" }],
    [
      "AWS * may or may not mean an identity provider",
      { AWS: "*" },
      google,
      { ...NOBODY, direct: "unknown" },
    ],
    ["a user's ARN names the user directly", { AWS: USER_ARN }, user, DIRECT],
    ["a user's ARN is compared with case", { AWS: USER_ARN.replace("bob", "Bob") }, user, NOBODY],
    ["a role's ARN names its sessions within the role's limits", { AWS: ROLE_ARN }, role, LIMITED],
    ["a session's ARN names the session directly", { AWS: SESSION_ARN }, role, DIRECT],
    ["another session's ARN does not name the session", { AWS: `${SESSION_ARN}2` }, role, NOBODY],
    ["an account's ID names its role as the account", { AWS: ACCOUNT }, role, BY_ACCOUNT],
    ["an account's root names its user as the account", { AWS: ROOT }, user, BY_ACCOUNT],
    ["an account's root names its root user directly", { AWS: ROOT }, root, DIRECT],
    ["another account does not name the role", { AWS: OTHER }, role, NOBODY],
    ["an account does not name an anonymous caller", { AWS: ACCOUNT }, anonymous, NOBODY],
    ["several ways can hold at once", { AWS: [ROOT, ROLE_ARN] }, role, { ...LIMITED, account: true }],
    ["a federated session's ARN names it directly", { AWS: FEDERATED_USER }, federatedUser, DIRECT],
    ["its issuer's ARN names it within limits", { AWS: USER_ARN }, federatedUser, LIMITED],
    [
      "a service is named by its name",
      { Service: ["x.amazonaws.com", "lambda.amazonaws.com"] },
      service,
      DIRECT,
    ],
    ["another service's name does not name the service", { Service: "ec2.amazonaws.com" }, service, NOBODY],
    ["a service is not a role", { Service: "lambda.amazonaws.com" }, role, NOBODY],
    ["an identity provider is named by its name", { Federated: "accounts.google.com" }, google, DIRECT],
    ["a canonical user is named by its ID", { CanonicalUser: "79a59df900b949e5" }, canonical, DIRECT],
    ["a canonical user is named by its account", { AWS: ACCOUNT }, canonical, BY_ACCOUNT],
    [
      "a canonical user may be the account of a role",
      { CanonicalUser: "7" },
      role,
      { ...NOBODY, account: "unknown" },
    ],
    [
      "a unique ID may be the role's",
      { AWS: "AROAEXAMPLEEXAMPLE12" },
      role,
      { ...NOBODY, limited: "unknown" },
    ],
  ];
  for (const [sentence, element, principal, expected] of table) {
    it(`decides that ${sentence}`, () => {
      expect(match({ Principal: element }, principal)).to.deep.equal(expected);
    });
  }

  it("is unknown for a session of the role if the session's name is unknown, and false for another role's", () => {
    const someSession: Principal = { kind: "role", arn: ROLE_ARN };
    expect(match({ Principal: { AWS: SESSION_ARN } }, someSession).direct).to.equal("unknown");
    expect(match({ Principal: { AWS: SESSION_ARN.replace("fetcher", "other") } }, someSession)).to.deep.equal(
      NOBODY,
    );
    expect(match({ Principal: { AWS: ROLE_ARN } }, someSession)).to.deep.equal(LIMITED);
  });

  it("is unknown for a role of the same account if the ARN is unknown", () => {
    const coming: Principal = { kind: "role", arn: undefined, account: ACCOUNT };
    expect(match({ Principal: { AWS: ROLE_ARN } }, coming).limited).to.equal("unknown");
    expect(match({ Principal: { AWS: ROLE_ARN.replace(ACCOUNT, OTHER) } }, coming)).to.deep.equal(NOBODY);
    expect(match({ Principal: { AWS: ACCOUNT } }, coming)).to.deep.equal(BY_ACCOUNT);
    expect(match({ Principal: { AWS: ACCOUNT } }, { kind: "user", arn: undefined }).account).to.equal(
      "unknown",
    );
    expect(match({ Principal: { AWS: USER_ARN } }, coming)).to.deep.equal(NOBODY);
  });
});

describe("matchPrincipal: NotPrincipal", () => {
  const named = (AWS: string[], principal: Principal, options?: { deny: boolean; boundary: boolean }) =>
    inAnyWay(match({ NotPrincipal: { AWS } }, principal, options));

  it("matches every caller who is not listed in any way", () => {
    expect(named([ROOT, USER_ARN], { kind: "user", arn: `arn:aws:iam::${OTHER}:user/eve` })).to.equal(true);
    expect(named([ROOT, USER_ARN], { kind: "anonymous" })).to.equal(true);
    expect(named([ROOT, USER_ARN], { kind: "service", name: "lambda.amazonaws.com" })).to.equal(true);
  });

  it("excepts a user who is listed with the account, and a session that is listed with role and account", () => {
    expect(named([ROOT, USER_ARN], user)).to.equal(false);
    expect(named([ROOT, ROLE_ARN, SESSION_ARN], role)).to.equal(false);
    expect(named([ROOT], { kind: "root", account: ACCOUNT })).to.equal(false);
  });

  it("is unknown for a partly listed caller, because services differ in what they check", () => {
    expect(named([USER_ARN], user)).to.equal("unknown");
    expect(named([ROOT], user)).to.equal("unknown");
    expect(named([ROOT, ROLE_ARN], role)).to.equal("unknown");
  });

  it("always matches a caller with a permissions boundary in a deny", () => {
    expect(named([ROOT, USER_ARN], user, { deny: true, boundary: true })).to.equal(true);
    expect(named([ROOT, USER_ARN], user, { deny: true, boundary: false })).to.equal(false);
    expect(named([ROOT, USER_ARN], user, { deny: false, boundary: true })).to.equal(false);
  });

  it("matches no caller if everyone is listed", () => {
    expect(named(["*"], user)).to.equal(false);
    expect(inAnyWay(match({ NotPrincipal: "*" }, role))).to.equal(false);
    expect(inAnyWay(match({ NotPrincipal: { Service: "lambda.amazonaws.com" } }, user))).to.equal(true);
  });
});

describe("Principal", () => {
  it("is read from its ARN by principalOf", () => {
    expect(principalOf(USER_ARN)).to.deep.equal(user);
    expect(principalOf(ROLE_ARN)).to.deep.equal({ kind: "role", arn: ROLE_ARN });
    expect(principalOf(ROOT)).to.deep.equal({ kind: "root", account: ACCOUNT });
    expect(principalOf(FEDERATED_USER)).to.deep.equal({ kind: "federated-user", arn: FEDERATED_USER });
    expect(principalOf(SESSION_ARN)).to.deep.equal({
      kind: "role",
      arn: `arn:aws:iam::${ACCOUNT}:role/fetcher`,
      session: "messages",
    });
  });

  for (const arn of [
    "",
    "x",
    `arn:aws:iam::${ACCOUNT}:group/x`,
    "arn:aws:s3:::b",
    `arn:aws:sts::${ACCOUNT}:assumed-role/x`,
  ]) {
    it(`throws a RangeError in principalOf for "${arn}"`, () => {
      expect(() => principalOf(arn)).to.throw(RangeError, "is not the ARN of");
    });
  }

  it("has no role path in its sessionArn", () => {
    expect(sessionArn({ arn: ROLE_ARN, session: "messages" })).to.equal(SESSION_ARN);
    expect(sessionArn({ arn: ROLE_ARN })).to.equal(undefined);
  });

  it("has an account, none (null) or an unknown one (undefined) in accountOfPrincipal", () => {
    expect(accountOfPrincipal(role)).to.equal(ACCOUNT);
    expect(accountOfPrincipal({ kind: "role", arn: undefined })).to.equal(undefined);
    expect(accountOfPrincipal({ kind: "federated-user", arn: FEDERATED_USER })).to.equal(ACCOUNT);
    expect(accountOfPrincipal({ kind: "anonymous" })).to.equal(null);
  });

  it("has its condition keys in principalContext", () => {
    expect(principalContext(role)).to.include({
      "aws:PrincipalArn": ROLE_ARN,
      "aws:PrincipalAccount": ACCOUNT,
      "aws:PrincipalType": "AssumedRole",
      "aws:PrincipalIsAWSService": false,
      "aws:username": null,
    });
    expect(principalContext(user)).to.include({ "aws:username": "bob", "aws:PrincipalType": "User" });
    expect(principalContext({ kind: "anonymous" })).to.include({ "aws:PrincipalArn": null });
    expect(principalContext({ kind: "service", name: "x.amazonaws.com" })).to.include({
      "aws:PrincipalIsAWSService": true,
      "aws:PrincipalServiceName": "x.amazonaws.com",
    });
    expect(principalContext({ kind: "root", account: ACCOUNT })).to.include({
      "aws:PrincipalAccount": ACCOUNT,
    });
    expect(principalContext({ kind: "federated-user", arn: FEDERATED_USER })).to.include({
      "aws:PrincipalArn": FEDERATED_USER,
    });
    expect(principalContext({ kind: "role", arn: undefined })["aws:PrincipalArn"]).to.deep.equal({
      present: true,
    });
    expect(principalContext({ kind: "federated", provider: "x" })).to.deep.equal({});
  });
});
