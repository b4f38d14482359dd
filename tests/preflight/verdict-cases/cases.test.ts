import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { graphOfExport } from "../../../cli/lib/graphs.js";
import { mainWithPage } from "../../../cli/preflight.js";
import { answer } from "../../../cli/trace/question.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { isRecord, list, records } from "../../../preflight/resources/read.js";
import { isKnown } from "../../../preflight/resources/unknown.js";
import { runCommand } from "../../support/commands.js";
import { TEST_PROJECT } from "../../support/test-project.js";

// Each folder holds a small stack export and the questions that were once answered wrongly. `before` is the verdict of
// the version that had the fault, so that a reader sees what changed; `after` is the verdict that AWS would give.
// Anyone can ask again: npm run trace -- --deployed tests/preflight/verdict-cases/FOLDER/export.json --from … --to …

const FOLDER = new URL("./", import.meta.url);

const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe("verdict cases", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cases-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const name of cases) {
    const exported = new URL(`${name}/export.json`, FOLDER).pathname;
    const written: unknown = JSON.parse(readFileSync(new URL(`${name}/questions.json`, FOLDER), "utf8"));
    if (!isRecord(written)) throw new TypeError(`${name}/questions.json is not an object`);

    describe(name, () => {
      for (const question of records(written.questions).filter(isKnown)) {
        const { from, to, port, after, says } = question;
        const title = `${from} -> ${to}${port === undefined ? "" : `:${port}`}`;
        it(`answers ${title} with ${after}`, () => {
          const said = ask(exported, {
            from: String(from),
            to: String(to),
            ...(typeof port === "number" && { port }),
          });
          expect(said.status, said.text).to.equal(after);
          for (const part of list(says)) expect(said.text).to.include(part);
        });
      }

      for (const { proof, after, says } of records(written.proofs).filter(isKnown)) {
        it(`proves ${proof}: ${after}`, () => {
          const found = proofReports(graphOfExport(exported, TEST_PROJECT).graph).find(
            ({ id }) => id === proof,
          );
          const status = found === undefined ? "absent" : found.ok ? "holds" : "fails";
          expect(status, JSON.stringify(found)).to.equal(after);
          for (const part of list(says)) expect(JSON.stringify(found)).to.include(part);
        });
      }

      for (const { options, after, says } of records(written.preflight).filter(isKnown)) {
        const given = list(options).map(String);
        it(`ends npm start ${["-- --deployed export.json", ...given].join(" ")} with ${after}`, async () => {
          const page = join(folder, "index.html");
          const ended = await runCommand(mainWithPage(page), ["--deployed", exported, ...given]);
          expect(ended.status, ended.stderr).to.equal(after);
          const words = ended.stdout.replace(/\s+/g, " ");
          for (const part of list(says)) expect(words).to.include(part);
        });
      }
    });
  }
});

/** The status and the whole text of an answer; a question or an export that is refused has the status `refused`. */
function ask(exported: string, question: Parameters<typeof answer>[1]): { status: string; text: string } {
  try {
    const found = answer(graphOfExport(exported, TEST_PROJECT).graph, question);
    return { status: found.status, text: JSON.stringify(found) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "UserError") throw error;
    return { status: "refused", text: error.message };
  }
}
