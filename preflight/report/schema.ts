import { z } from "zod";
import { type Report, SCHEMA_VERSION } from "./model.js";

// The published form of model.ts. `satisfies` holds the two together; a test holds report.schema.json to this.

const strict = z.strictObject;
const text = z.string();
const number = z.number();
const names = z.array(text).readonly();

const ref = strict({ urn: text, type: text, name: text, id: text.optional() }).meta({ id: "ResourceRef" });
const hop = strict({ at: ref, by: ref.optional(), text }).meta({ id: "Hop" });
const path = z.array(hop).readonly();

const reachable = { status: z.literal("reachable"), via: text, path, name: text.optional() };
const blocked = {
  status: z.literal("blocked"),
  at: ref,
  by: ref.optional(),
  code: text,
  why: text,
  mend: text,
  path,
};
const unknown = { status: z.literal("unknown"), missing: z.array(ref).readonly(), why: text, path };

const verdict = z
  .discriminatedUnion("status", [strict(reachable), strict(blocked), strict(unknown)])
  .meta({ id: "Verdict" });

const proof = strict({
  id: text,
  from: text,
  to: text,
  port: number,
  must: z.enum(["reach", "not-reach"]),
  via: text.optional(),
  why: text,
  ok: z.boolean(),
  failure: strict({ why: text, mend: text }).optional(),
  verdict,
}).meta({ id: "Proof" });

const cost = strict({
  currency: z.literal("USD"),
  pricedAs: text,
  pricedOn: text,
  fixedMonthly: number,
  perMillionRequests: number,
  monthly: number,
  lines: z
    .array(
      strict({
        resource: ref.optional(),
        what: text,
        fixedMonthly: number,
        perMillionRequests: number,
        monthly: number,
      }),
    )
    .readonly(),
  notPriced: names,
  notes: names,
  alternatives: z
    .array(
      strict({
        name: text,
        nat: text,
        endpoints: names,
        fixedMonthly: number,
        monthly: number,
        isCurrent: z.boolean(),
        broken: text.optional(),
        remarks: names,
      }),
    )
    .readonly(),
  usage: z.record(text, z.union([number, text])),
}).meta({ id: "Cost" });

const tier = z.enum(["public", "private", "isolated"]);

const capacity = strict({
  subnets: z
    .array(
      strict({
        subnet: ref,
        tier,
        cidrBlock: text,
        availabilityZone: text,
        used: number,
        free: number,
      }),
    )
    .readonly(),
  lambdaInterfaces: number,
  limits: z
    .array(strict({ what: text, unit: text, used: number, limit: number, ok: z.boolean(), source: text }))
    .readonly(),
  firstToRunOut: strict({ what: text, at: text }).optional(),
}).meta({ id: "Capacity" });

const topologyKinds = [
  "internet",
  "region",
  "vpc",
  "zone",
  "subnet",
  "internet-gateway",
  "egress-only-internet-gateway",
  "nat-gateway",
  "interface-endpoint",
  "gateway-endpoint",
  "peering",
  "peer",
  "function",
  "api",
  "domain-name",
  "service",
  "database",
  "queue",
  "topic",
  "table",
] as const;

const topology = strict({
  nodes: z
    .array(
      strict({
        id: text,
        kind: z.enum(topologyKinds),
        label: text,
        detail: text.optional(),
        parent: text.optional(),
        tier: tier.optional(),
      }),
    )
    .readonly(),
  edges: z.array(strict({ from: text, to: text, label: text.optional() })).readonly(),
}).meta({ id: "Topology" });

export const reportSchema = strict({
  schemaVersion: z.literal(SCHEMA_VERSION),
  stack: strict({
    project: text,
    name: text,
    region: text,
    source: z.enum(["synthesis", "preview", "deployed"]),
    summary: text,
    resources: number,
  }),
  proofs: z.array(proof).readonly(),
  permissions: strict({
    roles: z.array(strict({ role: ref, excess: names, accepted: names, unknown: names })).readonly(),
  }),
  cost,
  capacity,
  call: strict({ request: text, statusCode: number, milliseconds: number, summary: text }).optional(),
  topology,
}) satisfies z.ZodType<Report>;

const question = { schemaVersion: z.literal(SCHEMA_VERSION), from: text, to: text, port: number.optional() };

/** One answer of `npm run trace -- --json`: the question as it was understood, with its verdict. */
export const traceSchema = z
  .discriminatedUnion("status", [
    strict({ ...question, ...reachable }),
    strict({ ...question, ...blocked }),
    strict({ ...question, ...unknown }),
  ])
  .meta({ id: "Trace" });

/** What `npm start -- --json` writes: a report for each stack. */
export const reportsSchema = strict({
  schemaVersion: z.literal(SCHEMA_VERSION),
  reports: z.array(reportSchema.meta({ id: "Report" })).readonly(),
});

/** The schema that is published: of `npm start -- --json`, with that of a trace among its definitions. */
export function publishedSchema(): object {
  const { $defs: reportDefs, ...root } = z.toJSONSchema(reportsSchema);
  const { $defs: traceDefs, ...trace } = z.toJSONSchema(traceSchema);
  return { ...root, $defs: { ...reportDefs, ...traceDefs, Trace: trace } };
}
