import { writeFileSync } from "node:fs";
import {
  CODES,
  type Code,
  graphFromResources,
  type NameKind,
  type Place,
  trace,
  traceByName,
  type Verdict,
} from "@lambda-networking/preflight";
import { type Setting, stackOf } from "./which-endpoint-stack.js";

/** The origins of the calls, in the order of the table's columns. */
const CALLERS = [
  ["The stack's VPC", { kind: "subnet", name: "own-private" }],
  ["A peered VPC", { kind: "peer", name: "peer" }],
  ["A VPC with an endpoint that the API is shared with", { kind: "subnet", name: "shared-private" }],
  ["A VPC without an endpoint", { kind: "vpc-without-endpoint", service: "execute-api" }],
  ["The internet", { kind: "internet" }],
] as const satisfies readonly (readonly [label: string, place: Place])[];

const METHOD = { kind: "method", method: "GET", path: "/messages" } as const;

/** The result of one call. */
interface Outcome {
  readonly text: string;
  /** The reason for a failure; undefined if the call works. */
  readonly code?: Code;
}

const FORBIDDEN = '`403 {"message":"Forbidden"}`';
const NO_NAME = "DNS failure";
const TIMEOUT = "timeout";

/** The outcome for each caller that uses one of the API's names. */
function byName(setting: Setting, kind: NameKind): Outcome[] {
  const graph = graphFromResources(stackOf(setting));
  return CALLERS.map(([, from]) => outcomeOf(traceByName(graph, from, METHOD, kind), kind, "works"));
}

/** The outcome for each caller that may use any of the API's names. */
function byAnyName(setting: Setting): Outcome[] {
  const graph = graphFromResources(stackOf(setting));
  return CALLERS.map(([, from]) => {
    const verdict = trace(graph, from, METHOD);
    const name = verdict.status === "reachable" ? verdict.name : undefined;
    return outcomeOf(verdict, "execute-api", kindOf(name));
  });
}

/** The names of an API as the tables print them. */
const LABELS: Readonly<Record<NameKind, string>> = {
  "execute-api": "`API`",
  "api-and-endpoint": "`API-VPCE`",
  endpoint: "`VPCE` + header",
  "custom-domain": "custom domain",
};

function kindOf(url: string | undefined): string {
  if (url === undefined) return LABELS["execute-api"];
  if (url.includes("header")) return LABELS.endpoint;
  if (url.includes("-vpce-")) return LABELS["api-and-endpoint"];
  return url.includes("execute-api") ? LABELS["execute-api"] : LABELS["custom-domain"];
}

/**
 * The result that a client sees. Public names of API Gateway resolve everywhere, and it answers 403 to a request that
 * it does not serve. Private addresses do not answer outside their network.
 * https://repost.aws/knowledge-center/api-gateway-private-endpoint-connection
 * https://repost.aws/knowledge-center/api-gateway-vpc-connections
 */
function outcomeOf(verdict: Verdict, kind: NameKind, works: string): Outcome {
  if (verdict.status === "reachable") return { text: works };
  if (verdict.status === "unknown")
    throw new Error(`the page's stack leaves something open: ${verdict.reason}`);
  return { text: textOf(verdict.code, kind), code: verdict.code };
}

function textOf(code: Code, kind: NameKind): string {
  switch (code) {
    case "API_EXECUTE_ENDPOINT_DISABLED":
    case "API_PRIVATE_DNS_SHADOWS_PUBLIC_API":
    case "API_DOMAIN_NAME_NOT_ASSOCIATED":
      return FORBIDDEN;
    case "API_PRIVATE_REQUIRES_VPCE":
      if (kind === "execute-api") return FORBIDDEN;
      return kind === "custom-domain" ? NO_NAME : TIMEOUT;
    case "API_NAME_NOT_RESOLVED":
      // API Gateway's public names are a wildcard, so the name resolves without an association too.
      return kind === "custom-domain" ? NO_NAME : FORBIDDEN;
    default:
      throw new Error(`the page has no words for ${code}`);
  }
}

type Options = Omit<Setting, "endpointType">;
type Option = keyof Options;

const WORDS: Readonly<Record<Option, readonly [on: string, off: string]>> = {
  privateDns: ["private DNS on", "private DNS off"],
  executeApi: ["execute-api endpoint on", "execute-api endpoint disabled"],
  customDomain: ["a custom domain name", "no custom domain name"],
};

