import type { AwsCaller, CallOptions } from "./aws/client.js";
import { SECRETS_MANAGER } from "./aws/endpoint.js";
import { NotFoundError, UnreadableAnswerError } from "./errors.js";
import { textField } from "./field.js";
import type { Parameter } from "./parameter-store.js";

export interface SecretToRead {
  /** Name or ARN. */
  readonly id: string;
  /** Undefined: the version of the stage. */
  readonly versionId: string | undefined;
  /** Undefined: AWSCURRENT. */
  readonly versionStage: string | undefined;
}

/**
 * Reads one secret.
 * @throws NotFoundError if it does not exist; an error of AWS or the network
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export async function readSecret(
  aws: AwsCaller,
  { id, versionId, versionStage }: SecretToRead,
  options: CallOptions,
): Promise<Parameter> {
  const input = {
    SecretId: id,
    ...(versionId !== undefined && { VersionId: versionId }),
    ...(versionStage !== undefined && { VersionStage: versionStage }),
  };
  let output: unknown;
  try {
    output = await aws.call(SECRETS_MANAGER, "GetSecretValue", input, options);
  } catch (error) {
    const isAbsent = error instanceof Error && error.name === "ResourceNotFoundException";
    throw isAbsent ? new NotFoundError([`secret ${id}`]) : error;
  }
  const [name = id, version = ""] = [textField(output, "Name"), textField(output, "VersionId")];
  const text = textField(output, "SecretString");
  if (text !== undefined) return { name, value: text, type: "SecretString", version };
  const binary = textField(output, "SecretBinary");
  if (binary !== undefined) return { name, value: binary, type: "SecretBinary", version };
  throw new UnreadableAnswerError("the secret has no value");
}
