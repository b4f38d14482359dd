import { connect, type Socket } from "node:net";

export interface RawAnswer {
  /** 0 if the connection ended without an answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends these bytes on a connection of their own, and reads one answer. */
export function sendRaw(port: number, bytes: string | Buffer, isHead = false): Promise<RawAnswer> {
  return exchange(connect(port, "127.0.0.1"), bytes, isHead);
}

/** @param isHead whether the answer has no body, whatever its length says */
export function exchange(socket: Socket, bytes: string | Buffer, isHead = false): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const end = () => {
      socket.destroy();
      resolve(parse(received, isHead)?.answer ?? { status: 0, headers: {}, body: "" });
    };
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no answer to ${String(bytes).slice(0, 200)}`)));
    socket.on("data", (piece) => {
      received = Buffer.concat([received, piece]);
      if (parse(received, isHead) !== undefined) end();
    });
    socket.on("end", end);
    socket.on("close", end);
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" || error.code === "EPIPE" ? end() : reject(error),
    );
    socket.write(bytes);
  });
}

/** One answer at the beginning of what was received; undefined if it is not complete. */
function parse(received: Buffer, isHead: boolean): { readonly answer: RawAnswer } | undefined {
  const text = received.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const rest = text.slice(end + 4);
  if (status === 100) return parse(received.subarray(end + 4), isHead);
  if (isHead) return { answer: { status, headers, body: "" } };
  if (headers["transfer-encoding"] === "chunked") {
    if (!/(?:^|\r\n)0\r\n\r\n$/.test(rest)) return undefined;
    return { answer: { status, headers, body: unchunked(rest) } };
  }
  const length = Number(headers["content-length"] ?? 0);
  return rest.length < length ? undefined : { answer: { status, headers, body: rest.slice(0, length) } };
}

function unchunked(text: string): string {
  let body = "";
  for (let at = 0; ; ) {
    const line = text.indexOf("\r\n", at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (!(size > 0)) return body;
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
