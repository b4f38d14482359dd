import { readFileSync, writeFileSync } from "node:fs";
import { Document, parse, Scalar, stringify } from "yaml";
import { z } from "zod";
import { configSchema } from "../../config/schema/index.js";
import { type JsonSchema, stackFileSchema } from "./configuration-schema.js";

const WRITTEN = "Written by `npm run generate` from config/schema/.";

/** The configuration as a JSON schema, with the fields' descriptions and costs. */
export function settingsSchema(): JsonSchema {
  return z.toJSONSchema(configSchema, { io: "input", target: "draft-7" });
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The top-level keys with their schemas. */
function topLevel(): (readonly [key: string, schema: JsonSchema, isRequired: boolean])[] {
  const { properties = {}, required = [] } = settingsSchema();
  return Object.entries(properties).flatMap(([key, schema]) =>
    isSchema(schema) ? [[key, schema, required.includes(key)] as const] : [],
  );
}

/** A setting below a top-level key. */
export interface Setting {
  /** The dotted path; a name in capitals is any name in a map. */
  readonly key: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

/** Every setting below a key; for `false, or a map` the map's. */
export function settingsUnder(key: string, schema: JsonSchema): Setting[] {
  const { properties = {}, required = [], additionalProperties: entry, propertyNames: name } = schema;
  const fields = Object.entries(properties).flatMap(([field, inner]) => {
    if (!isSchema(inner)) return [];
    const path = `${key}.${field}`;
    return [
      { key: path, schema: inner, isRequired: required.includes(field) },
      ...settingsUnder(path, inner),
    ];
  });
  const placeholder = isSchema(name) ? (name.title ?? "NAME") : "NAME";
  const entries = isSchema(entry) ? settingsUnder(`${key}.${placeholder}`, entry) : [];
  const items = isSchema(schema.items) ? settingsUnder(`${key}[N]`, schema.items) : [];
  return [
    ...fields,
    ...entries,
    ...items,
    ...(schema.anyOf ?? []).flatMap((option) => settingsUnder(key, option)),
  ];
}

const code = (value: unknown): string =>
  `\`${stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trim()}\``;

/** The values that a setting can have, in words. */
function typeOf(schema: JsonSchema): string {
  const { const: only, enum: values, anyOf: options, items, additionalProperties: entry } = schema;
  if (only !== undefined) return code(only);
  if (values !== undefined)
    return values.map((value) => (typeof value === "number" ? value : code(value))).join(", ");
  if (options !== undefined) return options.map(typeOf).join(", or ");
  switch (schema.type) {
    case "boolean":
      return "`true`, `false`";
    case "integer":
    case "number":
      return `${schema.minimum?.toLocaleString("en-US")} to ${schema.maximum?.toLocaleString("en-US")}`;
    case "array":
      return `list of ${listed(items)}`;
    case "object":
      return isSchema(entry) && entry.type === "string" ? "map of texts" : "map";
    case "string":
      return "text";
    default:
      throw new Error(`the page has no word for the type ${schema.type}`);
  }
}

/** The items of a list, in words. */
function listed(items: JsonSchema["items"]): string {
  if (!isSchema(items)) return "texts";
  if (items.enum !== undefined) return typeOf(items);
  return items.type === "object" ? "maps" : "texts";
}

/** The description with its cost; the names of pages and AWS's addresses become links. */
function meaning({ description = "", cost }: JsonSchema): string {
  const text = typeof cost === "string" ? `${description} ${cost}` : description;
  return text
    .replaceAll("|", "\\|")
    .replace(/\bdocs\/([\w/-]+\.md(?:#[\w-]+)?)/g, "[$1]($1)")
    .replace(/\((https:[^)\s]+)\)/g, "([AWS]($1))");
}

function defaultOf({ schema, isRequired }: Pick<Setting, "schema" | "isRequired">): string {
  if (isRequired) return "required";
  return schema.default === undefined ? "none" : code(schema.default);
}

function section(key: string, schema: JsonSchema, isRequired: boolean): string {
  const rows = settingsUnder(key, schema).map(
    (setting) =>
      `| \`${setting.key}\` | ${typeOf(setting.schema)} | ${defaultOf(setting)} | ${meaning(setting.schema)} |`,
  );
  const head = ["| Key | Type | Default | Description and cost |", "| --- | --- | --- | --- |"];
  const about = `${meaning(schema)}

Type: ${typeOf(schema)}. Default: ${defaultOf({ schema, isRequired })}.`;
  return `## \`${key}\`\n\n${about}\n${rows.length > 0 ? `\n${[...head, ...rows].join("\n")}\n` : ""}`;
}

/** The page docs/configuration.md: every key with its type, default, description and cost. A test compares the two. */
export function configurationPage(): string {
  const keys = topLevel();
  return `<!-- ${WRITTEN} -->

# Configuration

Keys are in the project's namespace, which \`npx pulumi config set networking vpc\` adds. A nested key needs \`--path\`: \`npx pulumi config set --path vpc.nat single\`. An editor with a YAML language server completes and checks stack files by [Pulumi.schema.json](../Pulumi.schema.json).

A name in capitals is any name: \`api.methods.METHOD.authorization\` is \`authorization\` of one method. "Required" means: if the map that holds the key is there; \`networking\` is always required.

\`pulumi config set --secret\` keeps the values of \`secretParameters\` and \`parameters.values\` secret to the end: encrypted in the stack's file and state, a SecureString in Parameter Store. Set each under its name, because names are not secret. Under every other key an encrypted value is refused, because it would be in plain text in the state. If the configuration is not in \`Pulumi.STACK.yaml\` (\`--config-file\`, Pulumi ESC), the program cannot tell which part of an encrypted key is the secret; then every part counts as one, so keep secrets in \`secretParameters\` there.

What AWS would refuse in the middle of an update is refused before it, by key: [What AWS refuses](limits.md).

Costs are public prices in us-east-1, before taxes and free tiers. A month has 730 hours.

Keys: ${keys.map(([key]) => `[\`${key}\`](#${key.toLowerCase()})`).join(", ")}.

${keys.map((key) => section(...key)).join("\n")}`;
}

/** The engine stops at a missing key or a wrong type; the program reports every mistake at once. */
const notDeclared = (required: readonly string[]) =>
  `# ${required.join(", ")} is required, and keys have types: the program checks that, and reports every mistake at once.\n`;

/** Pulumi.yaml with a new `config:` block. A test compares the two. */
export function pulumiYaml(current: string): string {
  const keys = topLevel();
  const config = Object.fromEntries(
    keys
      .filter(([, , isRequired]) => !isRequired)
      .map(([key, { default: value, description }]) => {
        const text = new Scalar(`${description} See docs/configuration.md#${key.toLowerCase()}.`);
        text.type = Scalar.BLOCK_FOLDED;
        return [key, { default: value, description: text }];
      }),
  );
  const required = keys.filter(([, , isRequired]) => isRequired).map(([key]) => key);
  const block = new Document({ config }).toString({ lineWidth: 110 });
  const old = /^(?:# Written by .*\n(?:#.*\n)*)?config:\n(?: .*\n)*/m;
  if (!old.test(current)) throw new Error("Pulumi.yaml has no config block");
  return current.replace(old, () => `# ${WRITTEN}\n${notDeclared(required)}${block}`);
}

if (process.argv[1] === import.meta.filename) {
  const file = (name: string) => new URL(`../../${name}`, import.meta.url);
  writeFileSync(file("docs/configuration.md"), configurationPage());
  const project = pulumiYaml(readFileSync(file("Pulumi.yaml"), "utf8"));
  writeFileSync(file("Pulumi.yaml"), project);
  const schema = stackFileSchema(settingsSchema(), parse(project).name);
  writeFileSync(file("Pulumi.schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
}
