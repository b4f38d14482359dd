import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { inert } from "../../cli/lib/inert.js";
import { answer, traceText } from "../../cli/trace/question.js";
import { UserError } from "../../preflight/errors/user-error.js";
import { graphFromResources, resourcesFromExport } from "../../preflight/graph/index.js";
import { buildReport } from "../../preflight/report/build/report.js";
import { renderHtml } from "../../preflight/report/html/index.js";
import { reportsSchema, SCHEMA_VERSION } from "../../preflight/report/model.js";
import { markdownReport } from "../../preflight/report/text/markdown.js";
import { terminalReport, verdictLine } from "../../preflight/report/text/terminal.js";
import { cleanText } from "../../preflight/resources/clean-text.js";

// The authors of a stack choose its names and values, and whoever can write an export chooses everything in it.

const CASE = new URL("./verdict-cases/07-a-rule-by-hand/export.json", import.meta.url);
const EXPORT = readFileSync(CASE, "utf8");

const FRAGMENTS = [
  ..."\u0000\u0007\u001b\u007f\u0085\u009b\u061c\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2066\u2069\ufeff\u{e0041}",
  "\n",
  "\r\n",
  "\n::error file=index.ts::broken",
  "\n::set-output name=token::x",
  " ::stop-commands::x",
  "##[error]broken",
  "\u001b[2J",
  "\u001b]8;;https://example.com\u0007",
  "@octocat",
  "#1",
  "GH-1",
  "owner/repo#2",
  "https://example.com",
  "www.example.com",
  "[link](https://example.com)",
  "![image](x)",
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "<!--",
  "|",
  "`",
  "```",
  "**",
  "$x$",
  "&lt;b&gt;",
  "&#64;octocat",
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "{{urn:pulumi:a}}",
  "é",
  "日本",
];
const hostile = fc
  .array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(""))
  .filter((text) => cleanText(text).trim() !== "");

/** The export with a text in place of a name wherever it stands: in URNs, ids, ARNs, references, intents. */
function withName(text: string): unknown {
  return JSON.parse(EXPORT.replaceAll("fetcher", () => JSON.stringify(text).slice(1, -1)));
}

function reportOf(exported: unknown) {
  const graph = graphFromResources(resourcesFromExport(exported));
  return {
    graph,
    report: buildReport(graph, { project: "p", stack: "s", region: "eu-west-1", source: "deployed" }),
  };
}

const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

