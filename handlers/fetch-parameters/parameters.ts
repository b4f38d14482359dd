import { paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";
import { DeadlineError, NoParametersError, ReadFailedError } from "./errors.js";

/** Values by the last segment of the parameter's name. */
export type Messages = Readonly<Record<string, string>>;

export interface ParametersToRead {
  /** e.g. `/messages` */
  readonly path: string;
  /** Whether to read parameters deeper than one level as well. */
  readonly recursive: boolean;
}

/** Reads the parameters under one path, with one client. */
export class ParameterReader {
  /** Error of the current read's last attempt, if it failed. */
  private lastFailure: unknown;

  constructor(
    private readonly client: SSMClient,
    private readonly toRead: ParametersToRead,
  ) {
    // This middleware runs inside the SDK's retries, so that it sees each attempt.
    client.middlewareStack.add(
      (next) => async (request) => {
        try {
          return await next(request);
        } catch (error) {
          // An aborted attempt may belong to a read that was given up while the next one is running.
          if (!(error instanceof Error && error.name === "AbortError")) this.lastFailure = error;
          throw error;
        }
      },
      { step: "finalizeRequest", priority: "low", name: "lastFailure" },
    );
  }

  /**
   * Reads every parameter under the path, decrypted, ten a call.
   * @param signal stops it between and during calls
   * @throws NoParametersError if there is none; ReadFailedError if a call fails, because a partial answer would be
   * wrong
   * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
   */
  async read(signal: AbortSignal): Promise<Messages> {
    this.lastFailure = undefined;
    const { client } = this;
    const { path, recursive } = this.toRead;
    const found: [name: string, value: string][] = [];
    try {
      const pages = paginateGetParametersByPath(
        { client, pageSize: 10 },
        { Path: path, Recursive: recursive, WithDecryption: true },
        { abortSignal: signal },
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
    return Object.freeze(Object.fromEntries(found)); // Many answers share this object, so none may change it.
  }

  /** Turns the DeadlineError of a read that was given up into the error of its last attempt, if an attempt failed. */
  explain(error: unknown): unknown {
    return error instanceof DeadlineError ? new ReadFailedError(this.lastFailure ?? error) : error;
  }
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
