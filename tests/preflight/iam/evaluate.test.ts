import { expect } from "chai";
import { authorize, type Policies, type Principal, type Request } from "../../../preflight/iam/index.js";
import {
  ACCOUNT,
  allow,
  ask,
  authorizeRead,
  deny,
  KEY,
  OTHER,
  PARAMETER,
  policy,
  ROLE_ARN,
  role,
  SESSION_ARN,
  USER_ARN,
  user,
} from "./support.js";

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const ALL = policy("identity", allow("*"), "admin");
const NONE = policy("identity", allow("nothing:AtAll"), "nothing");
const NO_SSM = policy("identity", { Sid: "NoSsm", ...deny("ssm:*") }, "no-ssm");
const LATER = { label: "later", document: undefined };

const to = (Principal: unknown, more: object = {}) => allow("*", "*", { Principal, ...more });
const resource = (...statements: object[]): Pick<Policies, "resource"> => ({
  resource: { kind: "resource", policy: policy("resource", statements, "secret") },
});

describe("authorize", () => {
  it("denies a request without an allow, and names the kind of policy that lacks it", () => {
    expect(authorizeRead({})).to.deep.equal({ decision: "implicit-deny", missing: ["identity"] });
    expect(authorizeRead({ identity: [NONE] })).to.deep.equal({
      decision: "implicit-deny",
      missing: ["identity"],
    });
  });

  it("allows a request that an identity policy allows, and names the statement", () => {
    const identity = [
      NONE,
      policy("identity", [allow("s3:*"), { Sid: "Read", ...allow("ssm:Get*", PARAMETER) }], "read"),
    ];
    expect(authorizeRead({ identity })).to.deep.equal({
      decision: "allowed",
      by: [{ policy: "read", kind: "identity", effect: "Allow", index: 1, sid: "Read" }],
    });
  });

  it("denies a request by an explicit deny despite any allow, and names the statement", () => {
    expect(authorizeRead({ identity: [ALL, NO_SSM] })).to.deep.equal({
      decision: "explicit-deny",
      by: { policy: "no-ssm", kind: "identity", effect: "Deny", index: 0, sid: "NoSsm" },
    });
  });

  const everywhere: [string, Policies][] = [
    ["the boundary", { boundary: policy("identity", [allow("*"), deny("ssm:*")]) }],
    ["a session policy", { session: [ALL, NO_SSM] }],
    ["a service control policy", { serviceControl: [[ALL, NO_SSM]] }],
    [
      "a resource control policy",
      { resourceControl: [[policy("resource", [to("*"), deny("*", "*", { Principal: "*" })])]] },
    ],
    ["the resource policy", resource(to("*"), deny("ssm:*", "*", { Principal: { AWS: ACCOUNT } }))],
    [
      "the endpoint policy",
      {
        endpoint: {
          type: "interface",
          policy: policy("endpoint", [to("*"), deny("*", "*", { Principal: "*" })]),
        },
      },
    ],
  ];
  for (const [where, policies] of everywhere) {
    it(`applies an explicit deny in ${where}`, () => {
      expect(ask({ identity: [ALL], ...policies })).to.equal("explicit-deny");
    });
  }

  it("treats an action without a resource as one in the caller's account", () => {
    expect(ask({ identity: [ALL] }, { action: "ssm:DescribeParameters", resource: "*" })).to.equal("allowed");
  });
});

