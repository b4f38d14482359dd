import { writeFileSync } from "node:fs";
import { AWS_LIMITS, type AwsLimit } from "@lambda-networking/preflight/aws";
import { NAME_RULES, physicalName } from "../../components/base/names.js";
import { ALL_CONSTRAINTS, type Constraint } from "../../config/constraints.js";

const EXAMPLE = { project: "orders", stack: "dev_eu" };

const KINDS: Readonly<
  Record<keyof typeof NAME_RULES, readonly [kind: string, name: string, ...scope: string[]]>
> = {
  bucket: ["S3 bucket", "code", "eu-west-1", "111122223333"],
  cluster: ["Aurora cluster", "database"],
  dashboard: ["CloudWatch dashboard", "", "eu-west-1"],
  deploymentApplication: ["CodeDeploy application", "fetcher-release"],
  logGroup: ["CloudWatch log group", "fetcher"],
  queue: ["SQS queue", "log-undelivered"],
  rule: ["EventBridge rule", "log-schedule"],
  table: ["DynamoDB table", "messages"],
  topic: ["SNS topic", "alarms"],
};

const whole = (count: number) => count.toLocaleString("en-US");

function constraintRow({ keys, rule, page }: Constraint): string {
  return `| ${keys.map((key) => `\`${key}\``).join(", ")} | ${rule} | [AWS](${page}) |`.replaceAll(
    "[AWS](https://www.pulumi",
    "[Pulumi](https://www.pulumi",
  );
}

function constraintTable(told: Constraint["told"]): string {
  const rows = ALL_CONSTRAINTS.filter((constraint) => constraint.told === told).map(constraintRow);
  return ["| Keys | What AWS takes | |", "| --- | --- | --- |", ...rows].join("\n");
}

function quotaRow({ what, limit, most, page }: AwsLimit): string {
  const raised = most === undefined ? "yes" : most === limit ? "never" : `to ${whole(most)} at most`;
  return `| ${what} | ${whole(limit)} | ${raised} | [AWS](${page}) |`;
}

function nameRows(): string[] {
  const isKind = (kind: string): kind is keyof typeof NAME_RULES => kind in NAME_RULES;
  return Object.keys(NAME_RULES)
    .filter(isKind)
    .map((kind) => {
      const [what, name, ...scope] = KINDS[kind];
      const { longest, page } = NAME_RULES[kind];
      const example = physicalName(kind, name, scope, EXAMPLE);
      return `| [${what}](${page}) | ${longest} | \`${example}\` |`;
    });
}

/** The page docs/limits.md: what AWS refuses, by key and by resource. A test compares the two. */
export function limitsPage(): string {
  return `<!-- Written by \`npm run generate\` from config/constraints.ts, preflight/aws/limits.ts and components/base/names.ts. -->

# What AWS refuses

Most of AWS's limits are found out when the resource is made, in the middle of an update. This project looks at them before.

## By key: refused

\`pulumi up\`, \`pulumi preview\` and \`npm start\` end with the key, the value and what to write, before any resource is registered.

${constraintTable("refused")}

## By key: advice

A warning of \`pulumi up\`, because AWS may have raised the account's quota, or because only some uses fail.

${constraintTable("advice")}

## By resource

\`npm start\` counts them in any stack. What AWS never raises fails; what it may have raised for the account is advice. The limits are of the account or of the resource, and the stack's share is counted: what else the account has, the stack does not show.

| What | Default | Raised | |
| --- | --- | --- | --- |
${Object.values(AWS_LIMITS).map(quotaRow).join("\n")}

## Names

A name that the program chooses is \`PROJECT-STACK-NAME\`, if the service takes it and no other stack can have it. Otherwise it is \`START-HASH-NAME\`, with 8 digits of a hash of project, stack and name: if it is too long, has a character that the service refuses, or has capital letters where the service knows none. A stack's name with a hyphen always gets a hash, because stack \`eu-dev\` of project \`orders\` and stack \`dev\` of project \`orders-eu\` would have the same names. So whatever \`pulumi stack init\` takes is deployed, and no two stacks of an account get the same name. What is not of one Region, a bucket and a dashboard, has the Region in its name. A table or cluster that an earlier version made under a name without a hash keeps it, if \`tag:GetResources\` finds it by the stack's tags; other renamed resources are replaced, as \`pulumi preview\` lists.

The names of stack \`${EXAMPLE.stack}\` of project \`${EXAMPLE.project}\`:

| What | Longest | Name |
| --- | --- | --- |
${nameRows().join("\n")}

All other names are Pulumi's: the logical name, a hyphen and seven random letters. The signing profile's name begins with project and stack, and AWS's provider appends 26 characters.
`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(new URL("../../docs/limits.md", import.meta.url), limitsPage());
}
