import { expect } from "chai";
import fc from "fast-check";
import { conditionsOf, refusalRules, transformsTo } from "../../../components/front-door/listener-rules.js";
import { matchesWildcards } from "../../../preflight/reachability/load-balancers/patterns.js";
import { isRecord } from "../../../preflight/resources/read.js";

const HOST = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";

/** A rewrite as plain data, with Pulumi's outputs resolved. */
async function rewrites(path: string, stripPrefix: boolean) {
  const [host, url] = transformsTo({ path, stripPrefix }, HOST, "prod");
  const replace = await new Promise<string>((resolve) => {
    const rewrite: unknown = isRecord(url?.urlRewriteConfig) ? url.urlRewriteConfig.rewrite : undefined;
    const value: unknown = isRecord(rewrite) ? rewrite.replace : undefined;
    if (typeof value === "object" && value !== null && "apply" in value && typeof value.apply === "function")
      value.apply((text: string) => resolve(text));
  });
  const regexOf = (config: unknown): string =>
    isRecord(config) && isRecord(config.rewrite) ? String(config.rewrite.regex) : "";
  return { host: regexOf(host?.hostHeaderRewriteConfig), url: regexOf(url?.urlRewriteConfig), replace };
}

const segment = fc.stringMatching(/^[A-Za-z0-9_~:@-][A-Za-z0-9._~:@-]{0,8}$/);
const prefix = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
const rest = fc.array(fc.stringMatching(/^[A-Za-z0-9._~:@%$&'()*+,;=!-]{1,8}$/), { maxLength: 3 });
const query = fc.option(fc.stringMatching(/^\?[a-z0-9=&/?%$.]{0,12}$/), { nil: undefined });

describe("transformsTo", () => {
  it("puts the stage before the path, and takes the prefix off if asked to, whatever the characters", async () => {
    await fc.assert(
      fc.asyncProperty(prefix, rest, query, fc.boolean(), async (path, parts, search = "", stripPrefix) => {
        const { url, replace } = await rewrites(path, stripPrefix);
        const below = parts.map((part) => `/${part}`).join("");
        const sent = (text: string) => text.replace(new RegExp(url), replace);
        const wanted = stripPrefix ? below || "/" : `${path}${below}`;
        // With and without the query string, because AWS does not say which the expression is applied to.
        expect(sent(`${path}${below}`)).to.equal(`/prod${wanted}`);
        expect(sent(`${path}${below}${search}`)).to.equal(`/prod${wanted}${search}`);
      }),
    );
  });

  it("replaces every Host header, because a request that does not match is sent on as it came", async () => {
    const { host } = await rewrites("/", false);
    for (const text of [
      "",
      "api.example.com",
      "other.execute-api.eu-west-1.amazonaws.com:443",
      "a b",
      "[::1]",
    ]) {
      expect(text.replace(new RegExp(host), HOST)).to.equal(HOST);
    }
  });

  it("matches every path under / if the prefix stays", async () => {
    const { url, replace } = await rewrites("/", false);
    for (const text of ["/", "//", "/a//b", "/?x", "/%2e%2e/", "/é"])
      expect(text.replace(new RegExp(url), replace)).to.equal(`/prod${text}`);
  });
});

describe("conditionsOf", () => {
  it("takes the prefix and what is below it, and nothing that only begins alike", () => {
    fc.assert(
      fc.property(prefix, rest, segment, (path, parts, more) => {
        const [condition] = conditionsOf({ path });
        const values = isRecord(condition?.pathPattern) ? condition.pathPattern.values : undefined;
        const takes = (text: string) =>
          Array.isArray(values) && values.some((value) => matchesWildcards(String(value), text));
        expect(takes(path + parts.map((part) => `/${part}`).join(""))).to.equal(true);
        expect(takes(`${path}/`)).to.equal(true);
        expect(takes(path + more)).to.equal(false);
        expect(takes(`/x${path}`)).to.equal(false);
      }),
    );
  });

  it("keeps to the limits of a rule: 128 characters a pattern, three texts a condition, five a rule", () => {
    const longest = { path: `/${"p".repeat(125)}`, header: { name: "x-api", value: "v".repeat(128) } };
    const all = [...refusalRules().map(({ conditions }) => conditions), conditionsOf(longest)];
    for (const conditions of all) {
      const texts = conditions.flatMap(
        (condition) => JSON.stringify(condition).match(/"values":\[[^\]]*\]/g) ?? [],
      );
      const lists = texts.map((text): string[] => JSON.parse(text.slice('"values":'.length)));
      for (const list of lists) expect(list.length).to.be.within(1, 3);
      expect(lists.flat().length).to.be.at.most(5);
      for (const value of lists.flat()) expect(value.length).to.be.at.most(128);
      expect(lists.flat().join("").match(/[*?]/g)?.length ?? 0).to.be.at.most(6);
    }
  });
});

describe("refusalRules", () => {
  it("come before every route, with priorities of their own", () => {
    const priorities = refusalRules().map(({ priority }) => priority);
    expect(priorities).to.deep.equal([1, 2]);
  });

  it("refuse paths with dot segments, and no others", () => {
    const rule = refusalRules().find(({ name }) => name === "dot-segments");
    const condition = rule?.conditions[0]?.pathPattern;
    const values = isRecord(condition) && Array.isArray(condition.values) ? condition.values.map(String) : [];
    const refuses = (path: string) => values.some((value) => matchesWildcards(value, path));
    for (const path of ["/a/../b", "/..", "/a/..", "/./a", "/a/./b", "/../../x"])
      expect(refuses(path), path).to.equal(true);
    for (const path of ["/a", "/.well-known/x", "/a.b/c", "/...", "/a/..b/c"])
      expect(refuses(path), path).to.equal(false);
  });
});
