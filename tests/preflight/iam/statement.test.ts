// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like JavaScript's.
import { expect } from "chai";
import { ACCOUNT, allow, ask, deny, PARAMETER, policy, user } from "./support.js";

/** The verdict of one identity policy with these statements. */
const by = (...statements: object[]): string => ask({ identity: [policy("identity", statements)] });

describe("fits: actions", () => {
  it("compares actions without case and with wildcards", () => {
    expect(by(allow("SSM:getparametersBYpath"))).to.equal("allowed");
    expect(by(allow("ssm:Get*"))).to.equal("allowed");
    expect(by(allow("ssm:GetParameter?ByPath"))).to.equal("allowed");
    expect(by(allow("*"))).to.equal("allowed");
    expect(by(allow("*:*"))).to.equal("allowed");
    expect(by(allow(["ssm:GetParameter", "ssm:GetParametersByPath"]))).to.equal("allowed");
  });

  it("matches the whole action, not a part of it", () => {
    expect(by(allow("ssm:GetParameter"))).to.equal("implicit-deny");
    expect(by(allow("ssm:GetParametersByPathAndMore"))).to.equal("implicit-deny");
    expect(by(allow("s3:*"))).to.equal("implicit-deny");
  });

  it("matches all actions except those in NotAction", () => {
    expect(by({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })).to.equal("allowed");
    expect(by({ Effect: "Allow", NotAction: ["iam:*", "ssm:Get*"], Resource: "*" })).to.equal(
      "implicit-deny",
    );
    expect(by(allow("*"), { Effect: "Deny", NotAction: "s3:*", Resource: "*" })).to.equal("explicit-deny");
    expect(by(allow("*"), { Effect: "Deny", NotAction: "ssm:*", Resource: "*" })).to.equal("allowed");
  });
});

