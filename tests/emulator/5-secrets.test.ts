import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { setCommand, settingPath } from "../../preflight/errors/setting-path.js";
import { logged } from "./lab/aws.js";
import {
  configure,
  copyProgram,
  everythingPrinted,
  linkModules,
  pulumi,
  pulumiInShell,
  tryPulumi,
} from "./lab/project.js";
import { folder, outputs, PLAIN_MARK, SECRET_MARK, secretNames } from "./lab/stacks.js";

describe("secret values", () => {
  it("appear nowhere in the CLI's output, including previews' diffs and events", () => {
    expect(everythingPrinted()).to.contain(PLAIN_MARK); // The search can find values.
    expect(everythingPrinted().includes(SECRET_MARK)).to.equal(false);
  });

  for (const stack of ["dev", "prod"] as const) {
    it(`appear nowhere in the state of ${stack}`, async () => {
      const { stdout } = await pulumi(folder, "stack", "export", "--stack", stack);
      expect(stdout.includes(SECRET_MARK)).to.equal(false);
      // dev has lost its parameters in 4-failures.test.ts.
      const count = stack === "prod" ? secretNames.length : 0;
      expect(stdout.match(/"type": "SecureString"/g) ?? []).to.have.length.at.least(count);
    });

    it(`appear nowhere in the log of ${stack}'s function, nor do plain values`, async () => {
      const log = await logged(outputs(stack).functionName);
      expect(log).not.to.equal("");
      expect(log.includes(SECRET_MARK) || log.includes(PLAIN_MARK)).to.equal(false);
    });
  }
});

describe("a secret where it would not stay one", () => {
  const at = copyProgram("refused-secrets");
  const KEYS = [
    "function.environment.API_KEY",
    'api.methods["GET /messages"].authorization',
    "parameters.path",
  ];

  before(async () => {
    linkModules(at);
    configure(at, "refused", { networking: "public" });
    await pulumi(at, "stack", "init", "refused");
    for (const key of KEYS) {
      await pulumi(at, "config", "set", "--stack", "refused", "--secret", "--path", key, SECRET_MARK);
    }
  });

  it("is refused before anything is made, by its key and without its value", async () => {
    const { status, output } = await tryPulumi(at, "preview", "--stack", "refused");
    expect(status).not.to.equal(0);
    expect(output).to.contain("3 mistakes in the configuration of stack refused:");
    for (const key of KEYS)
      expect(output).to.match(new RegExp(`'?${key.replace(/[.[\]]/g, "\\$&")}'?: \\(secret\\)\\. `));
    expect(output).to.contain("pulumi config set --secret --path secretParameters.API_KEY");
    expect(output.includes(SECRET_MARK)).to.equal(false);
  });
});

describe("keys that a message names", () => {
  const at = copyProgram("pasted-keys");

  it("set the value that they stand for, pasted into a shell", async () => {
    linkModules(at);
    configure(at, "pasted", { networking: "public" });
    await pulumi(at, "stack", "init", "pasted");
    const values: Record<string, string> = {
      "a b/c": "1",
      "dotted.name": "2",
      'say "hi"': "3",
      "it's": "4",
      "0123": "5",
      "back\\slash": "6",
    };
    const lines = Object.entries(values).map(([name, value]) =>
      setCommand(settingPath("parameters", "values", name), value, { text: true }),
    );
    await pulumiInShell(
      at,
      lines.map((line) => `${line} --stack pasted`),
    );
    const { config } = parse(readFileSync(join(at, "Pulumi.pasted.yaml"), "utf8"));
    expect(config["lambda-networking:parameters"].values).to.deep.equal(values);
  });
});
