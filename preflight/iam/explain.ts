/** Decisions as readable text. */
import type { Decision, PolicyKind, StatementRef } from "./decision.js";

const NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: "identity policy",
  boundary: "permissions boundary",
  session: "session policy",
  "service-control": "service control policy",
  "resource-control": "resource control policy",
  resource: "resource policy",
  key: "key policy",
  trust: "trust policy",
  "api-gateway": "API resource policy",
  endpoint: "endpoint policy",
};

/** Name of a statement: its policy and Sid or, without a Sid, its position in the policy. */
function nameStatement({ policy, kind, index, sid }: StatementRef): string {
  const statement = sid === undefined ? `statement ${index + 1}` : `statement ${sid}`;
  return `${statement} of ${NAMES[kind]} "${policy}"`;
}

/** A sentence for a decision, with the statement that it rests on. */
export function explain(decision: Decision): string {
  switch (decision.decision) {
    case "allowed":
      return decision.by.length === 0
        ? "allowed, no policy has to allow it"
        : `allowed by ${decision.by.map(nameStatement).join(" and ")}`;
    case "explicit-deny":
      return `denied by ${nameStatement(decision.by)}`;
    case "implicit-deny":
      return `denied, nothing allows it in ${decision.missing.map((kind) => NAMES[kind]).join(" or ")}`;
    case "unknown":
      return `unknown: ${decision.because
        .map(({ policy, statement, reason }) => {
          const place = statement === undefined ? policy : nameStatement(statement);
          return place === undefined ? reason : `${reason} (${place})`;
        })
        .join("; ")}`;
  }
}