const ALL: readonly Options[] = [true, false].flatMap((executeApi) =>
  [true, false].flatMap((customDomain) =>
    [true, false].map((privateDns) => ({ privateDns, customDomain, executeApi })),
  ),
);

interface Row {
  readonly options: Options;
  readonly outcomes: readonly Outcome[];
}

/** A row of a table: its conditions and the outcomes. */
interface Merged {
  readonly when: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** The smallest set of rows with the same content: a row names an option only if the option changes its outcomes. */
function merged(rows: readonly Row[], options: readonly Option[], when: readonly string[] = []): Merged[] {
  const telling = options.filter((option) => !same(...halves(rows, option)));
  const [option, ...rest] = telling;
  if (option === undefined) return rows.slice(0, 1).map(({ outcomes }) => ({ when, outcomes }));
  return halves(rows, option).flatMap((half, i) => merged(half, rest, [...when, WORDS[option][i] ?? ""]));
}

function halves(rows: readonly Row[], option: Option): [on: readonly Row[], off: readonly Row[]] {
  const of = (value: boolean) => rows.filter(({ options }) => options[option] === value);
  return [of(true), of(false)];
}

/** Whether both halves have the same outcomes; an empty half changes nothing. */
function same(on: readonly Row[], off: readonly Row[]): boolean {
  const texts = (rows: readonly Row[]) =>
    rows.map(({ outcomes }) => outcomes.map(({ text }) => text).join("|"));
  return on.length === 0 || off.length === 0 || texts(on).join("\n") === texts(off).join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const COLUMNS = CALLERS.map(([label]) => label);

const ORDER = ["executeApi", "customDomain", "privateDns"] as const;

function lines(rows: readonly Row[], note: (outcome: Outcome) => void): string[][] {
  return merged(rows, ORDER).map(({ when, outcomes }) => {
    outcomes.forEach(note);
    return [when.join(", ") || "always", ...outcomes.map(({ text }) => text)];
  });
}

/** The table of all combinations of options, with the name to call by. */
function combinations(endpointType: Setting["endpointType"], note: (outcome: Outcome) => void): string {
  const rows = ALL.map((options) => ({ options, outcomes: byAnyName({ endpointType, ...options }) }));
  return table(["Where there is", ...COLUMNS], lines(rows, note));
}

/** The table of each name by itself. */
function names(
  endpointType: Setting["endpointType"],
  kinds: readonly NameKind[],
  note: (outcome: Outcome) => void,
): string {
  const rows = kinds.flatMap((kind) => {
    const all = ALL.filter(({ customDomain }) => customDomain || kind !== "custom-domain");
    const found = all.map((options) => ({ options, outcomes: byName({ endpointType, ...options }, kind) }));
    return lines(found, note).map((line) => [LABELS[kind], ...line]);
  });
  return table(["Name", "When", ...COLUMNS], rows);
}

interface Section {
  readonly endpointType: Setting["endpointType"];
  readonly about: string;
  readonly kinds: readonly NameKind[];
}

const SECTIONS: readonly Section[] = [
  {
    endpointType: "PRIVATE",
    about: "For callers in VPCs. A call comes through an execute-api interface endpoint, or not at all.",
    kinds: ["execute-api", "api-and-endpoint", "endpoint", "custom-domain"],
  },
  {
    endpointType: "REGIONAL",
    about: "For callers on the internet, most of them in one part of the world, and for a CDN of your own.",
    kinds: ["execute-api", "custom-domain"],
  },
  {
    endpointType: "EDGE",
    about:
      "For callers on the internet all over the world, through CloudFront. The certificate of its custom domain name is in us-east-1.",
    kinds: ["execute-api", "custom-domain"],
  },
];

function section({ endpointType, about, kinds }: Section): string {
  const met = new Map<Code, string>();
  const note = ({ code, text }: Outcome) => {
    if (code !== undefined && !met.has(code)) met.set(code, text);
  };
  const all = combinations(endpointType, note);
  const each = names(endpointType, kinds, note);
  const fixes = [...met]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code]) => `- [\`${code}\`](codes.md): ${CODES[code].text} ${CODES[code].fix}`);
  return `## ${endpointType}

${about}

The name to call by, in every combination; what is not mentioned makes no difference:

${all}

Each name by itself:

${each}

What to do where it does not work:

${fixes.join("\n")}
`;
}

