import { expect } from "chai";
import type { Policies, Principal, Request } from "../../../preflight/iam/index.js";
import { ACCOUNT, allow, ask, authorizeRead, deny, OTHER, policy, ROLE_ARN, role } from "./support.js";

const METHOD = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abc123/prod/GET/messages`;
const invoke: Partial<Request> = { action: "execute-api:Invoke", resource: METHOD };

interface Api {
  readonly auth?: "none" | "iam";
  readonly isPrivate?: boolean;
  readonly statements?: readonly object[];
}

function api({ auth = "none", isPrivate = false, statements }: Api): Policies {
  return {
    resource: {
      kind: "api-gateway",
      auth,
      private: isPrivate,
      ...(statements === undefined ? {} : { policy: policy("api-gateway", statements, "messages API") }),
    },
  };
}

const everyone = (more: object = {}) => allow("execute-api:Invoke", METHOD, { Principal: "*", ...more });

describe("authorize: REST API without authorization", () => {
  it("allows a call of a public API without a policy", () => {
    expect(ask(api({}), invoke)).to.equal("allowed");
    expect(ask(api({}), { ...invoke, principal: { kind: "anonymous" } })).to.equal("allowed");
  });

  it("denies a call of a private API without a policy", () => {
    expect(authorizeRead(api({ isPrivate: true }), invoke)).to.deep.equal({
      decision: "implicit-deny",
      missing: ["api-gateway"],
    });
  });

  it("requires an explicit allow if the API has a policy", () => {
    expect(ask(api({ statements: [everyone()] }), invoke)).to.equal("allowed");
    expect(ask(api({ statements: [deny("*", "*", { Principal: { AWS: OTHER } })] }), invoke)).to.equal(
      "implicit-deny",
    );
  });

  it("treats every caller as anonymous, even if the call is signed", () => {
    const onlyRole = api({ statements: [allow("*", "*", { Principal: { AWS: ROLE_ARN } })] });
    expect(ask({ identity: [policy("identity", allow("*"))], ...onlyRole }, invoke)).to.equal(
      "implicit-deny",
    );
    const denied = { identity: [policy("identity", deny("*"))], ...api({ statements: [everyone()] }) };
    expect(ask(denied, invoke)).to.equal("allowed");
  });

  it("allows only the endpoint that the API's policy names", () => {
    const guarded = api({
      isPrivate: true,
      statements: [
        everyone(),
        deny("execute-api:Invoke", METHOD, {
          Principal: "*",
          Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1" } },
        }),
      ],
    });
    const from = (vpce: string | null | undefined) =>
      ask(guarded, { ...invoke, context: { "aws:SourceVpce": vpce } });
    expect(from("vpce-1")).to.equal("allowed");
    expect(from("vpce-2")).to.equal("explicit-deny");
    expect(from(null)).to.equal("explicit-deny");
    expect(from(undefined)).to.equal("unknown");
  });

  it("also requires an allow of the endpoint's policy for the anonymous caller", () => {
    const through = (Principal: unknown): Policies => ({
      ...api({ statements: [everyone()] }),
      endpoint: {
        type: "interface",
        policy: policy("endpoint", allow("execute-api:Invoke", "*", { Principal })),
      },
    });
    expect(ask(through("*"), invoke)).to.equal("allowed");
    expect(ask(through({ AWS: ROLE_ARN }), invoke)).to.equal("implicit-deny");
  });
});

describe("authorize: short form of a REST API's resources", () => {
  const short = (Resource: string) =>
    ask(
      api({ statements: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource }] }),
      invoke,
    );

  it("matches a short resource with the part after the API's ID", () => {
    expect(short("execute-api:/*")).to.equal("allowed");
    expect(short("execute-api:/prod/GET/messages")).to.equal("allowed");
    expect(short("execute-api:/*/GET/*")).to.equal("allowed");
    expect(short("execute-api:/dev/*")).to.equal("implicit-deny");
    expect(short("execute-api:/prod/POST/messages")).to.equal("implicit-deny");
  });

  it("is unknown for a short resource if the API's ARN is unknown", () => {
    const policies = api({ statements: [everyone({ Resource: "execute-api:/*" })] });
    expect(ask(policies, { ...invoke, resource: undefined })).to.equal("unknown");
  });

  it("matches a short resource only with methods of an API", () => {
    const policies = api({ statements: [everyone({ Resource: "execute-api:/*" })] });
    expect(
      ask(policies, { ...invoke, resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:x/y` }),
    ).to.equal("implicit-deny");
  });
});

/** The tables of AWS's page on the authorization flow, row by row. */
describe("authorize: REST API with IAM authorization", () => {
  const identity = {
    allow: [policy("identity", allow("execute-api:Invoke"))],
    silent: [policy("identity", allow("ssm:*"))],
    deny: [policy("identity", deny("execute-api:*"))],
  };
  const statements = {
    allow: [everyone()],
    silent: [everyone({ Action: "execute-api:ManageConnections" })],
    deny: [deny("*", "*", { Principal: "*" })],
  };
  type Says = keyof typeof identity;
  const table: [Says, Says, string, string][] = [
    ["allow", "allow", "allowed", "allowed"],
    ["allow", "silent", "allowed", "implicit-deny"],
    ["allow", "deny", "explicit-deny", "explicit-deny"],
    ["silent", "allow", "allowed", "implicit-deny"],
    ["silent", "silent", "implicit-deny", "implicit-deny"],
    ["silent", "deny", "explicit-deny", "explicit-deny"],
    ["deny", "allow", "explicit-deny", "explicit-deny"],
    ["deny", "silent", "explicit-deny", "explicit-deny"],
    ["deny", "deny", "explicit-deny", "explicit-deny"],
  ];
  const foreign: Principal = { kind: "role", arn: ROLE_ARN.replace(ACCOUNT, OTHER), session: "x" };
  for (const [caller, resource, same, cross] of table) {
    const policies = {
      identity: identity[caller],
      ...api({ auth: "iam", statements: statements[resource] }),
    };
    it(`decides ${same} in the same account if the caller's side is ${caller} and the API's is ${resource}`, () => {
      expect(ask(policies, { ...invoke, principal: role })).to.equal(same);
    });
    it(`decides ${cross} across accounts if the caller's side is ${caller} and the API's is ${resource}`, () => {
      expect(ask(policies, { ...invoke, principal: foreign })).to.equal(cross);
    });
  }

  it("denies an unsigned call", () => {
    const policies = api({ auth: "iam", statements: [everyone()] });
    expect(ask(policies, { ...invoke, principal: { kind: "anonymous" } })).to.equal("implicit-deny");
  });

  it("denies a private API without a policy, and leaves a public one to the caller's side", () => {
    expect(ask({ identity: identity.allow, ...api({ auth: "iam", isPrivate: true }) }, invoke)).to.equal(
      "implicit-deny",
    );
    expect(ask({ identity: identity.allow, ...api({ auth: "iam" }) }, invoke)).to.equal("allowed");
    expect(ask({ identity: identity.silent, ...api({ auth: "iam" }) }, invoke)).to.equal("implicit-deny");
    expect(
      ask({ identity: identity.allow, ...api({ auth: "iam" }) }, { ...invoke, principal: foreign }),
    ).to.equal("implicit-deny");
  });
});
