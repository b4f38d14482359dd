import { printed, Tool, type Value, type ValueMap } from "./values.js";

type Methods<T> = Readonly<Record<string, (self: T, ...args: readonly Value[]) => Value>>;

const text = (value: Value = null): string => printed(value);
const whole = (value: Value = null): number => Number(printed(value));
/** Whether a pattern matches the whole text, as Java's `matches` does. */
const wholly = (pattern: string) => new RegExp(`^(?:${pattern})$`);

/** https://docs.oracle.com/javase/8/docs/api/java/lang/String.html */
const STRING: Methods<string> = {
  charAt: (self, at) => self.charAt(whole(at)),
  concat: (self, more) => self + text(more),
  contains: (self, part) => self.includes(text(part)),
  endsWith: (self, end) => self.endsWith(text(end)),
  equals: (self, other) => self === other,
  equalsIgnoreCase: (self, other) => self.toLowerCase() === text(other).toLowerCase(),
  indexOf: (self, part) => self.indexOf(text(part)),
  isEmpty: (self) => self === "",
  lastIndexOf: (self, part) => self.lastIndexOf(text(part)),
  length: (self) => self.length,
  matches: (self, pattern) => wholly(text(pattern)).test(self),
  replace: (self, from, to) => self.split(text(from)).join(text(to)),
  replaceAll: (self, pattern, to) => self.replace(new RegExp(text(pattern), "g"), text(to)),
  replaceFirst: (self, pattern, to) => self.replace(new RegExp(text(pattern)), text(to)),
  split: (self, pattern) => self.split(new RegExp(text(pattern))),
  startsWith: (self, start) => self.startsWith(text(start)),
  substring: (self, from, to) => self.slice(whole(from), to === undefined ? undefined : whole(to)),
  toLowerCase: (self) => self.toLowerCase(),
  toString: (self: string) => self,
  toUpperCase: (self) => self.toUpperCase(),
  trim: (self) => self.trim(),
};

/** https://docs.oracle.com/javase/8/docs/api/java/util/List.html */
const LIST: Methods<Value[]> = {
  add: (self, item = null) => {
    self.push(item);
    return true;
  },
  contains: (self, item = null) => self.includes(item),
  get: (self, at) => self[whole(at)] ?? null,
  indexOf: (self, item = null) => self.indexOf(item),
  isEmpty: (self) => self.length === 0,
  size: (self) => self.length,
  toString: (self: Value[]) => printed(self),
};

/** https://docs.oracle.com/javase/8/docs/api/java/util/Map.html */
const MAP: Methods<ValueMap> = {
  containsKey: (self, key) => self.has(text(key)),
  entrySet: (self) =>
    [...self].map(
      ([key, value]) =>
        new Map<string, Value>([
          ["key", key],
          ["value", value],
        ]),
    ),
  get: (self, key) => self.get(text(key)) ?? null,
  isEmpty: (self) => self.size === 0,
  keySet: (self) => [...self.keys()],
  put: (self, key, value = null) => {
    const before = self.get(text(key)) ?? null;
    self.set(text(key), value);
    return before;
  },
  size: (self) => self.size,
  toString: (self: ValueMap) => printed(self),
  values: (self) => [...self.values()],
};

/** Null if there is no such method, as in Velocity. */
export function callMethod(self: Value, name: string, args: readonly Value[]): Value {
  if (typeof self === "string") return own(STRING, name)?.(self, ...args) ?? null;
  if (Array.isArray(self)) return own(LIST, name)?.(self, ...args) ?? null;
  if (self instanceof Map) return own(MAP, name)?.(self, ...args) ?? null;
  if (self instanceof Tool) return self.methods.get(name)?.(...args) ?? null;
  return self !== null && name === "toString" ? printed(self) : null;
}

function own<T>(methods: Methods<T>, name: string) {
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}
