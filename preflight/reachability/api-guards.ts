import type { PolicySource, ResourceRef } from "../graph/model.js";
import type { ApiCall } from "./api/policies.js";
import { methodArn, methodName } from "./places/resolve.js";
import type { Code } from "./verdict/explanation-codes.js";

/** What a call is for, whose policy guards it: an API's method, or a private domain name. */
export interface Guard {
  readonly at: ResourceRef;
  readonly policy: PolicySource | undefined;
  /** Its ARN; undefined: not known. */
  readonly resource: string | undefined;
  readonly name: string;
  readonly code: Code;
  readonly mend: string;
}

/** The API's own policy. */
export function guardOf(call: ApiCall): Guard {
  const { api, endpoint } = call;
  const name = methodName(call);
  return {
    at: api.ref,
    policy: api.policy,
    resource: methodArn(call),
    name,
    code: "API_POLICY_DENIES",
    mend:
      endpoint === undefined
        ? `Allow execute-api:Invoke on ${name} to the caller in the resource policy of ${api.ref.name}, and redeploy.`
        : `Allow execute-api:Invoke on ${name} from ${endpoint.ref.name} (aws:SourceVpce) in the resource policy of ${api.ref.name}, and redeploy.`,
  };
}
