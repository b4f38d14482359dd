import type { LoadBalancerRequest } from "./readings.js";

/** A status that a load balancer may answer before it evaluates any rule, and whether it certainly does. */
export interface Refusal {
  readonly status: number;
  readonly isCertain: boolean;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Characters that end a line or a string elsewhere: requests with them are the severe tier. */
const BREAKING = /[\0\r\n]/;

const CERTAINLY = (status: number): Refusal => ({ status, isCertain: true });
const PERHAPS = (...statuses: readonly number[]): Refusal[] =>
  statuses.map((status) => ({ status, isCertain: false }));

/**
 * What a load balancer refuses by itself. Desync mitigation mode answers 400 to what AWS's library
 * [http-desync-guardian](https://github.com/aws/http-desync-guardian) puts into its severe tier, in every mode but
 * `monitor`; where this and the list of the load balancer's errors name different statuses, both are possible.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function refusalsOf({ method, path, headers }: LoadBalancerRequest): Refusal[] {
  if (!TOKEN.test(method) || BREAKING.test(path)) return [CERTAINLY(400)];
  if (headers.some(([name, value]) => name === "" || BREAKING.test(name) || BREAKING.test(value)))
    return [CERTAINLY(400)];
  if (method === "TRACE") return [CERTAINLY(405)];
  const lengths = valuesOf(headers, "content-length");
  if (lengths.some((length) => !/^\d+$/.test(length)) || new Set(lengths.map(Number)).size > 1)
    return [CERTAINLY(400)];
  const codings = valuesOf(headers, "transfer-encoding").flatMap((value) =>
    value.split(",").map((coding) => coding.trim().toLowerCase()),
  );
  if (codings.some((coding) => coding !== "chunked" && coding !== "identity"))
    return PERHAPS(400, 501).map(({ status }) => CERTAINLY(status));
  if (codings.filter((coding) => coding === "chunked").length > 1) return [CERTAINLY(400)];
  return [
    ...(valuesOf(headers, "host").length === 1 ? [] : PERHAPS(400)),
    ...(isUsualTarget(path) ? [] : PERHAPS(400)),
    ...(method === "CONNECT" ? PERHAPS(400, 405) : []),
    ...(headers.every(([name]) => TOKEN.test(name)) ? [] : PERHAPS(400)),
    ...tooLarge({ method, path, headers }),
    ...(forwardedFor(headers) > 30 ? [CERTAINLY(463)] : []),
  ];
}

function valuesOf(headers: LoadBalancerRequest["headers"], name: string): string[] {
  return headers.flatMap(([own, value]) => (own.toLowerCase() === name ? [value.trim()] : []));
}

/** A path from the root in visible ASCII. Spaces and other bytes are passed on or refused, by mode. */
function isUsualTarget(path: string): boolean {
  return /^\/[\x21-\x7e]*$/.test(path) || path === "*";
}

function forwardedFor(headers: LoadBalancerRequest["headers"]): number {
  return valuesOf(headers, "x-forwarded-for").flatMap((value) => value.split(",")).length;
}

const KIB = 1024;

/**
 * 16 K for the request line and for each header, 64 K for all of them. Whether K is 1,000 or 1,024 AWS does not say, so
 * between the two the answer is not known.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html#http-header-limits
 */
function tooLarge({ method, path, headers }: LoadBalancerRequest): Refusal[] {
  const over = (size: number, limit: number, ...statuses: readonly number[]): Refusal[] => {
    if (size <= limit * 1000) return [];
    const perhaps = PERHAPS(...statuses);
    return size > limit * KIB ? perhaps.map(({ status }) => CERTAINLY(status)) : perhaps;
  };
  const line = method.length + path.length + " HTTP/1.1 ".length;
  const each = headers.map(([name, value]) => name.length + value.length + ": ".length);
  const all = each.reduce((sum, size) => sum + size, 0);
  return [
    ...over(line, 16, 414, 400),
    ...(each.length === 0 ? [] : over(Math.max(...each), 16, 400)),
    ...over(all, 64, 400),
  ];
}
