import { isIP } from "node:net";

/** A route as NGINX needs it: what a request must have, and where it goes. */
export interface NginxRoute {
  /** Path prefix of whole segments, such as `/pets`, or `/` for every path. */
  readonly path: string;
  /** Header that the request must have. Letter case of its name and value does not matter. */
  readonly header?: { readonly name: string; readonly value: string } | undefined;
  /** Host of the API, such as `a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com`. */
  readonly host: string;
  readonly stage: string;
  /** Whether the prefix is taken off before the request goes on. */
  readonly stripPrefix: boolean;
}

export interface NginxArgs {
  /** In the order of their evaluation: the first that fits takes the request. */
  readonly routes: readonly NginxRoute[];
  readonly upstream: {
    /** DNS name of the execute-api endpoint, which is resolved again and again, or an address. */
    readonly address: string;
    /** @default 443 */
    readonly port?: number;
  };
  /** Blocks that the load balancer's nodes have their addresses in. */
  readonly loadBalancerBlocks: readonly string[];
  /** @default 8080 */
  readonly port?: number;
  /** @default 8081 */
  readonly healthPort?: number;
  /**
   * Directory that NGINX may write to.
   * @default /tmp
   */
  readonly directory?: string;
  /**
   * Certificates of the authorities that may sign the endpoint's certificate.
   * @default the file of the operating system in NGINX's own images
   */
  readonly trustedCertificates?: string;
  /**
   * File or device for the access log.
   * @default /dev/stdout
   */
  readonly accessLog?: string;
}

/** Port for requests, above 1023 because NGINX does not run as root. */
export const NGINX_PORT = 8080;
/** Port for health checks. It is another one, so that no path of the routes is taken for them. */
export const NGINX_HEALTH_PORT = 8081;

/**
 * Seconds. API Gateway waits 29 s for an integration, so that NGINX waits longer and the caller gets API Gateway's
 * answer. The load balancer waits still longer for NGINX (its idle timeout), and NGINX keeps an idle connection longer
 * than the load balancer does, or the load balancer would send into a closed connection and answer 502.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-502-issues
 */
export const TIMEOUTS = {
  connect: 2,
  read: 32,
  loadBalancerIdle: 40,
  keepAlive: 75,
} as const;

/** The resolver that every VPC has at this address. https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
const RESOLVER = "169.254.169.253";

/**
 * NGINX's configuration for the front door. It needs NGINX 1.27.3 for an upstream by name, because older ones resolve
 * it only when they start; for an upstream by address 1.22 is enough.
 *
 * A request is judged by the path as it was sent, not by NGINX's decoded one, so that what is judged is what goes on.
 * @throws Error for text that would change the configuration's meaning
 * @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server
 */
export function nginxConfiguration(args: NginxArgs): string {
  const { routes, loadBalancerBlocks, directory = "/tmp" } = args;
  for (const route of routes) check(route);
  for (const block of loadBalancerBlocks) plain(block, /^[0-9a-f.:]+\/\d{1,3}$/i);
  const hosts = [...new Set(routes.map(({ host }) => host))];
  return `worker_processes 1;
worker_rlimit_nofile 8192;
pid ${directory}/nginx.pid;
# Below this level an entry holds the request with its query, where a secret may be. The access log tells what failed.
error_log stderr alert;
events { worker_connections 4000; }
http {
  default_type application/json;
  server_tokens off;
  access_log off;
  variables_hash_max_size 4096;
  map_hash_bucket_size 256;
${indent(temporaryFiles(directory))}
  log_format front_door escape=json ${LOG_FORMAT};
${indent(hosts.map((host, n) => upstreamOf(n, host, args)).join("\n"))}
${indent(maps(routes, hosts))}
${indent(apiServer(args))}
${indent(healthServer(args))}
}
`;
}

function check({ path, header, host, stage }: NginxRoute): void {
  plain(path, /^\/$|^(\/[A-Za-z0-9._~:@-]+)+$/);
  plain(host, /^[A-Za-z0-9.-]+$/);
  plain(stage, /^[A-Za-z0-9_$-]+$/);
  if (header === undefined) return;
  plain(header.name, /^[A-Za-z0-9-]+$/);
  plain(header.value, /^[A-Za-z0-9 ._~:@/+=,;-]+$/);
}

function plain(text: string, allowed: RegExp): string {
  if (!allowed.test(text))
    throw new Error(`${JSON.stringify(text)} cannot be written into NGINX's configuration`);
  return text;
}

const indent = (text: string) => text.replace(/^(?=.)/gm, "  ");

/** NGINX makes these directories when it starts. Bodies are not kept in them, see {@link apiServer}. */
function temporaryFiles(directory: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return kinds.map((kind) => `${kind}_temp_path ${directory}/${kind};`).join("\n");
}