describe("hostile names", () => {
  it("forge no line, no command and no markup in any format", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const { graph, report } = reportOf(withName(text));
        expect(
          reportsSchema.safeParse({ schemaVersion: SCHEMA_VERSION, reports: [report] }).success,
        ).to.equal(true);
        expect(JSON.stringify(report)).not.to.match(UNSEEN);
        expect(report.proofs).to.have.length(2);
        expect(report.byHand.map(({ what }) => what)).to.deep.equal([
          "egress rule (all traffic to 0.0.0.0/0)",
        ]);

        const terminal = inert(`${terminalReport(report)}\n${verdictLine([report])}`);
        expect(terminal)
          .not.to.match(UNSEEN)
          .and.not.to.match(/^\s*::/m)
          .and.not.to.contain("##[");

        const markdown = markdownReport(report).replaceAll("&#8203;", "");
        expect(markdown).not.to.match(UNSEEN);
        expect(markdown.replace(/<\/?(details|summary)>/g, "")).not.to.match(/[<>@]|:\/\/|\]\(/);
        expect(markdown.replace(/^## /gm, "").replace(/&#\d+;/g, "")).not.to.contain("#");

        const page = renderHtml([report]);
        expect(page).not.to.match(/(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(page).not.to.contain("<img").and.not.to.contain("</script><script>alert");

        const clean = cleanText(`${text}-function`);
        try {
          const said = answer(graph, { from: `function:${clean}`, to: "internet" });
          expect(inert(traceText(said)))
            .not.to.match(UNSEEN)
            .and.not.to.match(/^\s*::/m);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });

  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    it(`judge a resource called ${name}, and of such a type, like any other`, () => {
      const { graph, report } = reportOf(withName(name));
      expect(report.proofs.map(({ verdict }) => verdict.status)).to.have.members(["unknown", "blocked"]);
      expect(answer(graph, { from: `${name}-function`, to: "internet" }).status).to.equal("unknown");
      const odd = JSON.parse(EXPORT);
      odd.deployment.resources.push(
        {
          urn: `urn:pulumi:prod::shop::${name}::${name}`,
          type: name,
          custom: true,
          id: name,
          inputs: {},
          outputs: JSON.parse(`{"${name}": {"${name}": 1}}`),
        },
        {
          urn: `urn:pulumi:prod::shop::aws:ec2/vpc:Vpc::${name}`,
          type: "aws:ec2/vpc:Vpc",
          custom: true,
          id: name,
          inputs: {},
          outputs: {},
        },
      );
      expect(reportOf(odd).report.coverage.notModelled.map(({ type }) => type)).to.include(name);
    });
  }

  it("are refused if only unseen characters tell two URNs apart", () => {
    const odd = JSON.parse(EXPORT);
    const [, vpc] = odd.deployment.resources;
    odd.deployment.resources.push({ ...vpc, urn: `${vpc.urn}\u200b` });
    expect(() => reportOf(odd)).to.throw(UserError, "characters only that a reader does not see");
  });
});

describe("hostile content", () => {
  const nested = (depth: number) => `${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`;
  const withPolicy = (policy: unknown, property = "assumeRolePolicy") => {
    const odd = JSON.parse(EXPORT);
    const role = odd.deployment.resources.find(({ type }: { type: string }) => type === "aws:iam/role:Role");
    role.inputs[property] = role.outputs[property] = policy;
    return odd;
  };
  const deep: readonly (readonly [what: string, exported: () => unknown])[] = [
    ["a policy's text", () => withPolicy(nested(10_000))],
    ["a property", () => withPolicy(JSON.parse(nested(10_000)), "tags")],
    [
      "a resource",
      () => ({
        version: 3,
        deployment: { resources: [{ urn: "urn:x", type: "t", more: JSON.parse(nested(10_000)) }] },
      }),
    ],
    [
      "a secret",
      () =>
        withPolicy({
          "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
          plaintext: JSON.stringify(nested(10_000)),
        }),
    ],
    [
      "a secret's value",
      () =>
        withPolicy(
          {
            "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
            plaintext: nested(10_000),
          },
          "tags",
        ),
    ],
  ];
  for (const [what, exported] of deep) {
    it(`is one clear error if ${what} is nested 10,000 levels deep`, () => {
      expect(() => reportOf(exported())).to.throw(UserError, "levels deep");
    });
  }

  it("is no error if it is nested as deep as policies are", () => {
    expect(() => reportOf(withPolicy(nested(40)))).not.to.throw();
  });

  it("is one clear error if a policy has 12 MB, which names the resource", () => {
    const statement = { Effect: "Allow", Action: "a".repeat(12_000_000), Resource: "*" };
    const exported = withPolicy(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }));
    expect(() => reportOf(exported)).to.throw(
      UserError,
      /^role \(aws:iam\/role:Role\): assumeRolePolicy has 12\d{6}/,
    );
  });

  it("is cleaned inside a policy, where JSON escapes it", () => {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Sid: "x\u202ey\n::error::z", Effect: "Deny", Action: "*", Resource: "*" }],
    });
    const odd = JSON.parse(EXPORT);
    odd.deployment.resources.push({
      urn: "urn:pulumi:prod::shop::aws:iam/rolePolicy:RolePolicy::deny",
      type: "aws:iam/rolePolicy:RolePolicy",
      custom: true,
      id: "deny",
      inputs: { role: "role-1a2b", policy },
      outputs: {},
    });
    const { graph } = reportOf(odd);
    const said = answer(graph, { from: "reader-function", to: "ssm:GetParameter" });
    expect(JSON.stringify(said)).not.to.match(/\\n|\u202e/);
  });
});

