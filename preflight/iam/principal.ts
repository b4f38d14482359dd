/**
 * The principal that makes a request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { accountOf, isAccountId, parseArn } from "./arn.js";
import type { ContextInput } from "./context.js";

export type Principal =
  /** An IAM user. An undefined `arn` is not known yet; the account may still be known. */
  | { readonly kind: "user"; readonly arn: string | undefined; readonly account?: string }
  /**
   * A role, which acts through a session. `arn` is the role's ARN with its path. `session` is the session's name (for a
   * Lambda function, the function's name), undefined if it is not known.
   */
  | {
      readonly kind: "role";
      readonly arn: string | undefined;
      readonly session?: string;
      readonly account?: string;
    }
  /** A session of `sts:GetFederationToken`. `issuer` is the ARN of the user that requested it. */
  | { readonly kind: "federated-user"; readonly arn: string; readonly issuer?: string }
  /** The root user of an account. */
  | { readonly kind: "root"; readonly account: string }
  /** An AWS service that acts for itself, such as `lambda.amazonaws.com`. */
  | { readonly kind: "service"; readonly name: string }
  /** A user that an identity provider vouches for, in `AssumeRoleWithWebIdentity` or `AssumeRoleWithSAML`. */
  | { readonly kind: "federated"; readonly provider: string }
  /** An account by its S3 canonical user ID. */
  | { readonly kind: "canonical-user"; readonly id: string; readonly account?: string }
  /** An unsigned request. */
  | { readonly kind: "anonymous" };

/**
 * The principal of an IAM or STS ARN. The ARN of an assumed role does not contain the role's path, so the role is
 * assumed to have none. For a role with a path, pass the role's ARN.
 * @throws RangeError if the ARN is not a principal's
 */
export function principalOf(arn: string): Principal {
  const parsed = parseArn(arn);
  const [type, name, session] = (parsed?.resource ?? "").split("/");
  if (parsed !== undefined && isAccountId(parsed.account)) {
    if (parsed.service === "iam" && type === "root") return { kind: "root", account: parsed.account };
    if (parsed.service === "iam" && type === "user" && name !== undefined) return { kind: "user", arn };
    if (parsed.service === "iam" && type === "role" && name !== undefined) return { kind: "role", arn };
    if (parsed.service === "sts" && type === "federated-user" && name !== undefined) {
      return { kind: "federated-user", arn };
    }
    if (parsed.service === "sts" && type === "assumed-role" && name !== undefined && session !== undefined) {
      const role = `arn:${parsed.partition}:iam::${parsed.account}:role/${name}`;
      return { kind: "role", arn: role, session };
    }
  }
  throw new RangeError(`"${arn}" is not the ARN of a user, role, session or account root`);
}

/** The principal's account; undefined if it is not known, null for principals that belong to no account. */
export function accountOfPrincipal(principal: Principal): string | null | undefined {
  switch (principal.kind) {
    case "user":
    case "role":
      return principal.account ?? (principal.arn === undefined ? undefined : accountOf(principal.arn));
    case "federated-user":
      return accountOf(principal.arn);
    case "root":
    case "canonical-user":
      return principal.account;
    case "service":
    case "federated":
    case "anonymous":
      return null;
  }
}

/** The session's ARN; undefined if the role or the session's name is not known. */
export function sessionArn(role: {
  readonly arn: string | undefined;
  readonly session?: string;
}): string | undefined {
  const parsed = role.arn === undefined ? undefined : parseArn(role.arn);
  if (parsed === undefined || role.session === undefined) return undefined;
  const name = parsed.resource.split("/").at(-1) ?? "";
  return `arn:${parsed.partition}:sts::${parsed.account}:assumed-role/${name}/${role.session}`;
}

/**
 * The condition keys that follow from the principal.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
 */
export function principalContext(principal: Principal): Record<string, ContextInput> {
  const signed = (type: string, arn: ContextInput): Record<string, ContextInput> => ({
    "aws:PrincipalType": type,
    "aws:PrincipalArn": arn,
    "aws:PrincipalAccount": accountOfPrincipal(principal) ?? { present: true },
    "aws:PrincipalIsAWSService": false,
    "aws:PrincipalServiceName": null,
    "aws:PrincipalServiceNamesList": null,
  });
  switch (principal.kind) {
    case "user": {
      const name = principal.arn?.split("/").at(-1);
      return {
        ...signed("User", principal.arn ?? { present: true }),
        "aws:username": name ?? { present: true },
      };
    }
    case "role":
      return { ...signed("AssumedRole", principal.arn ?? { present: true }), "aws:username": null };
    case "federated-user":
      return { ...signed("FederatedUser", principal.arn), "aws:username": null };
    case "root":
      return { ...signed("Account", { present: true }), "aws:username": null };
    case "service":
      return {
        "aws:PrincipalIsAWSService": true,
        "aws:PrincipalServiceName": principal.name,
        "aws:username": null,
      };
    case "anonymous":
      return {
        "aws:PrincipalType": "Anonymous",
        "aws:PrincipalArn": null,
        "aws:PrincipalAccount": null,
        "aws:PrincipalOrgID": null,
        "aws:PrincipalIsAWSService": null,
        "aws:PrincipalServiceName": null,
        "aws:username": null,
      };
    case "federated":
    case "canonical-user":
      return {};
  }
}
