import { expect } from "chai";
import fc from "fast-check";
import { synthesizeProgram } from "../../../cli/lib/program.js";
import { UserError } from "../../../preflight/errors/user-error.js";
import { graphFromResources, resourcesFromExport } from "../../../preflight/graph/index.js";
import { parsePlace, trace } from "../../../preflight/reachability/index.js";
import { buildReport } from "../../../preflight/report/build/report.js";
import { exportOf } from "../../support/stack-export.js";
import { stackFile } from "../../support/stacks.js";

// An export may be of any stack and by a provider of any version.

type Bag = Record<string, unknown>;
interface ExportedResource {
  readonly inputs?: Bag;
  readonly outputs?: Bag;
}

const QUESTIONS = [
  ["fetcher", "ssm"],
  ["internet", "GET /messages"],
  ["vpc-private-a", "dynamodb"],
] as const;

describe("resourcesFromExport with arbitrary values", function () {
  this.timeout(120_000);
  let text: string;
  before(async () => {
    text = JSON.stringify(exportOf(await synthesizeProgram(stackFile("prod"))));
  });

  it("leads to verdicts and a report, or to a UserError, and never to another error", () => {
    const odd = fc.constantFrom<unknown>(
      "",
      "x",
      "{}",
      "[]",
      "{not json",
      "10.0.0.0/99",
      -1,
      1e30,
      [[]],
      [{}],
      { a: 1 },
    );
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.oneof(odd, fc.jsonValue({ maxDepth: 2 })),
        (resource, property, value) => {
          const broken: { deployment: { resources: ExportedResource[] } } = JSON.parse(text);
          const { resources } = broken.deployment;
          const { inputs = {}, outputs = {} } = resources[resource % resources.length] ?? {};
          const names = Object.keys(outputs);
          const name = names[property % Math.max(1, names.length)];
          if (name === undefined) return;
          outputs[name] = value;
          if (name in inputs) inputs[name] = value;
          expect(() => everythingSaid(broken)).not.to.throw();
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Asks questions and builds a report. A user error is a valid answer. */
function everythingSaid(exported: unknown): void {
  try {
    const graph = graphFromResources(resourcesFromExport(exported));
    buildReport(graph, { project: "p", stack: "s", region: "eu-west-1", source: "deployed" });
    for (const [from, to] of QUESTIONS) trace(graph, parsePlace(from, graph), parsePlace(to, graph));
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof UserError)) throw error;
  }
}
