import { isSchema, settingPath, under } from "@lambda-networking/preflight/errors";
import type { z } from "zod";
import { field, type RawConfig } from "../raw-config.js";
import { configSchema, type Settings } from "../schema/index.js";

/** Dotted paths into the settings. The entries of a map have no path, because users choose their names. */
type PathIn<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? { [K in keyof T & string]: string extends K ? never : K | `${K}.${PathIn<T[K]>}` }[keyof T & string]
    : never;
export type SettingPath = PathIn<Settings>;

/** The type of the setting at a path. For "false, or a map" it is the map's. */
type At<T, P extends string> = P extends `${infer K}.${infer Rest}`
  ? At<Extract<T, object>[K & keyof Extract<T, object>], Rest>
  : Extract<T, object>[P & keyof Extract<T, object>];
type Setting<P extends SettingPath> = At<Settings, P>;

/** A setting with its defaults, if it is valid by itself; undefined if it is invalid or unset. */
export function valid<P extends SettingPath>(raw: RawConfig, path: P): Setting<P> | undefined {
  // TypeScript cannot follow a path at run time. The type is inferred from the schema at the same path.
  return parsed(raw, path).data as Setting<P> | undefined;
}

/** Whether a setting is valid by itself. An unset optional setting is valid. */
export function isValid(raw: RawConfig, path: SettingPath): boolean {
  return parsed(raw, path).success;
}

/** What each configuration was found to be, by path, because several checks read the same settings. */
const results = new WeakMap<RawConfig, Map<string, z.ZodSafeParseResult<unknown>>>();

function parsed(raw: RawConfig, path: SettingPath): z.ZodSafeParseResult<unknown> {
  const ofRaw = results.get(raw) ?? new Map<string, z.ZodSafeParseResult<unknown>>();
  results.set(raw, ofRaw);
  const result = ofRaw.get(path) ?? schemaAt(path).safeParse(written(raw, path));
  ofRaw.set(path, result);
  return result;
}

/** The fields of a map, each undefined if it is invalid. */
export type Fields<T> = Partial<Exclude<NonNullable<T>, false>>;

/**
 * The fields of a map that are valid by themselves, with their defaults, so that one mistake hides no other. Undefined
 * if the setting is not a map, such as `false`.
 */
export function validFields<P extends SettingPath>(raw: RawConfig, path: P): Fields<Setting<P>> | undefined {
  const value = written(raw, path) ?? parsed(raw, path).data;
  // As in `valid`, the type is inferred from the schema at the same path.
  return fieldsOf(schemaAt(path), value) as Fields<Setting<P>> | undefined;
}

/** The entries of a map by name, each with its fields that are valid by themselves. */
export function validEntries<P extends SettingPath>(
  raw: RawConfig,
  path: P,
): Map<string, Fields<NonNullable<Setting<P>>[keyof NonNullable<Setting<P>>]>> {
  const { def } = unwrapped(schemaAt(path));
  if (!("valueType" in def) || !isSchema(def.valueType)) throw new Error(`${path} is not a map`);
  const { valueType } = def;
  return new Map(
    entries(written(raw, path)).flatMap(([name, value]) => {
      const fields = fieldsOf(valueType, value);
      return fields === undefined
        ? []
        : [[name, fields as Fields<NonNullable<Setting<P>>[keyof NonNullable<Setting<P>>]>] as const];
    }),
  );
}

function fieldsOf(schema: z.ZodType, value: unknown): Record<string, unknown> | undefined {
  const { def } = unwrapped(schema);
  if (!("shape" in def) || typeof value !== "object" || value === null || Array.isArray(value))
    return undefined;
  return Object.fromEntries(
    Object.entries(Object(def.shape)).map(([key, inner]) => [
      key,
      isSchema(inner) ? inner.safeParse(field(value, key)).data : undefined,
    ]),
  );
}

/** The entries of a map in raw configuration, which may be of any type. */
export function entries(raw: unknown): [string, unknown][] {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : [];
}

/** A value in raw configuration with its key, in which each name in a map is the user's. */
export interface WrittenValue {
  readonly key: string;
  readonly value: unknown;
}

/**
 * The values that are written under a key, valid or not: for a list its items.
 * @param pattern a key in which a name in capitals is any name in a map: `api.domains.DOMAIN.certificateArn`
 */
export function valuesAt(raw: RawConfig, pattern: string): WrittenValue[] {
  let found: WrittenValue[] = [{ key: "", value: raw }];
  for (const step of pattern.split(".")) {
    const isAnyName = /^[A-Z]+$/.test(step);
    found = found.flatMap(({ key, value }) =>
      (isAnyName ? entries(value) : [[step, field(value, step)] as const]).map(([name, inner]) => ({
        key: key === "" ? settingPath(name) : under(key, name),
        value: inner,
      })),
    );
  }
  return found
    .flatMap(({ key, value }) =>
      Array.isArray(value) ? value.map((item) => ({ key, value: item })) : { key, value },
    )
    .filter(({ value }) => value !== undefined);
}

/** The value at a path, valid or not. */
function written(raw: RawConfig, path: string): unknown {
  return path.split(".").reduce(field, raw);
}

function schemaAt(path: string): z.ZodType {
  return path.split(".").reduce<z.ZodType>((schema, key) => {
    const { def } = unwrapped(schema);
    const inner = "shape" in def ? field(def.shape, key) : undefined;
    if (!isSchema(inner)) throw new Error(`the configuration has no ${path}`);
    return inner;
  }, configSchema);
}

/** A schema without its default. For "false, or a map" it is the map's schema. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const { def } = schema;
  if ("innerType" in def && isSchema(def.innerType)) return unwrapped(def.innerType);
  if ("options" in def && Array.isArray(def.options)) {
    const map = def.options.filter(isSchema).find((option) => "shape" in option.def);
    if (map !== undefined) return map;
  }
  return schema;
}
