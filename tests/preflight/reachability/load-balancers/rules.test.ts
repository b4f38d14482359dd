import { expect } from "chai";
import fc from "fast-check";
import { decide, type LoadBalancerRequest, type Ruling } from "../../../../preflight/index.js";
import { UNKNOWN } from "../../../../preflight/resources/unknown.js";
import { type Stack, vpcStack } from "../../graph/fixtures.js";
import { graphOf } from "../support.js";

type Properties = Record<string, unknown>;

const HOST = "abc123.execute-api.eu-west-1.amazonaws.com";

/** A listener with rules `rule-0`, `rule-1`, … of ascending priority, whose default rule answers 404. */
function listenerStack(...rules: readonly Properties[]): Stack {
  const stack = vpcStack()
    .add("loadBalancer", "front", { loadBalancerType: "application", subnets: ["private-a-id"] })
    .add("targetGroup", "apis", { targetType: "ip", protocol: "HTTPS", port: 443, vpcId: "vpc-id" })
    .add("listener", "https", {
      loadBalancerArn: "front-id",
      port: 443,
      protocol: "HTTPS",
      defaultActions: [
        { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
      ],
    });
  return rules.reduce<Stack>(
    (all, rule, index) =>
      all.add("listenerRule", `rule-${index}`, {
        listenerArn: "https-id",
        priority: index + 1,
        actions: [{ type: "forward", targetGroupArn: "apis-id" }],
        ...rule,
      }),
    stack,
  );
}

type Asked = Partial<Omit<LoadBalancerRequest, "headers">> & { readonly headers?: Record<string, string> };

function ask(stack: Stack, { headers = {}, ...asked }: Asked = {}): Ruling {
  const [listener] = graphOf(stack).listeners;
  if (listener === undefined) throw new Error("no listener");
  const sent = { host: "front.example.com", ...headers };
  return decide(listener, { method: "GET", path: "/", ...asked, headers: Object.entries(sent) });
}

/** The rule, the Host header, the path and the status in one line; "unknown" if it is not known. */
function line({ decision }: Ruling): string {
  if (decision === undefined) return "unknown";
  const { rule, host, path, status } = decision;
  const name = rule?.ref.name ?? "refused";
  return status === undefined ? `${name} ${String(host)} ${String(path)}` : `${name} ${String(status)}`;
}

const path = (...values: readonly string[]) => ({ conditions: [{ pathPattern: { values } }] });
const rewrites = (regex: string, replace: string, host = HOST) => ({
  transforms: [
    { type: "host-header-rewrite", hostHeaderRewriteConfig: { rewrite: { regex: "^.*$", replace: host } } },
    { type: "url-rewrite", urlRewriteConfig: { rewrite: { regex, replace } } },
  ],
});

describe("decide", () => {
  it("takes the rule with the lowest priority that matches, and the default rule last", () => {
    const stack = listenerStack(path("/pets/*"), path("/pets/1"), path("/*"));
    expect(line(ask(stack, { path: "/pets/1" }))).to.equal("rule-0 front.example.com /pets/1");
    expect(line(ask(stack, { path: "/dogs" }))).to.equal("rule-2 front.example.com /dogs");
    expect(
      line(ask(stack.with("rule-1", { priority: 1 }).with("rule-0", { priority: 9 }), { path: "/pets/1" })),
    ).to.equal("rule-1 front.example.com /pets/1");
    expect(line(ask(listenerStack(path("/pets")), { path: "/dogs" }))).to.equal("https 404");
  });

  it("compares a path with its case, with slashes in *, one character in ?, and without the query string", () => {
    const stack = listenerStack(path("/pets", "/pets/*/food", "/dog?"));
    const takes = (asked: string) => line(ask(stack, { path: asked })).startsWith("rule-0");
    for (const yes of ["/pets", "/pets?a=/x", "/pets/1/2/food", "/dogs"])
      expect(takes(yes), yes).to.equal(true);
    for (const no of ["/Pets", "/pets/", "/x?/pets", "/pets/1", "/dog", "/dogss"])
      expect(takes(no), no).to.equal(false);
  });

  it("is unknown for a path that normalization may change, unless every normalization leads to the same", () => {
    const stack = listenerStack(path("/pets/*"));
    for (const unsure of ["/x/../pets/1", "/%70ets/1", "//pets/1", "/pets%2F1", "/pets\\1", "/pets/../x"])
      expect(line(ask(stack, { path: unsure })), unsure).to.equal("unknown");
    expect(line(ask(stack, { path: "/pets/a%20b" }))).to.equal("rule-0 front.example.com /pets/a%20b");
    expect(line(ask(stack, { path: "/dogs/../cats" }))).to.equal("https 404");
  });

  it("knows every decision that is possible if it does not know which", () => {
    const { possible } = ask(listenerStack(path("/pets/*")), { path: "/x/../pets/1" });
    expect(possible.map(({ rule, status }) => [rule?.ref.name, status])).to.have.deep.members([
      ["rule-0", undefined],
      ["https", 404],
    ]);
  });

  it("compares hosts without case, and a header by name and value without case", () => {
    const byHost = listenerStack({ conditions: [{ hostHeader: { values: ["*.Example.com"] } }] });
    expect(line(ask(byHost, { headers: { host: "API.example.COM" } }))).to.match(/^rule-0/);
    expect(line(ask(byHost, { headers: { host: "example.com" } }))).to.equal("https 404");
    const byHeader = listenerStack({
      conditions: [{ httpHeader: { httpHeaderName: "X-Api", values: ["Employees*"] } }],
    });
    expect(line(ask(byHeader, { headers: { "x-api": "employees-2" } }))).to.match(/^rule-0/);
    expect(line(ask(byHeader, { headers: { "x-api": "pets" } }))).to.equal("https 404");
    expect(line(ask(byHeader))).to.equal("https 404");
  });

  it("compares methods with case, query strings without, and addresses by block", () => {
    const stack = listenerStack(
      { conditions: [{ httpRequestMethod: { values: ["POST"] } }] },
      { conditions: [{ queryStrings: [{ key: "Version", value: "v1*" }, { value: "beta" }] }] },
      { conditions: [{ sourceIp: { values: ["10.0.0.0/8"] } }] },
    );
    const takes = (asked: Asked) => line(ask(stack, { source: "192.0.2.1", ...asked })).split(" ")[0];
    expect(takes({ method: "POST" })).to.equal("rule-0");
    expect(takes({ method: "post" })).to.equal("https");
    expect(takes({ path: "/?version=V1.2" })).to.equal("rule-1");
    expect(takes({ path: "/?x=beta" })).to.equal("rule-1");
    expect(takes({ path: "/?version=v2" })).to.equal("https");
    expect(takes({ source: "10.1.2.3" })).to.equal("rule-2");
    expect(takes({ source: "192.0.2.1", headers: { "x-forwarded-for": "10.1.2.3" } })).to.equal("https");
    expect(line(ask(stack))).to.equal("unknown");
  });

  it("wants every condition of a rule, and one value of each", () => {
    const stack = listenerStack({
      conditions: [{ pathPattern: { values: ["/a", "/b"] } }, { httpRequestMethod: { values: ["GET"] } }],
    });
    expect(line(ask(stack, { path: "/b" }))).to.match(/^rule-0/);
    expect(line(ask(stack, { path: "/b", method: "PUT" }))).to.equal("https 404");
  });

  it("rewrites Host and path with the groups of the expression, and keeps the query string", () => {
    const stack = listenerStack({ ...path("/pets", "/pets/*"), ...rewrites("^/pets", "/v1") });
    expect(line(ask(stack, { path: "/pets/1?all=true" }))).to.equal(`rule-0 ${HOST} /v1/1?all=true`);
    const groups = listenerStack({ ...path("/*"), ...rewrites("^/([a-z]+)/([0-9]+)", "/$2/$1") });
    expect(line(ask(groups, { path: "/pets/12" }))).to.equal(`rule-0 ${HOST} /12/pets`);
  });

  it("sends a path that the expression does not match as it is", () => {
    const stack = listenerStack({ ...path("/*"), ...rewrites("^/pets", "/v1") });
    expect(line(ask(stack, { path: "/dogs" }))).to.equal(`rule-0 ${HOST} /dogs`);
  });

  it("is unknown if the reading of an expression decides", () => {
    const anchored = listenerStack({ ...path("/*"), ...rewrites("^/pets(/.*)?$", "/v1$1") });
    expect(line(ask(anchored, { path: "/pets" }))).to.equal(`rule-0 ${HOST} /v1`);
    expect(line(ask(anchored, { path: "/pets?a=1" })), "path alone or with the query").to.equal("unknown");
    const repeated = listenerStack({ ...path("/*"), ...rewrites("a", "b") });
    expect(line(ask(repeated, { path: "/aa" })), "the first or every match").to.equal("unknown");
    const twice = listenerStack({ ...path("/*"), ...rewrites("^/x", "/y", "$0") });
    expect(ask(twice, { path: "/x" }).decision?.host, "a replacement that only some engines know").to.equal(
      UNKNOWN,
    );
  });

  it("does not know what an expression does that AWS refuses or that engines read differently", () => {
    for (const regex of [
      "^/(?=pets)",
      "(a)\\1",
      "^/[[:alpha:]]+",
      "^/a++",
      "(?i)^/pets",
      "\\p{L}",
      "(?P<x>a)",
    ]) {
      const stack = listenerStack({ ...path("/*"), ...rewrites(regex, "/v1") });
      expect(ask(stack, { path: "/pets" }).decision?.path, regex).to.equal(UNKNOWN);
    }
  });

  it("is unknown about the port in a Host header that an expression rewrites", () => {
    const stack = listenerStack({ ...path("/*"), ...rewrites("^/pets", "/v1") });
    expect(line(ask(stack, { headers: { host: "front.example.com:8443" } }))).to.equal("unknown");
  });

  it("does not guess a value that is not known yet", () => {
    const stack = listenerStack({ ...path("/pets*"), ...rewrites("^/pets", "/v1") });
    expect(ask(stack.with("rule-0", { transforms: UNKNOWN }), { path: "/pets" }).decision?.host).to.equal(
      UNKNOWN,
    );
    expect(line(ask(stack.with("rule-0", { conditions: UNKNOWN }), { path: "/pets" }))).to.equal("unknown");
    const unordered = listenerStack(path("/pets"), { ...path("/pets"), ...rewrites("^/pets", "/v1") });
    expect(line(ask(unordered.with("rule-1", { priority: UNKNOWN }), { path: "/pets" }))).to.equal("unknown");
    expect(line(ask(unordered.with("rule-1", { priority: UNKNOWN }), { path: "/dogs" }))).to.equal(
      "https 404",
    );
  });

  it("answers and redirects by itself", () => {
    const stack = listenerStack({
      ...path("/old/*"),
      actions: [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: "8443", path: "/new/#{path}", statusCode: "HTTP_301" },
        },
      ],
    });
    const { decision } = ask(stack, { path: "/old/1?a=b" });
    expect([decision?.status, decision?.location]).to.deep.equal([
      301,
      "https://front.example.com:8443/new/old/1?a=b",
    ]);
  });

  it("refuses requests that other servers may read in two ways, as http-desync-guardian sorts them", () => {
    const stack = listenerStack(path("/*"));
    const status = (asked: Asked) => ask(stack, asked).decision?.status;
    expect(status({ method: "GE T" })).to.equal(400);
    expect(status({ path: "/a\0b" })).to.equal(400);
    expect(status({ headers: { "x-a": "b\r\nx-c: d" } })).to.equal(400);
    expect(status({ headers: { "content-length": "+1" } })).to.equal(400);
    expect(status({ headers: { "content-length": "1", "Content-Length": "2" } })).to.equal(400);
    expect(status({ headers: { "transfer-encoding": "chunked, chunked" } })).to.equal(400);
    expect(status({ method: "TRACE" })).to.equal(405);
    expect(status({ headers: { "x-forwarded-for": Array(31).fill("192.0.2.1").join(",") } })).to.equal(463);
    const coding = ask(stack, { headers: { "transfer-encoding": "xchunked" } });
    expect(coding.possible.map((one) => one.status)).to.have.members([400, 501]);
  });

  it("is unknown about a request with two Host headers, or with a URI that has another host", () => {
    const stack = listenerStack({ conditions: [{ hostHeader: { values: ["a.example.com"] } }] });
    expect(line(ask(stack, { headers: { host: "a.example.com", Host: "b.example.com" } }))).to.equal(
      "unknown",
    );
    expect(line(ask(stack, { path: "http://a.example.com/", headers: { host: "b.example.com" } }))).to.equal(
      "unknown",
    );
  });

  it("never decides for a rule that no reading of the request allows, whatever the path", () => {
    const stack = listenerStack({ ...path("/pets", "/pets/*"), ...rewrites("^/pets", "/v1") });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("/", ".", "..", "%2e", "%2F", "pets", "x", "?", "#", "\\", "%"), {
          maxLength: 8,
        }),
        (parts) => {
          const sent = `/${parts.join("")}`;
          const { decision, possible } = ask(stack, { path: sent });
          expect(possible.length).to.be.greaterThan(0);
          if (decision?.rule?.ref.name === "rule-0") {
            expect(sent).to.match(/^\/pets(?:[/?]|$)/);
            expect(String(decision.path)).to.equal(sent.replace("/pets", "/v1"));
          }
        },
      ),
    );
  });
});
