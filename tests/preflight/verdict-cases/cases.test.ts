import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { graphOfExport } from "../../../cli/lib/graphs.js";
import { answer } from "../../../cli/trace/question.js";
import { proofReports } from "../../../preflight/report/build/proofs.js";
import { isRecord, list, records } from "../../../preflight/resources/read.js";
import { isKnown } from "../../../preflight/resources/unknown.js";

// Each folder holds a small stack export and the questions that were once answered wrongly. `before` is the verdict of
// the version that had the fault, so that a reader sees what changed; `after` is the verdict that AWS would give.
// Anyone can ask again: npm run trace -- --deployed tests/preflight/verdict-cases/FOLDER/export.json --from … --to …

const FOLDER = new URL("./", import.meta.url);

const cases = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe("verdict cases", () => {
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
          const found = proofReports(graphOfExport(exported).graph).find(({ id }) => id === proof);
          const status = found === undefined ? "absent" : found.ok ? "holds" : "fails";
          expect(status, JSON.stringify(found)).to.equal(after);
          for (const part of list(says)) expect(JSON.stringify(found)).to.include(part);
        });
      }
    });
  }
});

/** The status and the whole text of an answer; a question or an export that is refused has the status `refused`. */
function ask(exported: string, question: Parameters<typeof answer>[1]): { status: string; text: string } {
  try {
    const found = answer(graphOfExport(exported).graph, question);
    return { status: found.status, text: JSON.stringify(found) };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "UserError") throw error;
    return { status: "refused", text: error.message };
  }
}
