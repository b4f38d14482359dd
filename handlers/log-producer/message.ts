import { createHash } from "node:crypto";

/**
 * One message, as JSON. The same event produces the same messages, so that consumers can detect a repetition by its id.
 */
export interface LogMessage {
  readonly id: string;
  /** When the schedule was due, ISO 8601. */
  readonly time: string;
  /** Name of the function that wrote the message. */
  readonly source: string;
  readonly level: Level;
  /** Labels to filter by, such as `["checkout", "payment"]`. */
  readonly tags: readonly string[];
  readonly text: string;
}

type Level = "debug" | "info" | "warn" | "error";

/** What an application logs: its part, what it does there, and how that ends. */
const EVENTS = [
  { tags: ["checkout", "payment"], text: "payment of order", ends: "accepted" },
  { tags: ["checkout", "basket"], text: "basket", ends: "saved" },
  { tags: ["catalogue", "search"], text: "search", ends: "answered" },
  { tags: ["accounts", "sign-in"], text: "sign-in of user", ends: "finished" },
  { tags: ["shipping", "label"], text: "label of parcel", ends: "printed" },
] as const;

/** Of 16 messages, as many have each level. */
const LEVELS: readonly Level[] = [
  ...Array<Level>(3).fill("debug"),
  ...Array<Level>(10).fill("info"),
  ...Array<Level>(2).fill("warn"),
  "error",
];

/**
 * A random message, as an application would log it. What is random in it comes from a hash of the id: Lambda may invoke
 * the producer again with the same event, and a message that is sent twice has to be the same twice.
 * @param text a fixed text instead of a random one
 */
export function logMessage(id: string, time: string, source: string, text?: string): LogMessage {
  const random = createHash("sha256").update(id).digest();
  const event = pick(EVENTS, random.readUInt32BE(0));
  const level = pick(LEVELS, random.readUInt32BE(4));
  const milliseconds = 5 + (random.readUInt16BE(8) % 1500);
  const number = random.readUInt32BE(12);
  const end = level === "error" ? "failed" : event.ends;
  return {
    id,
    time,
    source,
    level,
    tags: event.tags,
    text: text ?? `${event.text} ${number} ${end} after ${milliseconds} ms`,
  };
}

function pick<T>(list: readonly T[], random: number): T {
  const item = list[random % list.length];
  if (item === undefined) throw new RangeError("the list is empty");
  return item;
}
