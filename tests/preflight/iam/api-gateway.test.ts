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

describe("a REST API without authorization", () => {
  it("is open when it is public and has no policy", () => {
    expect(ask(api({}), invoke)).to.equal("allowed");
    expect(ask(api({}), { ...invoke, principal: { kind: "anonymous" } })).to.equal("allowed");
  });

  it("is closed when it is private and has no policy", () => {
    expect(authorizeRead(api({ isPrivate: true }), invoke)).to.deep.equal({
      decision: "implicit-deny",
      missing: ["api-gateway"],
    });
  });

  it("needs an explicit allow once it has a policy", () => {
    expect(ask(api({ statements: [everyone()] }), invoke)).to.equal("allowed");
    expect(ask(api({ statements: [deny("*", "*", { Principal: { AWS: OTHER } })] }), invoke)).to.equal(
      "implicit-deny",
    );
  });

  it("takes every caller for anonymous, whatever signed the call", () => {
    const onlyRole = api({ statements: [allow("*", "*", { Principal: { AWS: ROLE_ARN } })] });
    expect(ask({ identity: [policy("identity", allow("*"))], ...onlyRole }, invoke)).to.equal(
      "implicit-deny",
    );
    const denied = { identity: [policy("identity", deny("*"))], ...api({ statements: [everyone()] }) };
    expect(ask(denied, invoke)).to.equal("allowed");
  });

  it("lets in the endpoint that its policy names and no other", () => {
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

  it("is also held to the endpoint's policy, for which the caller is anonymous", () => {
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

describe("a REST API's short resources", () => {
  const short = (Resource: string) =>
    ask(
      api({ statements: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource }] }),
      invoke,
    );

  it("stand for what follows the API's ID", () => {
    expect(short("execute-api:/*")).to.equal("allowed");
    expect(short("execute-api:/prod/GET/messages")).to.equal("allowed");
    expect(short("execute-api:/*/GET/*")).to.equal("allowed");
    expect(short("execute-api:/dev/*")).to.equal("implicit-deny");
    expect(short("execute-api:/prod/POST/messages")).to.equal("implicit-deny");
  });

  it("are not known while the API's ARN is not", () => {
    const policies = api({ statements: [everyone({ Resource: "execute-api:/*" })] });
    expect(ask(policies, { ...invoke, resource: undefined })).to.equal("unknown");
  });

  it("match nothing but methods of an API", () => {
    const policies = api({ statements: [everyone({ Resource: "execute-api:/*" })] });
    expect(
      ask(policies, { ...invoke, resource: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:x/y` }),
    ).to.equal("implicit-deny");
  });
});

/** The tables of AWS's page on authorization flow, row by row. */
describe("a REST API with IAM authorization", () => {
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
    it(`is ${same} in the same account when the caller's side says ${caller} and the API's ${resource}`, () => {
      expect(ask(policies, { ...invoke, principal: role })).to.equal(same);
    });
    it(`is ${cross} across accounts when the caller's side says ${caller} and the API's ${resource}`, () => {
      expect(ask(policies, { ...invoke, principal: foreign })).to.equal(cross);
    });
  }

  it("refuses whoever does not sign", () => {
    const policies = api({ auth: "iam", statements: [everyone()] });
    expect(ask(policies, { ...invoke, principal: { kind: "anonymous" } })).to.equal("implicit-deny");
  });

  it("is closed when it is private and has no policy, and otherwise left to the caller's side", () => {
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