describe("authorize: limiting policies", () => {
  for (const [name, limit] of [
    ["boundary", (it: typeof ALL) => ({ boundary: it })],
    ["session", (it: typeof ALL) => ({ session: [it] })],
    ["service-control", (it: typeof ALL) => ({ serviceControl: [[it]] })],
  ] as const) {
    it(`requires an allow of a ${name} policy`, () => {
      expect(ask({ identity: [ALL], ...limit(ALL) })).to.equal("allowed");
      expect(authorizeRead({ identity: [ALL], ...limit(NONE) })).to.deep.equal({
        decision: "implicit-deny",
        missing: [name],
      });
      expect(ask({ identity: [ALL], ...limit(LATER) })).to.equal("unknown");
    });

    it(`grants nothing by a ${name} policy alone`, () => {
      expect(ask(limit(ALL))).to.equal("implicit-deny");
    });
  }

  it("requires an allow at each level of an organization", () => {
    expect(ask({ identity: [ALL], serviceControl: [[ALL], [NONE, ALL]] })).to.equal("allowed");
    expect(ask({ identity: [ALL], serviceControl: [[ALL], [NONE]] })).to.equal("implicit-deny");
    const resourceControl = [[policy("resource", to("*"))], [policy("resource", to({ AWS: OTHER }))]];
    expect(authorizeRead({ identity: [ALL], resourceControl })).to.deep.equal({
      decision: "implicit-deny",
      missing: ["resource-control"],
    });
  });

  it("names the allow of every policy that had to allow", () => {
    const decision = authorizeRead({ identity: [ALL], boundary: ALL, serviceControl: [[ALL]] });
    expect(decision.decision === "allowed" && decision.by.map(({ kind }) => kind)).to.deep.equal([
      "service-control",
      "identity",
      "boundary",
    ]);
  });
});

describe("authorize: resource policy in the caller's account", () => {
  it("allows by either the resource policy or the identity policy", () => {
    expect(ask(resource(to({ AWS: ROLE_ARN })))).to.equal("allowed");
    expect(ask({ identity: [ALL], ...resource(to({ AWS: OTHER })) })).to.equal("allowed");
    expect(authorizeRead(resource(to({ AWS: OTHER })))).to.deep.equal({
      decision: "implicit-deny",
      missing: ["identity", "resource"],
    });
  });

  it("leaves the decision to the identity policies if the resource policy names the account", () => {
    expect(ask(resource(to({ AWS: ROOT })))).to.equal("implicit-deny");
    expect(ask({ identity: [ALL], ...resource(to({ AWS: ROOT })) })).to.equal("allowed");
  });

  const silent: [string, unknown, Principal, string][] = [
    ["the role", { AWS: ROLE_ARN }, role, "implicit-deny"],
    ["the session", { AWS: SESSION_ARN }, role, "allowed"],
    ["the user", { AWS: USER_ARN }, user, "allowed"],
    ["everyone", "*", role, "allowed"],
  ];
  for (const [who, element, principal, verdict] of silent) {
    it(`${verdict === "allowed" ? "ignores" : "applies"} a silent boundary if the resource policy names ${who}`, () => {
      expect(ask({ boundary: NONE, ...resource(to(element)) }, { principal })).to.equal(verdict);
    });
    it(`${verdict === "allowed" ? "ignores" : "applies"} a silent session policy if the resource policy names ${who}`, () => {
      expect(ask({ session: [NONE], ...resource(to(element)) }, { principal })).to.equal(verdict);
    });
    it(`applies an explicit deny in the boundary if the resource policy names ${who}`, () => {
      expect(ask({ boundary: NO_SSM, ...resource(to(element)) }, { principal })).to.equal("explicit-deny");
    });
  }

  it("denies a caller with a boundary by NotPrincipal, whatever the element lists", () => {
    const except = deny("*", "*", { NotPrincipal: { AWS: [ROOT, ROLE_ARN, SESSION_ARN] } });
    expect(ask({ identity: [ALL], ...resource(except) })).to.equal("allowed");
    expect(ask({ identity: [ALL], boundary: ALL, ...resource(except) })).to.equal("explicit-deny");
  });

  it("allows the root user's own access without any policy, unless the resource policy denies it", () => {
    const root = { principal: { kind: "root", account: ACCOUNT } } as const;
    expect(ask({}, root)).to.equal("allowed");
    expect(ask({ identity: [NO_SSM] }, root)).to.equal("allowed");
    expect(ask(resource(deny("*", "*", { Principal: { AWS: ROOT } })), root)).to.equal("explicit-deny");
    expect(ask({ serviceControl: [[NONE]] }, root)).to.equal("implicit-deny");
  });
});

