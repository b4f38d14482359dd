import type { AddressSet } from "../../aws/address-sets.js";
import { agreed } from "./patterns.js";

/** A request as it comes to a load balancer. */
export interface LoadBalancerRequest {
  readonly method: string;
  /** As it stands in the request line, with the query string: `/pets/1?all=true`. */
  readonly path: string;
  /** In their order, the Host header too. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Address of the client, or a set of addresses that it may have. @default not known */
  readonly source?: string | AddressSet;
}

/** One way in which a load balancer may read a request. */
export interface Reading {
  readonly host: string;
  /** Without the query string. */
  readonly path: string;
  /** Without the question mark; undefined if there is no query string. */
  readonly query: string | undefined;
}

/**
 * Every way in which a request may be read. AWS says that rules are evaluated after the URI is normalized, but not how:
 * a path with dot segments, doubled slashes or percent-encodings has several readings, any other path has one. So have
 * a request with several Host headers and one with an absolute URI.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions
 */
export function readingsOf({ path: target, headers }: LoadBalancerRequest): Reading[] {
  const hosts = headers.flatMap(([name, value]) => (name.toLowerCase() === "host" ? [value] : []));
  const [, authority, rest = ""] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)(.*)$/i.exec(target) ?? [];
  const possible = authority === undefined ? hosts : [...hosts, authority];
  const targets = authority === undefined ? [target] : [target, rest.startsWith("/") ? rest : `/${rest}`];
  const hostReadings = possible.length === 0 ? [""] : unique(possible);
  const parts = targets.flatMap((text) => {
    const cut = text.indexOf("#");
    return cut < 0 ? [text] : [text, text.slice(0, cut)];
  });
  return hostReadings.flatMap((host) =>
    parts.flatMap((text) => {
      const mark = text.indexOf("?");
      const query = mark < 0 ? undefined : text.slice(mark + 1);
      return pathReadings(mark < 0 ? text : text.slice(0, mark)).map((path) => ({ host, path, query }));
    }),
  );
}

/** The path itself first, then what normalizations of any kind make of it. */
function pathReadings(path: string): string[] {
  const decodings = [
    (text: string) => text,
    (text: string) => text.replace(/%[0-9a-f]{2}/gi, (hex) => hex.toUpperCase()),
    (text: string) => decode(text, (char) => /[A-Za-z0-9._~-]/.test(char)),
    (text: string) => decode(text, (char) => /[\x21-\x7e]/.test(char)),
    (text: string) => text.replace(/[^\x21-\x7e]/g, encodeByte),
  ];
  const slashes = [(text: string) => text, (text: string) => text.replaceAll("\\", "/")];
  const merges = [(text: string) => text, (text: string) => text.replace(/\/{2,}/g, "/")];
  const dots = [(text: string) => text, withoutDotSegments];
  return unique(
    decodings.flatMap((decoding) =>
      slashes.flatMap((slash) =>
        merges.flatMap((merge) => dots.map((dot) => dot(merge(slash(decoding(path)))))),
      ),
    ),
  );
}

function encodeByte(char: string): string {
  const byte = char.charCodeAt(0) & 0xff;
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

function decode(text: string, isDecoded: (char: string) => boolean): string {
  return text.replace(/%([0-9a-f]{2})/gi, (encoded, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return isDecoded(char) ? char : encoded;
  });
}

/** https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4 */
function withoutDotSegments(path: string): string {
  if (!/(?:^|\/)\.\.?(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.split("/");
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === "..") {
      if (kept.length > 1) kept.pop();
      if (isLast) kept.push("");
    } else if (segment === ".") {
      if (isLast) kept.push("");
    } else {
      kept.push(segment);
    }
  }
  return kept.join("/") || "/";
}

/** A Host header with and without its port, and in lower case, because a name of a host has no case. */
export function hostReadings(host: string): string[] {
  const bare = host.replace(/:\d*$/, "");
  return unique([host, bare, host.toLowerCase(), bare.toLowerCase()]);
}

/** What the readings of a text agree on; undefined if they do not. */
export function inAllReadings(
  readings: readonly string[],
  matches: (reading: string) => boolean | undefined,
): boolean | undefined {
  return agreed(readings.map(matches));
}

export function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
