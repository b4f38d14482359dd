import type * as pulumi from "@pulumi/pulumi";

/** Who may call a private API besides whoever comes through the stack's own endpoint; nobody where empty. */
export interface Sharing {
  /** Ids of other VPCs' execute-api endpoints, in this account or another. */
  readonly vpcEndpoints: readonly string[];
  /** Ids of VPCs, whichever of their endpoints a call comes through. */
  readonly vpcs: readonly string[];
  /**
   * Ids of accounts whose signed calls are taken, through whatever execute-api endpoint. A call has an account only
   * where it is signed and its method's authorization is AWS_IAM; `aws:VpceAccount`, the account of the endpoint,
   * is not among the keys that API Gateway knows.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
   */
  readonly accounts: readonly string[];
}

type Conditions = Readonly<Record<string, readonly pulumi.Input<string>[]>>;

/** The values that admit a call, by condition key; one that nobody is named for is left out. */
export function conditionsOf(endpointId: pulumi.Input<string>, sharing?: Sharing): Conditions {
  return {
    "aws:SourceVpce": [endpointId, ...(sharing?.vpcEndpoints ?? [])],
    ...named("aws:SourceVpc", sharing?.vpcs),
    ...named("aws:PrincipalAccount", sharing?.accounts),
  };
}

function named(key: string, values: readonly string[] = []): Conditions {
  return values.length > 0 ? { [key]: values } : {};
}
