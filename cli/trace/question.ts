import {
  cleanText,
  type Graph,
  labelOf,
  type Place,
  parsePlace,
  redact,
  trace,
  verdictReport,
  withDeclaredUse,
  words,
} from "@lambda-networking/preflight";
import { UserError } from "@lambda-networking/preflight/errors";
import { hops, SCHEMA_VERSION, type VerdictReport } from "@lambda-networking/preflight/report";
import { allOf } from "../lib/all-of.js";

/** A question in the user's notation. */
export interface Question {
  readonly from: string;
  readonly to: string;
  /** 1 to 65535. @default the destination's port, or 443 */
  readonly port?: number;
}

/** A verdict with its parsed question. */
export type Answer = VerdictReport & {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly from: string;
  readonly to: string;
  readonly port?: number;
};

/** @throws UserError if the stack has no such place or the port is invalid */
export function answer(graph: Graph, { from, to, port }: Question): Answer {
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
    throw new UserError(`port: ${port}. Write a port from 1 to 65535.`);
  }
  const [source, named] = allOf(
    () => place(from, graph),
    () => place(to, graph),
  );
  const destination = withDeclaredUse(graph, source, named);
  const found: Answer = {
    schemaVersion: SCHEMA_VERSION,
    from: labelOf(source),
    to: labelOf(named),
    ...(port !== undefined && { port }),
    ...verdictReport(trace(graph, source, destination, port)),
  };
  return redact(found, graph);
}

/** @throws UserError that shows no secret, though it suggests names of the stack */
function place(text: string, graph: Graph): Place {
  try {
    return parsePlace(cleanText(text), graph);
  } catch (error) {
    throw error instanceof UserError ? new UserError(redact(error.message, graph)) : error;
  }
}

/** An answer for a terminal: the verdict, the hops and, if it is blocked, the fix. */
export function traceText(answer: Answer): string {
  const port = answer.port === undefined ? "" : ` on port ${answer.port}`;
  const path = hops(answer).map((hop, i) => `  ${i + 1}. ${hop}`);
  return [`${answer.from} -> ${answer.to}${port}: ${conclusion(answer)}`, ...path, ...ending(answer)].join(
    "\n",
  );
}

function conclusion(answer: Answer): string {
  switch (answer.status) {
    case "reachable":
      return `reachable, by ${words(answer.via)}${answer.name === undefined ? "" : `, as ${answer.name}`}`;
    case "blocked":
      return `blocked at ${answer.at.name}`;
    case "unknown":
      return "unknown";
  }
}

function ending(answer: Answer): string[] {
  switch (answer.status) {
    case "reachable":
      return [];
    case "blocked":
      return [`  x  ${answer.at.name}: ${answer.reason} (${answer.code})`, `  Fix: ${answer.fix}`];
    case "unknown":
      return [`  ?  ${answer.reason}`, `  Not known: ${answer.missing.map(({ name }) => name).join(", ")}`];
  }
}