describe("authorize: across accounts", () => {
  const across = { resource: PARAMETER.replace(ACCOUNT, OTHER) };

  it("requires an allow on both sides", () => {
    expect(ask({ identity: [ALL], ...resource(to({ AWS: ROLE_ARN })) }, across)).to.equal("allowed");
    expect(ask({ identity: [ALL], ...resource(to({ AWS: ACCOUNT })) }, across)).to.equal("allowed");
    expect(ask({ identity: [ALL], ...resource(to("*")) }, across)).to.equal("allowed");
    expect(authorizeRead({ identity: [ALL] }, across)).to.deep.equal({
      decision: "implicit-deny",
      missing: ["resource"],
    });
    expect(authorizeRead(resource(to("*")), across)).to.deep.equal({
      decision: "implicit-deny",
      missing: ["identity"],
    });
    expect(authorizeRead({}, across)).to.deep.equal({
      decision: "implicit-deny",
      missing: ["identity", "resource"],
    });
  });

  it("applies the boundary, even if the resource policy names the session", () => {
    const named = resource(to({ AWS: SESSION_ARN }));
    expect(ask({ identity: [ALL], ...named }, across)).to.equal("allowed");
    expect(ask({ identity: [ALL], boundary: NONE, ...named }, across)).to.equal("implicit-deny");
  });

  it("requires only the resource's allow for the other account's root user", () => {
    const root = { ...across, principal: { kind: "root", account: ACCOUNT } } as const;
    expect(ask(resource(to({ AWS: ACCOUNT })), root)).to.equal("allowed");
    expect(ask({}, root)).to.equal("implicit-deny");
  });

  it("uses the given account if the ARN has none", () => {
    const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key" };
    expect(ask({ identity: [ALL] }, { ...bucket, resourceAccount: ACCOUNT })).to.equal("allowed");
    expect(ask({ identity: [ALL] }, { ...bucket, resourceAccount: OTHER })).to.equal("implicit-deny");
    expect(ask({ identity: [ALL] }, bucket)).to.equal("unknown");
  });

  it("decides without the resource's account if both cases have the same answer", () => {
    const bucket = { action: "s3:GetObject", resource: "arn:aws:s3:::bucket/key" };
    expect(ask({}, bucket)).to.equal("implicit-deny");
    expect(ask({ identity: [ALL], ...resource(to("*")) }, bucket)).to.equal("allowed");
    expect(ask({ identity: [ALL, NO_SSM] })).to.equal("explicit-deny");
  });
});

