import type { NameKind } from "../../preflight/reachability/api-callers.js";
import {
  byAnyName,
  byName,
  CALLERS,
  LABELS,
  type Outcome,
} from "../../preflight/reachability/endpoints-page/outcomes.js";
import { CODES, type Code } from "../../preflight/reachability/verdict/explanation-codes.js";
import type { Setting } from "./which-endpoint-stack.js";

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

/** A row of a table: when it holds, and what comes of it. */
interface Merged {
  readonly when: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** As few rows as say the same: an option is named only among those rows where it makes a difference. */
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

/** Whether both halves come to the same; a half that is not there makes no difference. */
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

/** Every combination, with the name to call by. */
function combinations(endpointType: Setting["endpointType"], note: (outcome: Outcome) => void): string {
  const rows = ALL.map((options) => ({ options, outcomes: byAnyName({ endpointType, ...options }) }));
  return table(["Where there is", ...COLUMNS], lines(rows, note));
}

/** Each name by itself. */
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
  const mends = [...met]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code]) => `- [\`${code}\`](codes.md): ${CODES[code].text} ${CODES[code].mend}`);
  return `## ${endpointType}

${about}

The name to call by, in every combination; what is not mentioned makes no difference:

${all}

Each name by itself:

${each}

What to do where it does not work:

${mends.join("\n")}
`;
}

/** Which endpoint type, which name, from where: the verdicts on a stack of every combination, as a page. */
export function endpointsPage(): string {
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

${SECTIONS.map(section).join("\n")}`;
}