const QUOTAS =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html";
const TYPES =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-endpoint-types.html";
const EDGE_NAMES =
  "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html";
const CLOUDFRONT = "https://aws.amazon.com/documentation-overview/cloudfront";
const TLS13 = "https://www.rfc-editor.org/rfc/rfc8446#section-2";

/** What tells the two public types apart, in figures, each with its source. */
const REGIONAL_OR_EDGE: readonly (readonly [what: string, regional: string, edge: string, source: string])[] =
  [
    [
      "Where a caller's TLS connection ends",
      "In the Region",
      "At one of 600 and more points of presence",
      CLOUDFRONT,
    ],
    [
      "Round trips to the Region for a first request (TCP, TLS 1.3, request)",
      "3",
      "1, and 2 short ones",
      TLS13,
    ],
    [
      "Round trips to the Region for each further request of the connection",
      "1",
      "1, by the point of presence",
      TLS13,
    ],
    ["Longest integration timeout", "29 s, can be raised", "29 s", QUOTAS],
    ["Longest URL", "10,240 characters", "8,192 characters", QUOTAS],
    ["APIs in a Region", "600", "120", QUOTAS],
    ["Names of headers", "As sent", "With capitals (`Cookie`)", TYPES],
    ["Certificate of a custom domain name", "In the API's Region", "In us-east-1", EDGE_NAMES],
    [
      "A custom domain name",
      "One for each Region, so a name can lead to several",
      "One for all Regions",
      TYPES,
    ],
  ];

/** The section that compares the two public types. */
function regionalOrEdge(): string {
  const rows = REGIONAL_OR_EDGE.map(([what, regional, edge, source]) => [
    what,
    regional,
    edge,
    `[${new URL(source).hostname}](${source})`,
  ]);
  return `## REGIONAL or EDGE

${table(["", "REGIONAL", "EDGE", "Source"], rows)}

A caller that is 100 ms from the Region and 10 ms from a point of presence waits for a first answer 300 ms with REGIONAL, and 120 ms with EDGE: two round trips of 10 ms, and one of 100 ms. For each further request of the same connection it is 100 ms with both. A caller in the Region gains nothing by EDGE, because its way is longer by the point of presence. The price of a call is the same. These are sums of round trips and not measurements; what the way from a point of presence to the Region saves or costs is not in them. Measure from where your callers are: \`curl -w '%{time_connect} %{time_appconnect} %{time_total}\\n'\`.
`;
}

/** The page docs/which-endpoint.md: the verdicts on a stack for every combination. A test compares the two. */
export function whichEndpointPage(): string {
  return `# Which endpoint type, which name, from where

Written by \`npm run generate\` from the verdicts that \`npm start\` gives, on a stack made for every combination. \`npm run trace\` gives the same for yours.

| Name | What it is |
| --- | --- |
| ${LABELS["execute-api"]} | \`https://API.execute-api.REGION.amazonaws.com/STAGE\` |
| ${LABELS["api-and-endpoint"]} | \`https://API-VPCE.execute-api.REGION.amazonaws.com/STAGE\`, for each endpoint that the API is associated with |
| ${LABELS.endpoint} | \`https://VPCE-….execute-api.REGION.vpce.amazonaws.com/STAGE\`, with the header \`Host: API.execute-api.REGION.amazonaws.com\` or \`x-apigw-api-id: API\` |
| ${LABELS["custom-domain"]} | \`https://api.example.com\`, with no stage in it |

- \`VPCE\` is the endpoint that the call comes through.
- Each VPC has a way to the internet and, unless the table says otherwise, an execute-api endpoint. "Private DNS" is that endpoint's.
- A peered VPC knows the API's own name by a private hosted zone for that name, as this project makes it; without the zone it calls by ${LABELS["api-and-endpoint"]}.
- A private custom domain name is in private hosted zones of the VPCs, is associated with their endpoints, and its policy names them, as the API's does. A public one has an alias record: a CNAME leads to a name that private DNS takes.
- By \`timeout\` and \`DNS failure\` no request arrives. A policy that refuses the caller answers \`403 {"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: …"}\`, and a call without its API key \`403 {"message":"Forbidden"}\`.

${[...SECTIONS.map(section), regionalOrEdge()].join("\n")}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL("../../docs/which-endpoint.md", import.meta.url), whichEndpointPage());
}
