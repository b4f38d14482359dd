/** Input of the evaluator: one request and the policies that apply to it. */
import type { ContextInput } from "./context.js";
import type { NamedPolicy } from "./policy.js";
import type { Principal } from "./principal.js";

export interface Request {
  readonly principal: Principal;
  /** One action, such as `ssm:GetParametersByPath`. */
  readonly action: string;
  /** The resource's ARN; `*` for an action without a resource; undefined if it is not known. */
  readonly resource: string | undefined;
  /** Needed if the ARN has no account (S3); otherwise taken from the ARN. Undefined: not known. */
  readonly resourceAccount?: string;
  /** Condition keys. Those that follow from the principal and the resource's account are added. */
  readonly context?: Readonly<Record<string, ContextInput>>;
  /** State of the keys that are not in `context`. @default unknown */
  readonly otherKeys?: "absent" | "unknown";
}

/**
 * The policy of the resource. The kinds have different rules for which policies have to allow: see `resource-rules.ts`.
 */
export type ResourcePolicy =
  | { readonly kind: "resource" | "key" | "trust"; readonly policy: NamedPolicy }
  /**
   * A REST API's method. `auth` is the method's authorization; `none` also stands for a Cognito authorizer that is
   * assumed to accept, and `authorizer` is a Lambda authorizer that does. An absent `policy` means that the API has none.
   */
  | {
      readonly kind: "api-gateway";
      readonly auth: "none" | "iam" | "authorizer";
      readonly private: boolean;
      readonly policy?: NamedPolicy;
    };

export interface Policies {
  /** All policies of the user or role, inline and attached, including those of a user's groups. */
  readonly identity?: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Absent: the session has no session policy. */
  readonly session?: readonly NamedPolicy[];
  /** One list for each level from the organization's root to the caller's account. Each level has to allow. */
  readonly serviceControl?: readonly (readonly NamedPolicy[])[];
  /** The same for the account of the resource. */
  readonly resourceControl?: readonly (readonly NamedPolicy[])[];
  readonly resource?: ResourcePolicy;
  /**
   * The policy of the VPC endpoint that the request passes. Absent: no endpoint, or its default policy of full access.
   */
  readonly endpoint?: { readonly type: "interface" | "gateway"; readonly policy: NamedPolicy };
}
