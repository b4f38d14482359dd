import { parseArgs } from "node:util";
import {
  isPosition,
  POSITION_HEADER,
  POSITIONS,
  type Position,
  type RunningApi,
  type Served,
  serveOverHttp,
  startApi,
} from "@lambda-networking/local-api";
import { isRecord, readStackFile, stackNames } from "@lambda-networking/preflight";
import { didYouMean, UserError } from "@lambda-networking/preflight/errors";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import { synthesizeProgram } from "./lib/program.js";
import { PROJECT_FOLDER } from "./lib/project-folder.js";

const USAGE = `npm run serve -- --stack NAME [--port 3000] [--from ${POSITIONS.join("|")}]`;

/** Serves a stack's API on localhost until it is interrupted. */
async function run(argv: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      stack: { type: "string" },
      port: { type: "string", default: "3000" },
      from: { type: "string" },
    },
  });
  const { stack } = values;
  if (stack === undefined) {
    throw new UserError(
      `Which stack? Give --stack: ${stackNames(PROJECT_FOLDER).join(" or ")}.\nUsage: ${USAGE}`,
    );
  }
  const port = portOf(values.port);
  const from = positionOf(values.from);
  const interrupted = io.interruption();
  const starting = start(stack, io);
  const api = await Promise.race([starting, interrupted]);
  if (api === undefined) {
    await starting.then((late) => late.stop()).catch(() => undefined); // Ctrl-C also reaches the child processes
    return EXIT.fine;
  }
  try {
    const position = from ?? api.usualPosition;
    const server = await listening(port, () =>
      serveOverHttp(api, { port, from: position, onServed: (served) => print(served, io) }),
    );
    io.out(greeting(stack, api, server.url, position));
    await interrupted;
    await server.close();
  } finally {
    await api.stop();
  }
  return EXIT.fine;
}

async function start(stack: string, io: Io): Promise<RunningApi> {
  return startApi(await synthesizeProgram(readStackFile(stack, PROJECT_FOLDER)), {
    onLog: (name, text) => prefixed(name, text, io),
  });
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new UserError(`--port: "${text}". Write a port from 1 to 65535, or 0 for any that is free.`);
}

function positionOf(text: string | undefined): Position | undefined {
  if (text === undefined || isPosition(text)) return text;
  throw new UserError(`--from: "${text}". ${didYouMean(text, POSITIONS)}`);
}

async function listening<T>(port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const code = isRecord(error) ? error.code : undefined;
    if (code === "EADDRINUSE") {
      throw new UserError(
        `Port ${port} is in use. Stop what listens there, or give another: --port ${port + 1}.`,
      );
    }
    if (code === "EACCES") throw new UserError(`Port ${port} is not for you to use. Give one above 1023.`);
    throw error;
  }
}

/** The greeting: the stack, the URL, the callers that it accepts, and how to call it. */
function greeting(stack: string, api: RunningApi, url: string, from: Position): string {
  const width = Math.max(...api.methods.map(({ length }) => length));
  const methods = api.methods.flatMap((method) => {
    const positions = POSITIONS.map(
      (position) => `${position} ${api.denial(method, position, "localhost")?.statusCode ?? "ok"}`,
    );
    const about = api.about(method).join("; ");
    return [
      `  ${method.padEnd(width)}   from ${positions.join(", ")}`,
      ...(about === "" ? [] : [`  ${"".padEnd(width)}   ${about}`]),
    ];
  });
  return [
    `${stack}  ${api.region}  API ${api.apiId}  ${url}`,
    ...methods,
    ...api.keys,
    ...api.domains.urls.map((domain) => `Also ${domain}: ${byDomain(domain, url)}`),
    ...api.remarks,
    `Called from ${from} unless a request says otherwise: -H '${POSITION_HEADER}: ${POSITIONS.join("|")}'. Ctrl-C stops.`,
  ].join("\n");
}

/** A command that calls this server by a custom domain name. */
function byDomain(domain: string, url: string): string {
  const { host, pathname } = new URL(domain);
  return `curl -H 'Host: ${host}' ${new URL(url).origin}${pathname.replace(/\/$/, "")}/…`;
}

function print(served: Served, { out }: Io): void {
  const { method, path, from, statusCode, milliseconds, reason, notes = [] } = served;
  out(`${method} ${printable(path)}   ${statusCode} in ${milliseconds} ms   from ${from}`);
  for (const line of [...notes, ...(reason === undefined ? [] : [reason])]) {
    out(`  ${printable(line)}`);
  }
}

/** Prints a function's output, each line with the function's name before it. */
function prefixed(name: string, text: string, { out }: Io): void {
  for (const line of text.replace(/\r?\n$/, "").split(/\r?\n/)) out(`${name} | ${line}`);
}

/** The text without control characters, which could move a terminal's cursor or do worse. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}

/** `npm run serve` */
export const main = command(USAGE, run);

runIfEntryPoint(import.meta.url, main);