/** Without the query, which may hold a secret. */
const LOG_FORMAT = `'{${[
  ["time", "$time_iso8601"],
  ["client", "$remote_addr"],
  ["method", "$request_method"],
  ["path", "$path_as_sent"],
  ["status", "$status"],
  ["route", "$route"],
  ["apiHost", "$api_host"],
  ["bytesIn", "$request_length"],
  ["bytesOut", "$bytes_sent"],
  ["seconds", "$request_time"],
  ["upstream", "$upstream_addr"],
  ["upstreamStatus", "$upstream_status"],
  ["upstreamConnectSeconds", "$upstream_connect_time"],
  ["upstreamSeconds", "$upstream_response_time"],
  ["requestId", "$request_id_sent"],
  ["traceId", "$http_x_amzn_trace_id"],
]
  .map(([key, value]) => `"${key}":"${value}"`)
  .join(",")}}'`;

/**
 * Connections of its own for each API, because a TLS session that was opened for the name of one API is not to carry
 * requests for another.
 */
function upstreamOf(n: number, host: string, { upstream: { address, port = 443 } }: NginxArgs): string {
  const isAddress = isIP(address) !== 0;
  const server = plain(address, /^[A-Za-z0-9.:-]+$/);
  const at = isIP(address) === 6 ? `[${server}]` : server;
  return `# ${host}
upstream api_${n} {
  zone api_${n} 64k;${isAddress ? "" : `\n  resolver ${RESOLVER} valid=10s ipv6=off;\n  resolver_timeout 2s;`}
  server ${at}:${port}${isAddress ? "" : " resolve"} max_fails=3 fail_timeout=10s;
  keepalive 32;
  keepalive_timeout 20s;
}`;
}

function maps(routes: readonly NginxRoute[], hosts: readonly string[]): string {
  const bits = routes.map((_, n) => `$fits_${n}`).join("");
  const choices = (value: (route: NginxRoute, n: number) => string, none: string) =>
    `default ${none};\n${routes.map((route, n) => `  ${n} ${value(route, n)};`).join("\n")}`;
  return [
    `map $request_uri $path_as_sent { default ""; "~^(?<sent>[^?#]*)" $sent; }`,
    `map $request_uri $is_refused { default 0; ${REFUSED.map((pattern) => `"~*${pattern}" 1;`).join(" ")} }`,
    ...routes.map(pathMap),
    ...routes.map(fitMap),
    // The first route that fits: as many zeros as routes that do not fit stand before its one.
    `map "${bits}" $route {\n  default "";\n${routes.map((_, n) => `  "~^0{${n}}1" ${n};`).join("\n")}\n}`,
    `map $route $api_host {\n  ${choices(({ host }) => host, '""')}\n}`,
    `map $route $api_upstream {\n  ${choices(({ host }) => `api_${hosts.indexOf(host)}`, '""')}\n}`,
    `map $route $api_path {\n  ${choices((_, n) => `$path_${n}`, '""')}\n}`,
    `map $http_x_request_id $request_id_sent { default $request_id; "~^[A-Za-z0-9._:=-]{1,128}$" $http_x_request_id; }`,
  ].join("\n");
}

const SLASH = "(?:/|%2f|%5c)";

/** Paths that servers understand in different ways: dot segments, plain or encoded, and what a fragment cuts off. */
const REFUSED = [`^[^?]*${SLASH}(?:[.]|%2e){1,2}(?:${SLASH}[^?]*)?(?:[?]|$)`, "^[^?]*#"];

/** The path for the API; empty if the request's path is not that of the route. */
function pathMap({ path, stage, stripPrefix }: NginxRoute, n: number): string {
  const prefix = path === "/" ? "" : regexOf(path);
  const kept = path === "/" || stripPrefix ? "" : path;
  // The API's root has a slash.
  const alone = kept === "" ? "/" : kept;
  return `map $request_uri $path_${n} {
  default "";
  "~^${prefix}(?<rest_${n}>/.*)$" "/${stage}${kept}$rest_${n}";
  "~^${prefix}(?<query_${n}>(?:[?].*)?)$" "/${stage}${alone}$query_${n}";
}`;
}

function fitMap({ header }: NginxRoute, n: number): string {
  if (header === undefined) return `map $path_${n} $fits_${n} { default 1; "" 0; }`;
  const name = `$http_${header.name.toLowerCase().replaceAll("-", "_")}`;
  // A path has no space, so the first one divides the two.
  return `map "$path_${n} ${name}" $fits_${n} { default 0; "~*^/[^ ]* ${regexOf(header.value)}$" 1; }`;
}

/** A regular expression for exactly this text. */
const regexOf = (text: string) => text.replace(/[^A-Za-z0-9/_~:@,;= -]/g, (character) => `[${character}]`);