describe("fits: resources", () => {
  it("matches the ARN", () => {
    expect(by(allow("ssm:*", PARAMETER))).to.equal("allowed");
    expect(by(allow("ssm:*", `${PARAMETER}*`))).to.equal("allowed");
    expect(by(allow("ssm:*", `${PARAMETER}/*`))).to.equal("implicit-deny");
    expect(by(allow("ssm:*", ["arn:aws:s3:::x", PARAMETER]))).to.equal("allowed");
    expect(by(allow("ssm:*", PARAMETER.replace("parameter", "PARAMETER")))).to.equal("implicit-deny");
  });

  it("matches all resources except those in NotResource", () => {
    expect(by({ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::*" })).to.equal("allowed");
    expect(by({ Effect: "Allow", Action: "*", NotResource: PARAMETER })).to.equal("implicit-deny");
    expect(by(allow("*"), { Effect: "Deny", Action: "*", NotResource: PARAMETER })).to.equal("allowed");
    expect(by(allow("*"), { Effect: "Deny", Action: "*", NotResource: "arn:aws:s3:::*" })).to.equal(
      "explicit-deny",
    );
  });

  it("completes an ARN of fewer than six parts in identity policies and boundaries", () => {
    expect(by(allow("*"), deny("*", "arn:aws:ssm"))).to.equal("explicit-deny");
    expect(by(allow("ssm:*", "arn:aws:ssm"))).to.equal("allowed");
    expect(by(allow("ssm:*", "arn:aws:ssm:eu-west-1"))).to.equal("allowed");
    expect(by(allow("ssm:*", "arn:aws:ssm:us-east-1"))).to.equal("implicit-deny");
    expect(by(allow("ssm:*", "arn:aws:sqs"))).to.equal("implicit-deny");
    // Five parts: the path is where the account belongs.
    expect(by(allow("ssm:*", "arn:aws:ssm:*:parameter/app/*"))).to.equal("implicit-deny");
    expect(by({ Effect: "Allow", Action: "*", NotResource: "arn:aws:ssm" })).to.equal("implicit-deny");
    expect(by({ Effect: "Allow", Action: "*", NotResource: "arn:aws:sqs" })).to.equal("unknown");
    const boundary = policy("identity", allow("*", "arn:aws:ssm"));
    expect(ask({ identity: [policy("identity", allow("*"))], boundary })).to.equal("allowed");
  });

  it("takes a colon in a variable for no part of the ARN", () => {
    const variable = policy("identity", allow("ssm:*", "arn:aws:ssm:*:*:parameter/${aws:PrincipalTag/app}"));
    expect(ask({ identity: [variable] }, { context: { "aws:PrincipalTag/app": "app/prod" } })).to.equal(
      "allowed",
    );
  });

  it("is unknown for an ARN of fewer than six parts in other policies, if that matters", () => {
    const identity = [policy("identity", allow("*"))];
    const endpoint = (statement: object) => ({
      identity,
      endpoint: { type: "interface" as const, policy: policy("endpoint", statement) },
    });
    const everyone = { Principal: "*" };
    expect(ask(endpoint(allow("*", "arn:aws:ssm", everyone)))).to.equal("unknown");
    expect(ask(endpoint(allow("*", "arn:aws:sqs", everyone)))).to.equal("implicit-deny");
    expect(ask(endpoint(allow("*", "arn:aws:ssm:*", everyone)))).to.equal("allowed");
    expect(ask({ identity, session: [policy("identity", allow("*", "arn:aws:ssm"))] })).to.equal("unknown");
  });

  it("is unknown for an unknown ARN, except for *", () => {
    const later = { resource: undefined, resourceAccount: ACCOUNT };
    const identity = (resource: string) => ({ identity: [policy("identity", allow("ssm:*", resource))] });
    expect(ask(identity(PARAMETER), later)).to.equal("unknown");
    expect(ask(identity("*"), later)).to.equal("allowed");
    const except = policy("identity", { Effect: "Allow", Action: "*", NotResource: PARAMETER });
    expect(ask({ identity: [except] }, later)).to.equal("unknown");
  });

  it("expands policy variables after the fifth colon", () => {
    const home = "arn:aws:s3:::home/${aws:username}/*";
    const request = { principal: user, action: "s3:GetObject", resourceAccount: ACCOUNT };
    const policies = { identity: [policy("identity", allow("s3:GetObject", home))] };
    expect(ask(policies, { ...request, resource: "arn:aws:s3:::home/bob/x" })).to.equal("allowed");
    expect(ask(policies, { ...request, resource: "arn:aws:s3:::home/eve/x" })).to.equal("implicit-deny");
    // A role has no user name, so the resource matches nothing.
    const asRole = { action: "s3:GetObject", resourceAccount: ACCOUNT, resource: "arn:aws:s3:::home/bob/x" };
    expect(ask(policies, asRole)).to.equal("implicit-deny");
    const nowhere = policy("identity", { Effect: "Allow", Action: "*", NotResource: home });
    expect(ask({ identity: [nowhere] }, asRole)).to.equal("allowed");
  });

  it("is unknown for a variable that is unknown or is where AWS allows none", () => {
    const tagged = allow("ssm:*", PARAMETER.replace("prod", "${aws:PrincipalTag/stage}"));
    expect(by(tagged)).to.equal("unknown");
    const tags = (stage: string) => ({ context: { "aws:PrincipalTag/stage": stage } });
    expect(ask({ identity: [policy("identity", tagged)] }, tags("prod"))).to.equal("allowed");
    expect(ask({ identity: [policy("identity", tagged)] }, tags("dev"))).to.equal("implicit-deny");
    expect(by(allow("ssm:*", PARAMETER.replace(ACCOUNT, "${aws:PrincipalAccount}")))).to.equal("unknown");
  });

  it("takes variables literally in version 2008-10-17", () => {
    const old = policy(
      "identity",
      allow("ssm:*", PARAMETER.replace("prod", "${aws:x}")),
      "old",
      "2008-10-17",
    );
    expect(ask({ identity: [old] }, { context: { "aws:x": "prod" } })).to.equal("implicit-deny");
    expect(ask({ identity: [old] }, { resource: PARAMETER.replace("prod", "${aws:x}") })).to.equal("allowed");
  });
});

describe("fits: conditions", () => {
  const when = (Condition: object) =>
    ask({ identity: [policy("identity", allow("*", "*", { Condition }))] }, request);
  const request = {
    context: { "aws:SourceVpce": "vpce-1", "aws:SecureTransport": true, "aws:SourceIp": null },
  };

  it("requires all operators and all keys of an operator to hold", () => {
    expect(
      when({ StringEquals: { "aws:SourceVpce": "vpce-1" }, Bool: { "aws:SecureTransport": "true" } }),
    ).to.equal("allowed");
    expect(
      when({ StringEquals: { "aws:SourceVpce": "vpce-1" }, Bool: { "aws:SecureTransport": "false" } }),
    ).to.equal("implicit-deny");
    expect(when({ StringEquals: { "aws:SourceVpce": "vpce-1", "aws:SourceIp": "x" } })).to.equal(
      "implicit-deny",
    );
  });

  it("is unknown if a key is unknown, unless another key decides", () => {
    expect(when({ StringEquals: { "aws:SourceVpc": "vpc-1" } })).to.equal("unknown");
    expect(when({ StringEquals: { "aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-2" } })).to.equal(
      "implicit-deny",
    );
  });

  it("reads the keys that follow from principal and resource", () => {
    expect(
      when({ StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT } }),
    ).to.equal("allowed");
    expect(when({ ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/service/*` } })).to.equal(
      "allowed",
    );
    expect(when({ Bool: { "aws:PrincipalIsAWSService": "true" } })).to.equal("implicit-deny");
  });

  it("ignores a deny whose conditions do not hold", () => {
    const unlessVpce = (id: string) =>
      deny("*", "*", { Condition: { StringNotEquals: { "aws:SourceVpce": id } } });
    expect(ask({ identity: [policy("identity", [allow("*"), unlessVpce("vpce-1")])] }, request)).to.equal(
      "allowed",
    );
    expect(ask({ identity: [policy("identity", [allow("*"), unlessVpce("vpce-2")])] }, request)).to.equal(
      "explicit-deny",
    );
  });
});
