import {
  isPosition,
  POSITION_HEADER,
  POSITIONS,
  type Position,
  type RunningApi,
  type Served,
  serveFrontDoor,
  serveOverHttp,
  startApi,
} from "@lambda-networking/local-api";
import { isRecord, readStackFile, type StackFile } from "@lambda-networking/preflight";
import { didYouMean, UserError } from "@lambda-networking/preflight/errors";
import { allOf } from "./lib/all-of.js";
import { command, EXIT, type Io, runIfEntryPoint } from "./lib/command.js";
import type { Help, Values } from "./lib/options.js";
import { synthesizeProgram } from "./lib/program.js";
import { stackList } from "./lib/stack-list.js";

const OPTIONS = {
  stack: { type: "string", value: "NAME", about: "The stack to serve. Required" },
  port: {
    type: "string",
    value: "N",
    about: "The port on localhost; 0 for any that is free",
    default: "3000",
  },
  from: {
    type: "string",
    value: POSITIONS.join("|"),
    about: "The caller's position. Default: the one that the API is made for",
  },
} as const;

const HELP: Help<typeof OPTIONS> = {
  call: "npm run serve",
  about: "Serves a stack's API on localhost, offline, with the real handlers, until Ctrl-C.",
  options: OPTIONS,
  examples: [
    ["npm run serve -- --stack dev", "The public API on port 3000: curl http://localhost:3000/messages"],
    ["npm run serve -- --stack prod --port 0 --from internet", "How the private API refuses the internet"],
  ],
  exitCodes: "0 after Ctrl-C; 2 wrong usage or configuration.",
};

/** Serves a stack's API on localhost until it is interrupted. */
async function run(values: Values<typeof OPTIONS>, io: Io): Promise<number> {
  const [file, port, from] = allOf(
    () => fileOf(values.stack, io.project),
    () => portOf(values.port),
    () => positionOf(values.from),
  );
  const { stack } = file;
  const interrupted = io.interruption();
  const starting = start(file, io);
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
    const door = api.frontDoor && (await serveDoor(api.frontDoor, port, from, io));
    io.out(greeting(stack, api, server.url, position, door?.url));
    await interrupted;
    await Promise.all([server.close(), door?.close()]);
  } finally {
    await api.stop();
  }
  return EXIT.fine;
}

/** Serves the front door on the next port. By default its callers are on the internet, if it lets those in. */
function serveDoor(
  door: NonNullable<RunningApi["frontDoor"]>,
  port: number,
  asked: Position | undefined,
  io: Io,
) {
  const own = port === 0 ? 0 : port + 1;
  const from = asked ?? (door.refusal("internet") === undefined ? "internet" : "vpc");
  return listening(own, () =>
    serveFrontDoor(door, { port: own, from, onServed: (served) => print(served, io) }),
  );
}

function fileOf(stack: string | undefined, project: string): StackFile {
  if (stack === undefined) throw new UserError(`Which stack? Give --stack NAME. ${stackList(project)}`);
  return readStackFile(stack, project);
}

async function start(file: StackFile, io: Io): Promise<RunningApi> {
  return startApi(await synthesizeProgram(file), {
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
function greeting(stack: string, api: RunningApi, url: string, from: Position, door?: string): string {
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
    ...(door === undefined ? [] : [doorLine(api, door)]),
    ...api.remarks,
    `Called from ${from} unless a request says otherwise: -H '${POSITION_HEADER}: ${POSITIONS.join("|")}'. Ctrl-C stops.`,
  ].join("\n");
}

/** The front door's URL, its own names, and from where callers get in. */
function doorLine({ frontDoor }: RunningApi, url: string): string {
  const positions = POSITIONS.map(
    (position) => `${position} ${frontDoor?.refusal(position) === undefined ? "ok" : "refused"}`,
  );
  const [name = "its own name"] = frontDoor?.names ?? [];
  return `Front door ${url}, for https://${name}   from ${positions.join(", ")}`;
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
export const main = command(HELP, run);

runIfEntryPoint(import.meta.url, main);
