import { paginateGetParametersByPath, type SSMClient } from "@aws-sdk/client-ssm";
import { DeadlineError, NoParametersError, ReadFailedError } from "./errors.js";

/** Values by the last segment of the parameter's name. */
export type Messages = Readonly<Record<string, string>>;

export interface ParametersToRead {
  /** e.g. `/messages` */
  readonly path: string;
  /** Whether parameters deeper than one level count as well. */
  readonly recursive: boolean;
}

/** Reads what is under one path, with one client. */
export class ParameterReader {
  /** How the last attempt of the read under way ended, if badly. */
  private lastFailure: unknown;

  constructor(
    private readonly client: SSMClient,
    private readonly toRead: ParametersToRead,
  ) {
    // Inside the SDK's retries, so that it sees each attempt.
    client.middlewareStack.add(
      (next) => async (request) => {
        try {
          return await next(request);
        } catch (error) {
          // One that was stopped may be of a read that was given up, while the next is under way.
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
   * @throws NoParametersError when there is none, ReadFailedError when a call fails: never part of an answer
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
    return Object.freeze(Object.fromEntries(found)); // kept for many answers, which may not change each other
  }

  /** A read that was given up, with the reason why it took so long, where an attempt gave one. */
  explain(error: unknown): unknown {
    return error instanceof DeadlineError ? new ReadFailedError(this.lastFailure ?? error) : error;
  }
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