/**
 * Bodies and answers pass through memory and are never written to a file. API Gateway takes no body above 10 MB.
 * NGINX itself leaves out header fields with invalid names or underscores, and what concerns one connection only
 * (Keep-Alive, TE, Upgrade, Expect).
 */
function apiServer(args: NginxArgs): string {
  const { loadBalancerBlocks, port = NGINX_PORT, accessLog = "/dev/stdout" } = args;
  const { trustedCertificates = "/etc/ssl/certs/ca-certificates.crt" } = args;
  return `server {
  listen ${port} default_server;
  access_log ${accessLog} front_door;
  merge_slashes off;
  underscores_in_headers off;
  ignore_invalid_headers on;
  large_client_header_buffers 4 16k;
  client_max_body_size 10m;
  client_header_timeout 10s;
  client_body_timeout 30s;
  send_timeout 30s;
  keepalive_timeout ${TIMEOUTS.keepAlive}s;
  keepalive_requests 10000;
  # The last address is the one that the load balancer saw. Those before it are the caller's own words.
${loadBalancerBlocks.map((block) => `  set_real_ip_from ${block};`).join("\n")}
  real_ip_header X-Forwarded-For;
  real_ip_recursive off;
${ERRORS.map(({ status, codes }) => `  error_page ${codes} = /answer/${status};`).join("\n")}
${indent(ERRORS.map(answer).join("\n"))}
  location / {
    # API Gateway would choose the API by it, whatever the Host. The load balancer's rules refuse it too.
    if ($http_x_apigw_api_id != "") { return 400; }
    if ($route = "") { return 404; }
    if ($is_refused) { return 400; }
    proxy_pass https://$api_upstream$api_path;
    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_buffer_size 16k;
    proxy_buffers 8 16k;
    proxy_max_temp_file_size 0;
    proxy_redirect off;
    proxy_connect_timeout ${TIMEOUTS.connect}s;
    proxy_send_timeout ${TIMEOUTS.read}s;
    proxy_read_timeout ${TIMEOUTS.read}s;
    # A second attempt only before the answer could come: a request that the API works on is not sent twice.
    proxy_next_upstream error timeout;
    proxy_next_upstream_tries 2;
    proxy_next_upstream_timeout ${TIMEOUTS.connect * 2}s;
    proxy_ssl_server_name on;
    proxy_ssl_name $api_host;
    proxy_ssl_protocols TLSv1.2 TLSv1.3;
    proxy_ssl_verify on;
    proxy_ssl_verify_depth 4;
    proxy_ssl_trusted_certificate ${trustedCertificates};
    proxy_ssl_session_reuse on;
    proxy_set_header Host $api_host;
    proxy_set_header Connection "";
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto https;
    proxy_set_header X-Forwarded-Port 443;
    proxy_set_header X-Request-Id $request_id_sent;
${REMOVED.map((name) => `    proxy_set_header ${name} "";`).join("\n")}
    # NGINX would obey these headers of an API's answer.
    proxy_ignore_headers X-Accel-Redirect X-Accel-Expires X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;
  }
}`;
}

/** A caller could name another API, another host or another client with them, or change what one connection means. */
const REMOVED = [
  "X-Apigw-Api-Id",
  "Forwarded",
  "X-Forwarded-Host",
  "X-Forwarded-Server",
  "X-Forwarded-Prefix",
  "X-Original-Host",
  "X-Original-Url",
  "X-Rewrite-Url",
  "X-Real-Ip",
  "X-Host",
  "Proxy",
  "Proxy-Connection",
  "Proxy-Authorization",
  "Trailer",
];

const ERRORS = [
  { status: 400, codes: "400 494 495 496 497", message: "Bad Request" },
  { status: 404, codes: "404", message: "Not Found" },
  { status: 405, codes: "405", message: "Method Not Allowed" },
  { status: 408, codes: "408", message: "Request Timeout" },
  { status: 413, codes: "413", message: "Request Entity Too Large" },
  { status: 414, codes: "414", message: "URI Too Long" },
  { status: 502, codes: "500 502 503", message: "Bad Gateway" },
  { status: 504, codes: "504", message: "Gateway Timeout" },
];

/**
 * The form of API Gateway's own errors. A named location would not do, because NGINX answers 500 from it if it could
 * not read the request's path. No caller gets to these locations.
 */
function answer({ status, message }: (typeof ERRORS)[number]): string {
  return `location = /answer/${status} { internal; add_header X-Request-Id $request_id_sent always; return ${status} '{"message":"${message}"}'; }`;
}

/** Says that NGINX runs; what is behind it is the same for every task, so that no task is better than another. */
function healthServer({ healthPort = NGINX_HEALTH_PORT }: NginxArgs): string {
  return `server {
  listen ${healthPort};
  location / { return 200 '{"status":"ok"}'; }
}`;
}
