import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { foreignHost, isLoopback } from "../hosts.js";
import { bodyOf, POSITION_HEADER, respond, type Served } from "../http-server.js";
import { close, listen } from "../listen.js";
import {
  type Header,
  isPosition,
  type LoadBalancerResponse,
  POSITIONS,
  type Position,
} from "../request/messages.js";
import { errorPage } from "./error-pages.js";
import type { FrontDoor } from "./front-door.js";

interface FrontDoorServerArgs {
  /** 0: any free port. */
  readonly port: number;
  readonly from: Position;
  readonly onServed: (served: Served) => void;
}

/** Maximum bytes of a request's first line and headers together. */
const MOST_HEADER_BYTES = 80 * 1024;

/** Headers between this server and its caller; the load balancer would not receive them. */
const OWN_HEADERS = new Set([POSITION_HEADER, "connection", "keep-alive", "expect"]);

/**
 * Serves a stack's front door on this machine. A Host header of localhost stands for the front door's own name.
 * @throws Error with the system's code if the port is not available
 */
export async function serveFrontDoor(
  door: FrontDoor,
  args: FrontDoorServerArgs,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES }, (incoming, outgoing) => {
    void serve(door, incoming, outgoing, args);
  });
  const port = await listen(server, args.port);
  return { url: `http://localhost:${port}`, close: () => close(server) };
}

async function serve(
  door: FrontDoor,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { from: usual, onServed }: FrontDoorServerArgs,
): Promise<void> {
  const begin = performance.now();
  const { method = "GET", url = "/", headers } = incoming;
  const asked = headers[POSITION_HEADER];
  const from = isPosition(asked) ? asked : usual;
  const body = await bodyOf(incoming);
  if (body === "gone") return;
  const { statusCode, reason, notes } = await respond(
    outgoing,
    async () =>
      notForHost(door, incoming) ??
      (asked !== undefined && !isPosition(asked)
        ? errorPage(400, `${POSITION_HEADER}: write ${POSITIONS.join(", ")}`)
        : await door.answer({ method, path: url, headers: headersOf(door, incoming), body, from })),
    (why) => errorPage(500, why),
  );
  const milliseconds = Math.round(performance.now() - begin);
  const [path = "/"] = url.split("?", 1);
  onServed({ method, path, from, statusCode, milliseconds, reason, notes });
}

/** The refusal of a request by a name that is neither this machine's nor the front door's; see `foreignHost`. */
function notForHost({ names }: FrontDoor, { rawHeaders }: IncomingMessage): LoadBalancerResponse | undefined {
  const host = foreignHost(
    rawHeaders,
    (each) => isLoopback(each) || names.has(each.trim().toLowerCase().replace(/:\d*$/, "")),
  );
  return host === undefined
    ? undefined
    : errorPage(
        403,
        `Host: ${host} is no name of the front door. It answers for localhost, ${[...names].join(", ")}.`,
      );
}

function headersOf({ names }: FrontDoor, { rawHeaders }: IncomingMessage): Header[] {
  const [own = "localhost"] = names;
  const found: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    const key = name.toLowerCase();
    if (OWN_HEADERS.has(key)) continue;
    found.push([name, key === "host" && isLoopback(value) ? own : value]);
  }
  return found;
}
