import { writeFileSync } from "node:fs";
import { MODELLED_AREAS, type ModelledArea } from "@lambda-networking/preflight";

const EXAMPLE = `import type { Intent } from "@lambda-networking/preflight/intents";

const intents: Intent[] = [
  { from: { kind: "function", name: "fetcher" }, to: { kind: "service", service: "ssm" }, port: 443,
    must: "reach", via: "interface-endpoint", reason: "it reads the parameters" },
  { from: { kind: "function", name: "fetcher" }, to: { kind: "internet" }, port: 443,
    must: "not-reach", reason: "it needs the endpoints only" },
];
this.registerOutputs({ intents }); // in a ComponentResource`;

/** The page docs/modelled.md: what proofs judge, and what they leave unknown on purpose. A test compares the two. */
export function modelledPage(): string {
  const rows = MODELLED_AREAS.map(({ area, judged, unknown }) => `| ${area} | ${judged} | ${unknown} |`).join(
    "\n",
  );
  return `# What is modelled

Every report says \`N of M resources judged\`, and the types of the others. A resource counts as judged if the graph reads its type. Components, providers and the stack itself are no resources; those of other providers than AWS are, and none of them is judged.

A type that is not modelled does not make a proof unknown: the proofs do not see it. So look at that list before you trust a proof. What is modelled and cannot be known makes a verdict unknown, and an unknown verdict proves nothing.

## By area

| Area | What proofs judge | Unknown on purpose, and why |
| --- | --- | --- |
${rows}

## Not seen at all

| What | Why |
| --- | --- |
| Resources outside the stack, and those that another tool made | The graph is the stack's. What a stack refers to and does not hold is unknown |
| [Changes by hand](commands.md#npm-start-npm-run-preflight) before a refresh | The export is older than they are |
| Protocols other than TCP | Everything that the proofs ask about is a TCP connection |
| Firewalls on hosts, TLS, authentication above the network | They are in no property of a resource |

## Declare what must hold

A stack without intents has nothing to prove. \`npm start\` then says \`nothing proved\` and ends with exit code 1, unless \`--allow-no-intents\` is given. Any component of any project declares intents as plain data, in its output \`intents\`:

\`\`\`ts
${EXAMPLE}
\`\`\`

## Types

${MODELLED_AREAS.map(typesOf).join("\n")}
`;
}

function typesOf({ area, types }: ModelledArea): string {
  return `- ${area}: ${types.map((type) => `\`${type}\``).join(", ")}`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL("../../docs/modelled.md", import.meta.url), modelledPage());
}
