import { paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";

/** Values by the last segment of the parameter's name. */
export type Messages = Record<string, string>;

/** There is no parameter under the path. */
export class NoParametersError extends Error {
  override readonly name = "NoParametersError";
  constructor() {
    super("SSM Parameter Store get parameter returned no results");
  }
}

/** Parameter Store did not answer, or refused; `cause` says which. */
export class ReadFailedError extends Error {
  override readonly name = "ReadFailedError";
  constructor(cause: unknown) {
    super("SSM Parameter Store get parameter failure", { cause });
  }
}

export interface ParametersToRead {
  /** e.g. `/messages` */
  readonly path: string;
  /** Whether parameters deeper than one level count as well. */
  readonly recursive: boolean;
}

/**
 * Reads every parameter under a path, decrypted, ten a call.
 * @throws NoParametersError when there is none, ReadFailedError when a call fails: never part of an answer
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
 */
export async function readParameters(
  client: SSMClient,
  { path, recursive }: ParametersToRead,
): Promise<Messages> {
  const found: [name: string, value: string][] = [];
  try {
    const pages = paginateGetParametersByPath(
      { client, pageSize: 10 },
      { Path: path, Recursive: recursive, WithDecryption: true },
    );
    for await (const { Parameters = [] } of pages) {
      for (const { Name, Value } of Parameters) {
        if (Name !== undefined && Value !== undefined) found.push([lastSegment(Name), Value]);
      }
    }
  } catch (cause) {
    throw new ReadFailedError(cause);
  }
  if (found.length === 0) throw new NoParametersError();
  return Object.fromEntries(found);
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
