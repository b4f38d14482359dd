/** A request as its bytes go to a load balancer or to NGINX. */
export interface GeneratedRequest {
  readonly method: string;
  /** As in the request line. */
  readonly target: string;
  /** In their order, Host among them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A repeatable source of chance. https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PATHS = [
  "/messages",
  "/messages/",
  "/messages/1",
  "/messagesx",
  "/Messages",
  "/pets",
  "/pets/",
  "/pets/1",
  "/pets/1/toys",
  "/pets/admin",
  "/pets/admin/keys",
  "/pets/administrator",
  "/petshop",
  "/pet",
  "/employees",
  "/employees/7",
  "/",
  "/v1/messages",
  "/prod/pets",
  "/nowhere",
  "/a/very/long/path/with/many/segments",
  "*",
];

/** Changes of a path that servers have been fooled with. */
const TRICKS: readonly ((path: string, chance: () => number) => string)[] = [
  (path) => `${path}/..`,
  (path) => `${path}/../pets`,
  (path) => `${path}/../../prod/x`,
  (path) => `${path}/%2e%2e/messages`,
  (path) => `${path}/.%2E/messages`,
  (path) => `${path}/./x`,
  (path) => `${path}/.`,
  (path) => `${path}/...`,
  (path) => `${path}/..;/pets`,
  (path) => `${path}%2f..%2fpets`,
  (path) => `${path}%5c..%5cpets`,
  (path) => `${path}\\..\\pets`,
  (path) => `${path}\\x`,
  (path) => `/${path}`,
  (path) => `${path}//x`,
  (path) => `/x/..${path}`,
  (path) => path.replace(/[a-z]/, (char) => `%${char.charCodeAt(0).toString(16)}`),
  (path) => path.replace("/", "/%2f"),
  (path) => path.replaceAll("/", "%2F"),
  (path) => path.toUpperCase(),
  (path) => `${path}%2F1`,
  (path) => `${path}%00`,
  (path) => `${path}%0d%0aX-Evil:%201`,
  (path) => `${path}%zz`,
  (path) => `${path}%`,
  (path) => `${path}%u002e`,
  (path) => `${path}%c0%ae%c0%ae/`,
  (path) => `${path}/caf%C3%A9`,
  (path) => `${path}/a%20b+c`,
  (path) => `${path}/$1$&\${x}`,
  (path) => `${path};v=1`,
  (path) => `${path}#frag`,
  (path) => `${path}#?x`,
  (path) => `${path}/caf\u00e9`,
  (path) => `${path}/~user/@x:y`,
  (path, chance) => `${path}/${"x".repeat(Math.floor(chance() * 3000))}`,
  (path) => `http://evil.example.com${path}`,
  (path) => `https://api.example.com${path}`,
  (path) => `evil.example.com${path}`,
];

const QUERIES = [
  "",
  "",
  "",
  "?",
  "?a=1",
  "?a=/../x",
  "?x=%2e%2e/y",
  "?/pets",
  "?a?b",
  "?redirect=http://evil",
  "?%zz",
  "?a=1&a=2",
];
const METHODS = [
  "GET",
  "GET",
  "GET",
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "PATCH",
  "OPTIONS",
  "HEAD",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "get",
];
const HOSTS = [
  "api.example.com",
  "API.EXAMPLE.COM",
  "api.example.com:443",
  "evil.example.com",
  "localhost",
  "10.0.0.1",
  "staffstaff.execute-api.eu-west-1.amazonaws.com",
  "",
];

/** Headers that ordinary callers and attackers send. */
const HEADERS: readonly (readonly [string, string])[] = [
  ["x-api", "employees"],
  ["X-API", "Employees"],
  ["x-api", "employees2"],
  ["x-api", "pets"],
  ["x-api", "*"],
  ["x_api", "employees"],
  ["x-apigw-api-id", "otherother"],
  ["X-Apigw-Api-Id", "0"],
  ["x_apigw_api_id", "otherother"],
  ["X-Forwarded-Host", "evil.example.com"],
  ["X-Forwarded-For", "1.2.3.4"],
  ["X-Forwarded-Proto", "http"],
  ["Forwarded", "host=evil.example.com"],
  ["X-Original-URL", "/employees"],
  ["X-Rewrite-URL", "/employees"],
  ["X-HTTP-Method-Override", "DELETE"],
  ["Accept", "application/json"],
  ["User-Agent", "curl/8.0"],
  ["Authorization", "Bearer x"],
  ["Cookie", "a=b; c=d"],
  ["Connection", "keep-alive, x-api"],
  ["Connection", "upgrade"],
  ["Upgrade", "h2c"],
  ["Via", "1.1 x"],
  ["Range", "bytes=0-1"],
  ["If-None-Match", "*"],
  ["Expect", "100-continue"],
];

/** What smuggling attacks begin with. */
const SMUGGLING: readonly (readonly (readonly [string, string])[])[] = [
  [
    ["Transfer-Encoding", "chunked"],
    ["Content-Length", "4"],
  ],
  [
    ["Content-Length", "0"],
    ["Content-Length", "5"],
  ],
  [["Content-Length", "-1"]],
  [["Content-Length", "+0"]],
  [["Content-Length", "0x0"]],
  [["Transfer-Encoding", "xchunked"]],
  [["Transfer-Encoding", "chunked, identity"]],
  [["Transfer-Encoding", "identity"]],
  [
    ["Transfer-Encoding", "chunked"],
    ["Transfer-Encoding", "chunked"],
  ],
  [["Transfer-Encoding ", "chunked"]],
  [["Host", "evil.example.com"]],
];

/** Ordinary and hostile requests, the same ones for the same seed. */
export function* generateRequests(seed: number, count: number): Generator<GeneratedRequest> {
  const chance = random(seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(chance() * items.length)];
    if (item === undefined) throw new Error("nothing to pick");
    return item;
  };
  for (let n = 0; n < count; n++) {
    let target = pick(PATHS);
    const isOrdinary = chance() < 0.4;
    if (!isOrdinary)
      for (let tricks = 1 + Math.floor(chance() * 2); tricks > 0; tricks--)
        target = pick(TRICKS)(target, chance);
    target += pick(QUERIES);
    const method = isOrdinary && chance() < 0.6 ? "GET" : pick(METHODS);
    const headers: (readonly [string, string])[] = [["Host", isOrdinary ? "api.example.com" : pick(HOSTS)]];
    for (let more = Math.floor(chance() * 4); more > 0; more--) {
      const header = pick(HEADERS);
      const isThere = headers.some(([name]) => name.toLowerCase() === header[0].toLowerCase());
      if (!isThere) headers.push(header);
    }
    const smuggled = !isOrdinary && chance() < 0.1 ? pick(SMUGGLING) : [];
    const body =
      smuggled.length === 0 && ["POST", "PUT", "PATCH"].includes(method) && chance() < 0.5 ? '{"a":1}' : "";
    headers.push(...smuggled, ...(body === "" ? [] : [["Content-Length", String(body.length)] as const]));
    yield { method, target, headers, body };
  }
}

export function bytesOf({ method, target, headers, body }: GeneratedRequest): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "Connection: close",
    "",
    body,
  ];
  return Buffer.from(lines.join("\r\n"), "latin1");
}
