import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { type Graph, isRecord, readStackFile } from "@lambda-networking/preflight";
import { didYouMean, UserError } from "@lambda-networking/preflight/errors";
import { SCHEMA_VERSION } from "@lambda-networking/preflight/report";
import { EXIT, type Io, mistakeOf } from "../lib/command.js";
import { graphOfExport, graphOfStack } from "../lib/graphs.js";
import { answer, type Question } from "./question.js";

type Source = { readonly stack: string } | { readonly deployed: string };

/**
 * Answers questions in their order, one JSON line each. A line that is not a question gets an answer with the status
 * `error`, and the other lines are still answered. Each stack is built once and each export is read once.
 * @returns 0, or 2 if a line was not a question
 */
export async function answerBatch(io: Io): Promise<number> {
  const graphs = new Map<string, Promise<Graph>>();
  let exit: number = EXIT.fine;
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    try {
      const { source, question } = parseLine(line);
      io.out(JSON.stringify(answer(await graphOf(source, graphs, io), question)));
    } catch (error) {
      const message = mistakeOf(error);
      if (message === undefined) throw error;
      exit = EXIT.wrongUsage;
      io.out(JSON.stringify({ schemaVersion: SCHEMA_VERSION, status: "error", message }));
    }
  }
  return exit;
}

function graphOf(source: Source, graphs: Map<string, Promise<Graph>>, io: Io): Promise<Graph> {
  const key = JSON.stringify(source);
  const known = graphs.get(key);
  if (known !== undefined) return known;
  const graph = load(source, io);
  graphs.set(key, graph);
  return graph;
}

async function load(source: Source, { folder, project }: Io): Promise<Graph> {
  const { graph } =
    "stack" in source
      ? await graphOfStack(readStackFile(source.stack, project), project)
      : graphOfExport(resolve(folder, source.deployed), project);
  return graph;
}

const EXAMPLE = '{"stack": "prod", "from": "fetcher", "to": "ssm"}';

const KEYS = ["stack", "deployed", "from", "to", "port"];

function parseLine(line: string): { source: Source; question: Question } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UserError(`Not JSON. Write a question such as ${EXAMPLE}.`);
  }
  if (!isRecord(value)) throw new UserError(`Not an object. Write a question such as ${EXAMPLE}.`);
  const { stack, deployed, from, to, port, ...rest } = value;
  const [strange] = Object.keys(rest);
  if (strange !== undefined) {
    throw new UserError(`There is no key "${strange}". ${didYouMean(strange, KEYS)}`);
  }
  if (typeof from !== "string" || typeof to !== "string") {
    throw new UserError(`"from" and "to" are texts. Write a question such as ${EXAMPLE}.`);
  }
  if (port !== undefined && typeof port !== "number")
    throw new UserError("port is not a number. Write one from 1 to 65535.");
  const question = { from, to, ...(port !== undefined && { port }) };
  if (typeof stack === "string" && deployed === undefined) return { source: { stack }, question };
  if (typeof deployed === "string" && stack === undefined) return { source: { deployed }, question };
  throw new UserError(`Give either "stack" or "deployed". Write a question such as ${EXAMPLE}.`);
}
