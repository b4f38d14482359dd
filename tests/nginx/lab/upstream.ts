import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { connect, TLSSocket } from "node:tls";
import type { Certificates } from "./certificates.js";
import { exchange, type RawAnswer } from "./raw-client.js";

/** A request as the endpoint received it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  /** The name that TLS asked for. */
  readonly serverName: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly connection: number;
  readonly isResumed: boolean;
}

export interface Upstream {
  readonly port: number;
  readonly received: Received[];
  /** Asks it directly, with these bytes. */
  ask(bytes: Buffer, isHead: boolean): Promise<RawAnswer>;
  close(): Promise<void>;
}

export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** What stands in for the execute-api endpoint: HTTPS with the certificate of all APIs, recording what it gets. */
export async function startUpstream(
  { key, cert }: Certificates["trusted"],
  answer: Answering,
): Promise<Upstream> {
  const received: Received[] = [];
  const connections = new Map<unknown, number>();
  const server = createServer(
    { key, cert, maxHeaderSize: 65_536, keepAliveTimeout: 60_000 },
    (request, response) => {
      const { socket } = request;
      if (!(socket instanceof TLSSocket)) throw new Error("not TLS");
      const connection = connections.get(socket) ?? connections.size;
      connections.set(socket, connection);
      received.push({
        method: request.method ?? "",
        url: request.url ?? "",
        serverName: String(socket.servername),
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        connection,
        isResumed: socket.isSessionReused(),
      });
      answer(request, response);
    },
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    received,
    ask: (bytes, isHead) =>
      exchange(connect({ port: address.port, host: "127.0.0.1", rejectUnauthorized: false }), bytes, isHead),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
