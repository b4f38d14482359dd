import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config/index.js";
import { NAT_MODES } from "../../preflight/aws/nat-modes.js";
import type { Raw } from "./example.js";

const parse = (raw: Raw) => {
  const parsed = parseConfig(raw, "eu-west-1");
  return {
    config: parsed.config,
    issues: (parsed.issues ?? []).map(({ key, value, fix }) => `${key}: ${value}. ${fix}`),
    notices: "advice" in parsed ? parsed.advice.map(({ key, fix }) => `${key}: ${fix}`) : [],
  };
};
const vpc = (settings: Raw, rest: Raw = {}): Raw => ({ networking: "vpc", vpc: settings, ...rest });
const online = { function: { internetAccess: true } };

describe("parseConfig: function.internetAccess", () => {
  it("is off unless it is configured", () => {
    expect(parse({ networking: "vpc" }).config?.function.internetAccess).to.equal(false);
  });

  it("rejects it in a VPC without a way out, and names both ways", () => {
    const { issues } = parse(vpc({}, online));
    expect(issues).to.have.length(1);
    expect(issues[0]).to.match(/^function\.internetAccess: true\. .*vpc\.nat: single.*vpc\.ipv6: true/);
  });

  it("accepts it with networking public, where every function has the internet", () => {
    const { issues, notices } = parse({ networking: "public", ...online });
    expect([issues, notices]).to.deep.equal([[], []]);
  });

  it("accepts it in an existing VPC that has NAT of its own, and rejects it in one without", () => {
    const existing = (nat: boolean) => ({
      existing: { id: "vpc-0123456789abcdef0", subnets: { "eu-west-1a": "subnet-0123456789abcdef0" }, nat },
    });
    expect(parse(vpc(existing(true), online)).issues).to.deep.equal([]);
    expect(parse(vpc(existing(false), online)).issues.join()).to.contain("function.internetAccess");
  });

  it("says what a way out over IPv6 alone does not reach, and says nothing with NAT", () => {
    expect(parse(vpc({ ipv6: true }, online)).notices.join()).to.match(/over IPv6 only.*set vpc\.nat/);
    expect(parse(vpc({ ipv6: true, nat: "single" }, online)).notices).to.deep.equal([]);
    expect(parse(vpc({ ipv6: true })).notices).to.deep.equal([]);
  });

  it("reports its mistake beside others", () => {
    const { issues } = parse(
      vpc({ cidrBlock: "10.0.0.0" }, { function: { ...online.function, timeout: 0 } }),
    );
    expect(issues.map((text) => text.split(":")[0])).to.have.members([
      "vpc.cidrBlock",
      "function.timeout",
      "function.internetAccess",
    ]);
  });

  it("accepts it exactly where IPv4 or IPv6 has a way out", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...NAT_MODES),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom("public", "vpc"),
        (nat, ipv6, internetAccess, networking) => {
          const { issues } = parse({ networking, vpc: { nat, ipv6 }, function: { internetAccess } });
          const hasNoWay = networking === "vpc" && nat === "none" && !ipv6;
          expect(issues.length).to.equal(internetAccess && hasNoWay ? 1 : 0);
        },
      ),
    );
  });
});

describe("parseConfig: logPipeline.via", () => {
  const pipeline = { logPipeline: { via: "ipv6" } };

  it("rejects ipv6 in a VPC without IPv6", () => {
    const { issues } = parse(vpc({}, pipeline));
    expect(issues).to.deep.equal([
      'logPipeline.via: "ipv6". The VPC has no IPv6 addresses. Set vpc.ipv6: true, which is free, or write auto.',
    ]);
    expect(parse(vpc({ ipv6: true }, pipeline)).issues).to.deep.equal([]);
  });

  it("rejects ipv6 beside an endpoint of SNS, which the producer would pass by", () => {
    const { issues } = parse(vpc({ ipv6: true }, { ...pipeline, endpoints: { others: { sns: {} } } }));
    expect(issues.join()).to.contain("Remove endpoints.others.sns, or write auto.");
  });

  it("accepts ipv6 with networking public, where it has no effect", () => {
    expect(parse({ networking: "public", ...pipeline }).issues).to.deep.equal([]);
  });

  it("rejects another way", () => {
    expect(parse(vpc({}, { logPipeline: { via: "nat" } })).issues.join()).to.contain(
      'Write "auto" or "ipv6".',
    );
  });
});
