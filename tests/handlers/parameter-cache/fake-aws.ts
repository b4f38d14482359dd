import type { AwsCaller, CallOptions } from "../../../handlers/parameter-cache/index.js";
import { isRecord } from "../../../preflight/resources/read.js";

/** Error as a service answers it. */
export function serviceError(name: string): Error {
  return Object.assign(new Error(`AWS says ${name}`), { name, $fault: "client", $metadata: {} });
}

interface StoredVersion {
  readonly value: string;
  readonly labels: readonly string[];
}

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Parameter Store and Secrets Manager in memory, with versions and labels. It records the calls. */
export class FakeAws implements AwsCaller {
  readonly calls: Call[] = [];
  /** Throws what a call fails with, if anything. */
  fail: (call: Call, options: CallOptions) => void = () => {};
  /** Resolves when a call may be answered. */
  ready: () => Promise<void> = async () => {};
  /** Whether answers repeat version or label, which emulators of AWS leave out. */
  answersSelectors = true;
  private readonly types = new Map<string, string>();
  private readonly versions = new Map<string, StoredVersion[]>();
  private readonly secrets = new Map<string, Readonly<Record<string, string>>>();

  put(name: string, value: string, { type = "SecureString", labels = [] as readonly string[] } = {}): this {
    this.types.set(name, type);
    this.versions.set(name, [...(this.versions.get(name) ?? []), { value, labels }]);
    return this;
  }

  remove(name: string): void {
    this.versions.delete(name);
  }

  putSecret(id: string, answer: Readonly<Record<string, string>>): this {
    this.secrets.set(id, answer);
    return this;
  }

  async call(service: { readonly name: string }, operation: string, input: object, options: CallOptions) {
    const call = { service: service.name, operation, input: { ...input } };
    this.calls.push(call);
    await this.ready();
    try {
      this.fail(call, options);
    } catch (error) {
      options.onFailedAttempt?.(error);
      throw error;
    }
    if (operation === "GetParameters") return this.getParameters(call.input);
    if (operation === "GetParametersByPath") return this.getByPath(call.input);
    if (operation === "GetSecretValue") return this.getSecret(call.input);
    throw new Error(`unknown operation ${operation}`);
  }

  private getParameters({ Names }: Call["input"]) {
    const names = Array.isArray(Names) ? Names.map(String) : [];
    if (names.length === 0 || names.length > 10) throw serviceError("ValidationException");
    const bare = names.map((name) => this.bare(name));
    if (new Set(bare).size !== bare.length) throw serviceError("ValidationException");
    const found = names.map((name) => ({ name, parameter: this.find(name) }));
    return {
      Parameters: found.flatMap(({ parameter }) => parameter ?? []),
      InvalidParameters: found.filter(({ parameter }) => parameter === undefined).map(({ name }) => name),
    };
  }

  private bare(name: string): string {
    return name.replace(/^arn:.*:parameter/, "").split(":")[0] ?? "";
  }

  private find(asked: string) {
    const name = this.bare(asked);
    const selector = asked.replace(/^arn:.*:parameter/, "").split(":")[1];
    const versions = this.versions.get(name) ?? [];
    const index =
      selector === undefined
        ? versions.length - 1
        : versions.findIndex(({ labels }, i) => String(i + 1) === selector || labels.includes(selector));
    const version = versions[index];
    if (version === undefined) return undefined;
    return {
      Name: asked.startsWith("arn:") ? asked : name,
      Value: version.value,
      Type: this.types.get(name),
      Version: index + 1,
      ...(selector !== undefined && this.answersSelectors && { Selector: `:${selector}` }),
    };
  }

  private getByPath({ Path, Recursive, NextToken = "0" }: Call["input"]) {
    const under = Path === "/" ? "/" : `${String(Path)}/`;
    const names = [...this.versions.keys()]
      .filter(
        (name) => name.startsWith(under) && (Recursive === true || !name.slice(under.length).includes("/")),
      )
      .sort();
    const end = Number(NextToken) + 10;
    return {
      Parameters: names.slice(Number(NextToken), end).map((name) => this.find(name)),
      ...(end < names.length && { NextToken: String(end) }),
    };
  }

  private getSecret({ SecretId, VersionStage = "AWSCURRENT", VersionId }: Call["input"]) {
    const answer = this.secrets.get([SecretId, VersionId ?? VersionStage].map(String).join(" "));
    if (!isRecord(answer)) {
      throw serviceError("ResourceNotFoundException");
    }
    return { Name: SecretId, VersionId: "v", ...answer };
  }
}
