import { expect } from "chai";
import { UserError } from "../../../../preflight/errors/user-error.js";
import { parsePlace } from "../../../../preflight/reachability/index.js";
import { isolatedStack, peeredStack, urnOf, vpcStack } from "../../graph/fixtures.js";
import { graphOf } from "../support.js";

const GRAPH = graphOf(
  peeredStack()
    .add("bot", "bot")
    .add("component", "reader")
    .add(
      "function",
      "reader-function",
      { role: "fetcher-role-id" },
      { parent: urnOf("component", "reader") },
    ),
);

describe("parsePlace", () => {
  const cases: readonly (readonly [text: string, place: unknown])[] = [
    ["internet", { kind: "internet" }],
    ["fetcher", { kind: "function", name: "fetcher" }],
    ["fetcher-id", { kind: "function", name: "fetcher-id" }],
    ["reader", { kind: "function", name: "reader" }],
    ["ssm", { kind: "service", service: "ssm" }],
    ["ssm.eu-west-1.amazonaws.com", { kind: "service", service: "ssm", region: "eu-west-1" }],
    ["ssm in us-east-1", { kind: "service", service: "ssm", region: "us-east-1" }],
    [
      "s3:GetObject in us-east-1",
      { kind: "service", service: "s3", action: "s3:GetObject", region: "us-east-1" },
    ],
    ["service:kinesis", { kind: "service", service: "kinesis-streams" }],
    [
      "111122223333.dkr.ecr.eu-west-3.amazonaws.com",
      { kind: "service", service: "ecr.dkr", region: "eu-west-3" },
    ],
    [
      "photos.s3.eu-west-3.amazonaws.com",
      { kind: "service", service: "s3", region: "eu-west-3", resource: "arn:aws:s3:::photos" },
    ],
    ["photos.s3.amazonaws.com", { kind: "service", service: "s3", resource: "arn:aws:s3:::photos" }],
    ["sts.amazonaws.com", { kind: "service", service: "sts", region: "aws-global" }],
    ["ssm:GetParametersByPath", { kind: "service", service: "ssm", action: "ssm:GetParametersByPath" }],
    [
      "ec2messages:GetMessages",
      { kind: "service", service: "ec2messages", action: "ec2messages:GetMessages" },
    ],
    ["https://example.com", { kind: "host", name: "example.com", port: 443 }],
    ["http://Example.com/a?b", { kind: "host", name: "example.com", port: 80 }],
    ["https://example.com:8443/a", { kind: "host", name: "example.com", port: 8443 }],
    ["https://192.0.2.9/", { kind: "address", address: "192.0.2.9", port: 443 }],
    ["https://[2001:db8::1]:8443/", { kind: "address", address: "2001:db8::1", port: 8443 }],
    ["https://ssm.eu-west-1.amazonaws.com/", { kind: "service", service: "ssm", region: "eu-west-1" }],
    ["get /messages/", { kind: "method", method: "GET", path: "/messages" }],
    ["GET /messages directly", { kind: "method", method: "GET", path: "/messages", direct: true }],
    ["another API", { kind: "other-api", besides: [] }],
    ["10.20.1.5", { kind: "address", address: "10.20.1.5" }],
    ["10.20.1.5:5432", { kind: "address", address: "10.20.1.5", port: 5432 }],
    ["10.20.1.0/24", { kind: "address", address: "10.20.1.0/24" }],
    ["[2001:db8::1]:443", { kind: "address", address: "2001:db8::1", port: 443 }],
    ["2001:db8::1", { kind: "address", address: "2001:db8::1" }],
    ["private subnets", { kind: "subnets", tier: "private" }],
    ["subnet:private-a", { kind: "subnet", name: "private-a" }],
    ["private-a", { kind: "subnet", name: "private-a" }],
    ["vpc", { kind: "vpc", name: "vpc" }],
    ["sg:data-group", { kind: "security-group", name: "data-group" }],
    ["endpoint:ssm-endpoint", { kind: "endpoint", name: "ssm-endpoint" }],
    ["database", { kind: "resource", name: "database" }],
    ["a VPC without the execute-api endpoint", { kind: "vpc-without-endpoint", service: "execute-api" }],
    ["another VPC", { kind: "foreign-endpoint", account: "own" }],
    ["another-vpc", { kind: "foreign-endpoint", account: "own" }],
    ["another account's VPC", { kind: "foreign-endpoint", account: "other" }],
    ["another account's VPC's execute-api endpoint", { kind: "foreign-endpoint", account: "other" }],
  ];
  for (const [text, place] of cases) {
    it(`reads "${text}"`, () => expect(parsePlace(text, GRAPH)).to.deep.equal(place));
  }

  it("reads private subnets as those without a way to the internet, if none has a NAT gateway", () => {
    const isolated = graphOf(isolatedStack());
    expect(parsePlace("private subnets", isolated)).to.deep.equal({ kind: "subnets", tier: "isolated" });
    expect(() => parsePlace("isolated subnets", graphOf(vpcStack()))).to.throw(
      UserError,
      "no such place: the stack has no isolated subnets",
    );
  });

  const mistakes: readonly (readonly [text: string, message: string])[] = [
    ["fecther", 'did you mean "fetcher"?'],
    ["subnet:privat-a", 'did you mean "private-a"?'],
    ["nothing-like-it", "no such place: the stack has nothing called"],
    ["vpc:nothing-like-it", 'the stack has no vpc called "nothing-like-it"; it has other-vpc, vpc'],
    ["GET /mesages", 'the stack has no method "GET /mesages"; did you mean "GET /messages"?'],
    ["GET /messages via frnt", "the stack has no load balancer called"],
    ["10.20.1.999", "is not an address"],
    ["10.20.1.5:99999", "not between 1 and 65535"],
    ["ftp://example.com", "is no URL of a host"],
    ["https://", "is no URL of a host"],
    ["fetcher-role", "is a aws:iam/role:Role, which is read but calls nothing"],
    ["bot", "is a aws:lex/bot:Bot, which is not modelled"],
    ["", "a place is empty"],
    ["service:secretmanager", 'AWS has no service "secretmanager" (as of'],
    ["secretmanager:GetSecretValue", "Did you mean secretsmanager?"],
    ["secretmanager.eu-west-1.amazonaws.com", "Did you mean secretsmanager?"],
    ["a VPC without the exec-api endpoint", "Did you mean execute-api?"],
    ["ssm.eu-west-9.amazonaws.com", 'AWS has no Region "eu-west-9" (as of'],
    ["ssm in eu-west-9", "Did you mean eu-west-1?"],
  ];
  for (const [text, message] of mistakes) {
    it(`throws a UserError on "${text}"`, () => {
      expect(() => parsePlace(text, GRAPH)).to.throw(UserError, message);
    });
  }
});