describe("authorize: callers without identity policies", () => {
  const service: Principal = { kind: "service", name: "apigateway.amazonaws.com" };
  const invoke = (principal: Principal, context: Request["context"] = {}): Partial<Request> => ({
    principal,
    action: "lambda:InvokeFunction",
    resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:messages`,
    context,
  });
  const api = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abc123/*/GET/messages`;
  const permission = resource(
    to({ Service: service.name }, { Condition: { ArnLike: { "aws:SourceArn": api } } }),
  );

  it("allows a service by the resource policy alone", () => {
    const from = (stage: string) => ({ "aws:SourceArn": api.replace("*", stage) });
    expect(ask(permission, invoke(service, from("prod")))).to.equal("allowed");
    expect(ask(permission, invoke(service, { "aws:SourceArn": api.replace("abc123", "other") }))).to.equal(
      "implicit-deny",
    );
    expect(ask(permission, invoke({ kind: "service", name: "events.amazonaws.com" }, from("prod")))).to.equal(
      "implicit-deny",
    );
    expect(ask(permission, invoke(service))).to.equal("unknown");
    expect(authorizeRead({ identity: [ALL] }, invoke(service))).to.deep.equal({
      decision: "implicit-deny",
      missing: ["resource"],
    });
  });

  it("requires a policy for everyone for an anonymous caller", () => {
    expect(ask(resource(to("*")), invoke({ kind: "anonymous" }))).to.equal("allowed");
    expect(ask(resource(to({ AWS: "*" })), invoke({ kind: "anonymous" }))).to.equal("allowed");
    expect(ask(resource(to({ AWS: ACCOUNT })), invoke({ kind: "anonymous" }))).to.equal("implicit-deny");
    expect(ask({}, invoke({ kind: "anonymous" }))).to.equal("implicit-deny");
  });
});

describe("authorize: KMS key", () => {
  const decrypt: Partial<Request> = { action: "kms:Decrypt", resource: KEY };
  const key = (...statements: object[]): Policies => ({
    resource: { kind: "key", policy: policy("key", statements, "app key") },
  });
  const enableIam = to({ AWS: ROOT });

  it("denies if only an identity policy allows", () => {
    expect(authorizeRead({ identity: [ALL], ...key(to({ AWS: OTHER })) }, decrypt)).to.deep.equal({
      decision: "implicit-deny",
      missing: ["key"],
    });
  });

  it("leaves the decision to identity policies if the key's policy names the account", () => {
    expect(ask({ identity: [ALL], ...key(enableIam) }, decrypt)).to.equal("allowed");
    expect(ask({ identity: [NONE], ...key(enableIam) }, decrypt)).to.equal("implicit-deny");
    expect(ask({ identity: [ALL], boundary: NONE, ...key(enableIam) }, decrypt)).to.equal("implicit-deny");
  });

  it("allows by the key's policy alone", () => {
    expect(ask(key(to({ AWS: ROLE_ARN })), decrypt)).to.equal("allowed");
    expect(ask({ boundary: NONE, ...key(to({ AWS: ROLE_ARN })) }, decrypt)).to.equal("implicit-deny");
  });

  it("allows everyone in the account through a service, as managed keys do", () => {
    const managed = key(
      to(
        { AWS: "*" },
        {
          Condition: {
            StringEquals: { "kms:CallerAccount": ACCOUNT, "kms:ViaService": "ssm.eu-west-1.amazonaws.com" },
          },
        },
      ),
    );
    const context = { "kms:CallerAccount": ACCOUNT, "kms:ViaService": "ssm.eu-west-1.amazonaws.com" };
    expect(ask(managed, { ...decrypt, context })).to.equal("allowed");
    expect(ask(managed, { ...decrypt, context: { ...context, "kms:ViaService": null } })).to.equal(
      "implicit-deny",
    );
    expect(ask(managed, decrypt)).to.equal("unknown");
  });

  it("denies even the root user if the key's policy does not allow it", () => {
    const root = { ...decrypt, principal: { kind: "root", account: ACCOUNT } } as const;
    expect(ask(key(enableIam), root)).to.equal("allowed");
    expect(ask(key(to({ AWS: ROLE_ARN })), root)).to.equal("implicit-deny");
  });

  it("requires an allow on both sides across accounts", () => {
    const across = { ...decrypt, resource: KEY.replace(ACCOUNT, OTHER) };
    expect(ask({ identity: [ALL], ...key(to({ AWS: ACCOUNT })) }, across)).to.equal("allowed");
    expect(ask(key(to({ AWS: ROLE_ARN })), across)).to.equal("implicit-deny");
    expect(ask({ identity: [ALL], ...key(to({ AWS: OTHER })) }, across)).to.equal("implicit-deny");
  });

  it("is unknown without the key's policy", () => {
    expect(ask({ identity: [ALL] }, decrypt)).to.equal("unknown");
    expect(ask({ identity: [ALL] }, { ...decrypt, resource: undefined, resourceAccount: ACCOUNT })).to.equal(
      "unknown",
    );
    expect(ask({ identity: [ALL], resource: { kind: "key", policy: LATER } }, decrypt)).to.equal("unknown");
    expect(ask({ identity: [ALL] }, { ...decrypt, action: "kms:ListKeys", resource: "*" })).to.equal(
      "allowed",
    );
    expect(ask({ identity: [ALL, policy("identity", deny("kms:*"))] }, decrypt)).to.equal("explicit-deny");
  });
});

describe("authorize: trust policy of a role", () => {
  const assume = { action: "sts:AssumeRole", resource: `arn:aws:iam::${ACCOUNT}:role/target` };
  const trust = (Principal: unknown, more: object = {}): Policies => ({
    resource: {
      kind: "trust",
      policy: policy("trust", { Effect: "Allow", Action: "sts:AssumeRole", Principal, ...more }, "target"),
    },
  });

  it("allows the service that the trust policy names", () => {
    const lambda: Principal = { kind: "service", name: "lambda.amazonaws.com" };
    expect(ask(trust({ Service: "lambda.amazonaws.com" }), { ...assume, principal: lambda })).to.equal(
      "allowed",
    );
    expect(ask(trust({ Service: "ec2.amazonaws.com" }), { ...assume, principal: lambda })).to.equal(
      "implicit-deny",
    );
  });

  it("allows a user that the trust policy names, and leaves the decision to identity policies if it names the account", () => {
    expect(ask(trust({ AWS: USER_ARN }), { ...assume, principal: user })).to.equal("allowed");
    expect(ask(trust({ AWS: ACCOUNT }), { ...assume, principal: user })).to.equal("implicit-deny");
    expect(ask({ identity: [ALL], ...trust({ AWS: ACCOUNT }) }, { ...assume, principal: user })).to.equal(
      "allowed",
    );
  });

  it("denies if only identity policies allow", () => {
    expect(ask({ identity: [ALL], ...trust({ AWS: OTHER }) }, { ...assume, principal: user })).to.equal(
      "implicit-deny",
    );
    expect(ask({ identity: [ALL] }, { ...assume, principal: user })).to.equal("unknown");
  });

  it("allows a user of an identity provider if the conditions hold", () => {
    const provider: Principal = { kind: "federated", provider: "token.actions.githubusercontent.com" };
    const web = { ...assume, action: "sts:AssumeRoleWithWebIdentity", principal: provider };
    const policies = trust(
      { Federated: provider.provider },
      {
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/app:*" } },
      },
    );
    const sub = (value: string) => ({ context: { "token.actions.githubusercontent.com:sub": value } });
    expect(ask(policies, { ...web, ...sub("repo:acme/app:ref:refs/heads/main") })).to.equal("allowed");
    expect(ask(policies, { ...web, ...sub("repo:evil/app:ref:refs/heads/main") })).to.equal("implicit-deny");
  });

  it("also requires the identity policy for a role in another account", () => {
    const across = { ...assume, resource: assume.resource.replace(ACCOUNT, OTHER), principal: user };
    expect(ask(trust({ AWS: USER_ARN }), across)).to.equal("implicit-deny");
    expect(ask({ identity: [ALL], ...trust({ AWS: USER_ARN }) }, across)).to.equal("allowed");
  });
});

describe("authorize: endpoint policy", () => {
  const through = (type: "interface" | "gateway", ...statements: object[]): Policies => ({
    identity: [ALL],
    endpoint: { type, policy: policy("endpoint", statements, "ssm endpoint") },
  });

  it("requires an allow of the endpoint policy", () => {
    expect(ask(through("interface", to("*")))).to.equal("allowed");
    expect(ask(through("interface", allow("ssm:Get*", `${PARAMETER}*`, { Principal: "*" })))).to.equal(
      "allowed",
    );
    expect(authorizeRead(through("interface", allow("s3:*", "*", { Principal: "*" })))).to.deep.equal({
      decision: "implicit-deny",
      missing: ["endpoint"],
    });
  });

  it("grants nothing by the endpoint policy alone", () => {
    expect(ask({ ...through("interface", to("*")), identity: [] })).to.equal("implicit-deny");
  });

  it("accepts the role, the session or the account as principal", () => {
    for (const AWS of [ROLE_ARN, SESSION_ARN, ROOT]) {
      expect(ask(through("interface", to({ AWS })))).to.equal("allowed");
    }
    expect(ask(through("interface", to({ AWS: OTHER })))).to.equal("implicit-deny");
  });

  it("is unknown for a gateway endpoint's policy with another principal than *", () => {
    expect(ask(through("gateway", to("*")))).to.equal("allowed");
    expect(ask(through("gateway", to({ AWS: "*" })))).to.equal("allowed");
    expect(ask(through("gateway", to({ AWS: ROOT })))).to.equal("unknown");
    const onlyRole = { Condition: { ArnEquals: { "aws:PrincipalArn": ROLE_ARN } } };
    expect(ask(through("gateway", to("*", onlyRole)))).to.equal("allowed");
  });

  it("is unknown with an unknown endpoint policy, unless the request is denied anyway", () => {
    const endpoint = { type: "interface", policy: LATER } as const;
    expect(ask({ identity: [ALL], endpoint })).to.equal("unknown");
    expect(ask({ identity: [NONE], endpoint })).to.equal("implicit-deny");
    expect(ask({ identity: [NO_SSM], endpoint })).to.equal("explicit-deny");
  });
});

describe("authorize: unknown input", () => {
  const maybe = { Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } };

  it("is unknown for an allow with a possible deny, and names the statement and the key", () => {
    const identity = [ALL, policy("identity", { Sid: "OnlyHere", ...deny("*", "*", maybe) }, "guard")];
    expect(authorizeRead({ identity })).to.deep.equal({
      decision: "unknown",
      because: [
        {
          policy: "guard",
          statement: { policy: "guard", kind: "identity", effect: "Deny", index: 0, sid: "OnlyHere" },
          reason: "the value of aws:SourceVpce is not known",
        },
      ],
    });
  });

  it("denies despite unknowns if a deny is certain or nothing allows", () => {
    expect(ask({ identity: [NO_SSM, policy("identity", allow("*", "*", maybe))] })).to.equal("explicit-deny");
    expect(ask({ identity: [NONE, policy("identity", deny("*", "*", maybe))] })).to.equal("implicit-deny");
  });

  it("allows despite unknowns if an allow is certain", () => {
    expect(ask({ identity: [policy("identity", allow("*", "*", maybe)), ALL] })).to.equal("allowed");
  });

  it("is unknown with unknown policies, unless a deny is certain", () => {
    expect(ask({ identity: [LATER] })).to.equal("unknown");
    expect(ask({ identity: [ALL, LATER] })).to.equal("unknown");
    expect(ask({ identity: [NO_SSM, LATER] })).to.equal("explicit-deny");
    expect(ask({ identity: [ALL], resource: { kind: "resource", policy: LATER } })).to.equal("unknown");
  });

  it("is unknown with an unknown role if a policy depends on the role", () => {
    const principal: Principal = { kind: "role", arn: undefined, account: ACCOUNT };
    expect(ask({ identity: [ALL] }, { principal })).to.equal("allowed");
    expect(ask(resource(to({ AWS: ROLE_ARN })), { principal })).to.equal("unknown");
    expect(ask({ identity: [ALL] }, { principal: { kind: "role", arn: undefined } })).to.equal("unknown");
  });

  it("is unknown with a policy of the wrong kind", () => {
    expect(ask({ identity: [policy("resource", to("*"))] })).to.equal("unknown");
    expect(ask({ resource: { kind: "resource", policy: policy("identity", allow("*")) } })).to.equal(
      "unknown",
    );
  });
});

describe("authorize: speed", () => {
  it("evaluates thousands of requests per second", () => {
    const policies: Policies = {
      identity: [policy("identity", [allow("logs:*"), allow("ssm:Get*", `${PARAMETER}*`), deny("iam:*")])],
      endpoint: { type: "interface", policy: policy("endpoint", to("*")) },
    };
    const request: Request = { principal: role, action: "ssm:GetParametersByPath", resource: PARAMETER };
    const started = performance.now();
    for (let count = 0; count < 2000; count += 1) authorize(request, policies);
    // The limit is generous, because the test machines are shared; the loop takes about a tenth of it.
    expect(performance.now() - started).to.be.below(2000);
  });
});
