import type { z } from "zod";
import { field, type RawConfig } from "./raw-config.js";
import { apiSchema, methodName, methodSchema, usagePlanSchema } from "./schema/api.js";
import { messageStoreSchema } from "./schema/message-store.js";

type Method = z.output<typeof methodSchema>;
type UsagePlan = z.output<typeof usagePlanSchema>;

/** What of `api` is valid by itself, whatever is wrong beside it. */
export interface ValidApi {
  /** Undefined where there is none, or where it is wrong. */
  readonly throttling: { readonly rateLimit: number; readonly burstLimit: number } | undefined;
  /** Undefined where it is wrong. */
  readonly caching: z.output<typeof apiSchema.shape.caching> | undefined;
  /** By name. */
  readonly methods: ReadonlyMap<string, Method>;
  readonly plans: ReadonlyMap<string, UsagePlan>;
}

export function validApi({ api }: RawConfig): ValidApi {
  const throttling = apiSchema.shape.throttling.safeParse(field(api, "throttling"));
  const caching = apiSchema.shape.caching.safeParse(field(api, "caching"));
  return {
    throttling: (throttling.success && throttling.data) || undefined,
    caching: caching.success ? caching.data : undefined,
    methods: validEntries(field(api, "methods"), methodSchema),
    plans: validEntries(field(api, "usagePlans"), usagePlanSchema),
  };
}

function validEntries<T>(raw: unknown, schema: z.ZodType<T>): Map<string, T> {
  return new Map(
    entries(raw).flatMap(([name, value]) => {
      const { success, data } = schema.safeParse(value);
      return success ? [[name, data] as const] : [];
    }),
  );
}

/** A map's entries, of raw configuration that may be anything. */
export function entries(raw: unknown): [string, unknown][] {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? Object.entries(raw) : [];
}

/** Whether a name is written as a method's; one that is not is a mistake of its own. */
export function isMethodName(name: string): boolean {
  return methodName.safeParse(name).success;
}

/** What is always served, and what the message store serves. */
export const METHODS = {
  always: ["GET /messages"],
  messageStore: ["POST /messages", "GET /messages/{id}"],
} as const;

/** What the stack serves. Where the message store's settings are wrong, it is meant to be there. */
export function servedMethods({ messageStore }: RawConfig): readonly string[] {
  const { success, data } = messageStoreSchema.safeParse(messageStore);
  return success && data === false ? METHODS.always : [...METHODS.always, ...METHODS.messageStore];
}
