import { writeFileSync } from "node:fs";
import { CODES, type CodeEntry } from "@lambda-networking/preflight";

/** The page docs/codes.md: every explanation code with its meaning and what to change. A test compares the two. */
export function explanationCodesPage(): string {
  const entries: [code: string, entry: CodeEntry][] = Object.entries(CODES);
  const table = (aws: boolean) =>
    [
      "| Code | What it means | What to change |",
      "| --- | --- | --- |",
      ...entries
        .filter(([, entry]) => entry.aws === aws)
        .map(([code, { text, fix }]) => `| \`${code}\` | ${text} | ${fix} |`),
    ].join("\n");
  return `# Explanation codes

Why a call is blocked, as \`npm start\`, \`npm run trace\` and the policy pack say it. A verdict names the resource and its own fix as well.

## Those of VPC Reachability Analyzer

Their meaning is [AWS's](https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html).

${table(true)}

## Those of this project

For what that analyzer does not judge: names, policies, APIs and functions.

${table(false)}
`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL("../../docs/codes.md", import.meta.url), explanationCodesPage());
}
