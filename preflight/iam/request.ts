/** What the evaluator is asked: one request and the policies that have a say in it. */
import type { ContextInput } from "./context.js";
import type { NamedPolicy } from "./policy.js";
import type { Principal } from "./principal.js";

export interface Request {
  readonly principal: Principal;
  /** One action, such as `ssm:GetParametersByPath`. */
  readonly action: string;
  /** The resource's ARN, `*` for an action without one, undefined while it is not known. */
  readonly resource: string | undefined;
  /** Needed where the ARN has no account (S3); otherwise taken from the ARN. Undefined: not known. */
  readonly resourceAccount?: string;
  /** Condition keys; those that follow from the principal and the resource's account are filled in. */
  readonly context?: Readonly<Record<string, ContextInput>>;
  /** What holds for keys that are not in `context`: by default nothing is known of them. */
  readonly otherKeys?: "absent" | "unknown";
}

/** The policy of the resource. The kinds differ in what has to allow; see `resource-rules.ts`. */
export type ResourcePolicy =
  | { readonly kind: "resource" | "key" | "trust"; readonly policy: NamedPolicy }
  /**
   * A REST API's method. `auth` is the method's: `none` also for Lambda authorizers and Cognito, when what they
   * say is taken as yes. Without `policy` the API has none.
   */
  | {
      readonly kind: "api-gateway";
      readonly auth: "none" | "iam";
      readonly private: boolean;
      readonly policy?: NamedPolicy;
    };

export interface Policies {
  /** All policies of the user or role, inline and attached, and a user's groups'. */
  readonly identity?: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Absent: the session was made without any. */
  readonly session?: readonly NamedPolicy[];
  /** One list for each level from the organization's root to the caller's account; each level has to allow. */
  readonly serviceControl?: readonly (readonly NamedPolicy[])[];
  /** Likewise for the account of the resource. */
  readonly resourceControl?: readonly (readonly NamedPolicy[])[];
  readonly resource?: ResourcePolicy;
  /** The policy of the VPC endpoint the request goes through. Absent: none on the way, or the default of full access. */
  readonly endpoint?: { readonly type: "interface" | "gateway"; readonly policy: NamedPolicy };
}
