import { expect } from "chai";
import { UNKNOWN } from "../../../../preflight/graph/index.js";
import {
  DOMAIN,
  outsideDomainStack,
  privateDomainStack,
  publicDomainStack,
} from "../../graph/api-fixtures.js";
import { allow } from "../../graph/fixtures.js";
import { breaks } from "../breaking.js";
import { ask, expectBlocked, expectReachable, expectUnknown, hops } from "../support.js";

const METHOD = "GET /messages";
const INVOKE = "execute-api:Invoke";

describe("byPrivateDomain", () => {
  breaks(
    "execute-api endpoint disabled",
    privateDomainStack,
    ["private subnets", METHOD],
    [
      [
        "without the association of the endpoint",
        (s) => s.without("association"),
        "domain",
        "API_DOMAIN_NAME_NOT_ASSOCIATED",
      ],
      [
        "when another endpoint is associated",
        (s) => s.with("association", { accessAssociationSource: "ssm-endpoint-id" }),
        "domain",
        "API_DOMAIN_NAME_NOT_ASSOCIATED",
      ],
      ["without a policy", (s) => s.lacking("domain", "policy"), "domain", "API_DOMAIN_NAME_POLICY_DENIES"],
      [
        "when its policy names another endpoint",
        (s) =>
          s.with("domain", {
            policy: allow(INVOKE, "execute-api:/*", {
              Principal: "*",
              Condition: { StringEquals: { "aws:SourceVpce": "vpce-0e15e" } },
            }),
          }),
        "domain",
        "API_DOMAIN_NAME_POLICY_DENIES",
      ],
      [
        "when the API's policy names another endpoint",
        (s) =>
          s.with("api-policy", {
            policy: allow(INVOKE, "execute-api:/*", {
              Principal: "*",
              Condition: { StringEquals: { "aws:SourceVpce": "vpce-0e15e" } },
            }),
          }),
        "api",
        "API_POLICY_DENIES",
      ],
      [
        "when the endpoint's policy is for the API alone",
        (s) =>
          s.with("execute-api-endpoint", {
            policy: allow(INVOKE, "arn:aws:execute-api:eu-west-1:123456789012:api-id/*", { Principal: "*" }),
          }),
        "execute-api-endpoint",
        "VPCE_POLICY_DENIES",
      ],
      ["without a record", (s) => s.without("domain-record"), "domain", "API_NAME_NOT_RESOLVED"],
      [
        "when the zone is another VPC's",
        (s) => s.with("domain-zone", { vpcs: [{ vpcId: "vpc-0e15e" }] }),
        "domain",
        "API_NAME_NOT_RESOLVED",
      ],
      [
        "when the record leads elsewhere",
        (s) => s.with("domain-record", { aliases: [{ name: "elsewhere.example.com" }] }),
        "domain-record",
        "API_NAME_NOT_RESOLVED",
      ],
      ["without a mapping", (s) => s.without("mapping"), "api", "API_EXECUTE_ENDPOINT_DISABLED"],
      [
        "when the mapping leads to a stage that is not there",
        (s) => s.with("mapping", { stageName: "test" }),
        "mapping",
        "API_NOT_DEPLOYED",
      ],
      [
        "when the endpoint allows no source",
        (s) => s.without("api-from-vpc"),
        "api-group",
        "SG_HAS_NO_RULES",
      ],
    ],
  );

  it("returns the URL with the base path", () => {
    const verdict = ask(privateDomainStack(), "private subnets", METHOD);
    expectReachable(verdict, "interface-endpoint");
    expect(verdict.status === "reachable" && verdict.name).to.equal(`https://${DOMAIN}/messages`);
    expect(hops(verdict).join("\n")).to.contain("private hosted zone domain-zone answers with it");
  });

  it("blocks the internet", () => {
    expectBlocked(ask(privateDomainStack(), "internet", METHOD), "api", "API_PRIVATE_REQUIRES_VPCE");
  });

  it("accepts a record whose zone is not in the stack", () => {
    const elsewhere = privateDomainStack()
      .without("domain-zone")
      .with("domain-record", { zoneId: "Z0123456789" });
    const verdict = ask(elsewhere, "private subnets", METHOD);
    expectReachable(verdict);
    expect(hops(verdict).join("\n")).to.contain("zone Z0123456789 is not in the stack");
  });

  it("is unknown if the associations are not known", () => {
    const open = privateDomainStack().with("association", { accessAssociationSource: UNKNOWN });
    expectUnknown(ask(open, "private subnets", METHOD), "domain");
  });

  it("prefers the API's own name if both work", () => {
    const both = privateDomainStack().with("api", { disableExecuteApiEndpoint: false });
    const verdict = ask(both, "private subnets", METHOD);
    expect(verdict.status === "reachable" && verdict.name).to.contain("execute-api");
    const byDomain = ask(
      both.with("execute-api-endpoint", { privateDnsEnabled: false }),
      "private subnets",
      METHOD,
    );
    expectReachable(byDomain);
  });
});

