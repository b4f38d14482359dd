import { isRecord } from "@lambda-networking/preflight";
import { counted } from "@lambda-networking/preflight/report";

/** A response of GET /messages with the names of its parameters but without their values. */
export function hideValues(body: string): string {
  const answer = parsed(body);
  if (!isRecord(answer) || !isRecord(answer.messages)) return body;
  const names = Object.keys(answer.messages).sort();
  return `${counted(names.length, "message")}: ${names.join(", ")} (values hidden)`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a response that is not JSON stays unchanged
  }
}