describe("secrets of an export", () => {
  const secret = (plaintext: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(plaintext),
  });

  it("are shown in no format, though they count in verdicts", () => {
    const odd = JSON.parse(EXPORT);
    for (const resource of odd.deployment.resources) {
      if (resource.urn.endsWith("::fetcher-function")) {
        resource.id = "hush-hush-1a2b";
        resource.outputs.name = secret("hush-hush-1a2b");
        resource.outputs.arn = "arn:aws:lambda:eu-west-1:123456789012:function:Hush-Hush-1a2b";
      }
      if (resource.type === "aws:ec2/vpc:Vpc") resource.outputs.cidrBlock = secret("10.20.0.0/16");
    }
    const { graph, report } = reportOf(odd);
    const formats = [
      terminalReport(report),
      markdownReport(report),
      renderHtml([report]),
      JSON.stringify(report),
      JSON.stringify(answer(graph, { from: "fetcher-function", to: "internet" })),
      JSON.stringify(answer(graph, { from: "hush-hush-1a2b", to: "10.20.1.9:443" })),
    ];
    for (const text of formats) expect(text).not.to.match(/hush|10\.20\.0\.0\/16/i);
    expect(report.stack.summary).to.match(/^vpc secret, /);
    expect(report.proofs).to.deep.equal(
      reportOf(JSON.parse(EXPORT)).report.proofs.map((proof) => ({ ...proof })),
    );
  });

  it("are not shown as part of an id or an ARN, even if the export encrypts them", () => {
    const odd = JSON.parse(EXPORT);
    for (const resource of odd.deployment.resources) {
      if (!resource.urn.endsWith("::role")) continue;
      resource.id = "hush-hush-1a2b";
      resource.inputs.name = resource.outputs.name = {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        ciphertext: "v1:abc",
      };
      resource.outputs.arn = "arn:aws:iam::123456789012:role/path/hush-hush-1a2b";
    }
    const { graph, report } = reportOf(odd);
    expect(JSON.stringify(report)).not.to.contain("hush");
    expect(JSON.stringify(answer(graph, { from: "reader-function", to: "ssm:GetParameter" }))).not.to.contain(
      "hush",
    );
  });

  it("are refused as intents, because what cannot be read is not proved, and proved if they are in plain text", () => {
    const withIntents = (hide: (intents: unknown) => object) => {
      const odd = JSON.parse(EXPORT);
      for (const { outputs } of odd.deployment.resources)
        if (outputs?.intents !== undefined) outputs.intents = hide(outputs.intents);
      return odd;
    };
    const encrypted = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:a",
    };
    expect(() => reportOf(withIntents(() => encrypted))).to.throw(
      UserError,
      /^the intents of intents .* are secret/,
    );
    const { proofs } = reportOf(withIntents(secret)).report;
    expect(proofs).to.deep.equal(reportOf(JSON.parse(EXPORT)).report.proofs);
  });

  it("are not suggested by an error", () => {
    const odd = JSON.parse(
      EXPORT.replaceAll(
        '"cidrBlock": "10.20.0.0/16"',
        JSON.stringify({ cidrBlock: secret("10.20.0.0/16") }).slice(1, -1),
      ),
    );
    expect(() => answer(reportOf(odd).graph, { from: "nowhere", to: "internet" }))
      .to.throw(UserError)
      .with.property("message")
      .that.does.not.include("10.20.0.0");
  });
});

describe("inert", () => {
  it("breaks workflow commands, and leaves JSON equal", () => {
    expect(inert("a\n  ::error::x\n##[error]y")).to.equal("a\n  : :error::x\n# #[error]y");
    const json = JSON.stringify({ name: "##[error]::error::" });
    expect(inert(json)).not.to.contain("##[");
    expect(JSON.parse(inert(json))).to.deep.equal(JSON.parse(json));
  });
});
