import type { z } from "zod";

export type JsonSchema = z.core.JSONSchema.JSONSchema;

const SECURE = { $ref: "#/definitions/secure" } as const;
const ref = (key: string): JsonSchema => ({ $ref: `#/definitions/${key}` });

/** A value as `pulumi config set KEY VALUE` writes it without --path: false and a map are texts. */
const AS_TEXT: JsonSchema = { type: "string", pattern: "^(false$|\\{)" };

/** What a text below a key can be: the maps of secrets as config/secrets.ts has them, and plain text everywhere else. */
type Texts = "plain" | "encrypted" | "either";
const TEXTS: Readonly<Record<string, Texts>> = {
  secretParameters: "encrypted",
  "parameters.values": "either",
};

/**
 * The JSON schema of the stack files, for editors.
 * @param settings the configuration's own schema
 * @param project the project's name, which may precede each key
 */
export function stackFileSchema(settings: JsonSchema, project: string): JsonSchema {
  const keys = Object.entries(settings.properties ?? {});
  const own = Object.fromEntries(keys.map(([key]) => [key, ref(key)]));
  const text: JsonSchema = { type: "string" };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $comment: "Written by `npm run generate` from config/schema/.",
    title: "A stack's file, Pulumi.STACK.yaml",
    type: "object",
    properties: {
      config: {
        description: "The stack's configuration",
        type: "object",
        properties: { "aws:region": { ...text, description: "The Region to deploy to" }, ...own },
        patternProperties: {
          ...Object.fromEntries(keys.map(([key]) => [`^${project}:${key}$`, ref(key)])),
          [`^(?!${project}:|aws:region$)[^:]+:.`]: {
            description: "A key of another namespace, such as a provider's",
          },
        },
        additionalProperties: false,
      },
      encryptionsalt: text,
      encryptedkey: text,
      secretsprovider: text,
      environment: { description: "Environments of Pulumi ESC" },
      imports: { type: "array" },
    },
    additionalProperties: false,
    definitions: {
      secure: {
        description: "A secret, as `pulumi config set --secret` writes it",
        type: "object",
        properties: { secure: text },
        required: ["secure"],
        additionalProperties: false,
      },
      ...Object.fromEntries(keys.map(([key, schema]) => [key, definition(key, schema)])),
    },
  };
}

/** A top-level key's schema. */
function definition(key: string, schema: boolean | JsonSchema): JsonSchema {
  const { description, default: value, anyOf, ...rest } = inEditor(schema, key, "plain");
  const others = typeof schema === "object" && schema.type === "string" ? [] : [AS_TEXT];
  return { description, default: value, anyOf: [...(anyOf ?? [rest]), ...others] };
}

/**
 * A setting's schema in an editor: the cost is part of the description, and a text in a map of secrets can be encrypted.
 * @param outer what texts are above the key
 */
function inEditor(schema: boolean | JsonSchema, key: string, outer: Texts): JsonSchema {
  if (typeof schema === "boolean") return {};
  const {
    cost,
    description,
    default: value,
    anyOf,
    items,
    properties,
    additionalProperties,
    ...rest
  } = schema;
  const told = {
    ...(description !== undefined && {
      description: typeof cost === "string" ? `${description} ${cost}` : description,
    }),
    ...(value !== undefined && { default: value }),
  };
  const texts = TEXTS[key] ?? outer;
  const inner = (each: boolean | JsonSchema, name = "") => inEditor(each, `${key}.${name}`, texts);
  if (schema.type === "string") {
    if (texts === "plain") return { ...told, ...rest };
    return { ...told, anyOf: [...(texts === "either" ? [rest] : []), SECURE] };
  }
  return {
    ...told,
    ...rest,
    ...(anyOf !== undefined && { anyOf: anyOf.map((each) => inEditor(each, key, texts)) }),
    ...(items !== undefined && {
      items: Array.isArray(items) ? items.map((each) => inner(each)) : inner(items),
    }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, inner(each, name)]),
      ),
    }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === "object" && inner(additionalProperties),
    }),
  };
}