describe("byPublicDomain", () => {
  breaks(
    "execute-api endpoint disabled",
    () => outsideDomainStack().with("api", { disableExecuteApiEndpoint: true }),
    ["internet", METHOD],
    [
      ["without a mapping", (s) => s.without("mapping"), "api", "API_EXECUTE_ENDPOINT_DISABLED"],
      [
        "when the mapping leads to another API",
        (s) => s.with("mapping", { restApi: "a1b2c3d4e5" }),
        "api",
        "API_EXECUTE_ENDPOINT_DISABLED",
      ],
      [
        "when it is private",
        (s) => s.with("domain", { endpointConfiguration: { types: "PRIVATE" } }),
        "api",
        "API_EXECUTE_ENDPOINT_DISABLED",
      ],
    ],
  );

  it("returns the URL if the execute-api endpoint is disabled", () => {
    const verdict = ask(
      outsideDomainStack().with("api", { disableExecuteApiEndpoint: true }),
      "internet",
      METHOD,
    );
    expect(verdict.status === "reachable" && verdict.name).to.equal(`https://${DOMAIN}`);
  });

  it("returns a base path of several levels, and the stage if the mapping has none", () => {
    const deep = outsideDomainStack()
      .with("api", { disableExecuteApiEndpoint: true })
      .without("mapping")
      .add("newerMapping", "deep", {
        domainName: DOMAIN,
        apiMappingKey: "v2/messages",
        apiId: "api-id",
        stage: "live",
      });
    const verdict = ask(deep, "internet", METHOD);
    expect(verdict.status === "reachable" && verdict.name).to.equal(`https://${DOMAIN}/v2/messages`);
    const stageless = outsideDomainStack()
      .with("api", { disableExecuteApiEndpoint: true })
      .lacking("mapping", "stageName");
    const open = ask(stageless, "internet", METHOD);
    expect(open.status === "reachable" && open.name).to.equal(`https://${DOMAIN}/STAGE`);
  });

  breaks(
    "in a VPC whose endpoint has private DNS",
    publicDomainStack,
    ["fetcher", METHOD],
    [
      [
        "without the domain name",
        (s) => s.without("domain"),
        "execute-api-endpoint",
        "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
      ],
      [
        "when the record is a CNAME",
        (s) =>
          s
            .lacking("domain-record", "aliases")
            .with("domain-record", { type: "CNAME", records: ["d-1.execute-api.eu-west-1.amazonaws.com"] }),
        "execute-api-endpoint",
        "API_PRIVATE_DNS_SHADOWS_PUBLIC_API",
      ],
      [
        "when a private hosted zone takes the name",
        (s) => s.add("zone", "internal", { name: "example.com", vpcs: [{ vpcId: "vpc-id" }] }),
        "internal",
        "API_NAME_NOT_RESOLVED",
      ],
      [
        "without NAT",
        (s) => s.without("private-route-a", "private-route-b"),
        "private-table-a",
        "NO_ROUTE_TO_DESTINATION",
      ],
    ],
  );

  it("reaches the domain name through NAT", () => {
    expectReachable(ask(publicDomainStack(), "fetcher", METHOD), "nat");
  });
});
