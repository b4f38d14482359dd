/** A custom domain name as a person configures it. */
export interface DomainSettings {
  /** The certificate in ACM: in us-east-1 for an EDGE API, else in the stack's own region. */
  readonly certificateArn: string;
  /**
   * The hosted zone that gets the alias records. Without it a private domain name has a private hosted zone of its
   * own, and the records of any other are somebody else's task.
   */
  readonly hostedZoneId?: string | undefined;
  /** Where under the domain name the API is: `messages`, or `(none)` for the root. */
  readonly basePaths: readonly string[];
}

/** Settings by domain name. */
export type Domains = Readonly<Record<string, DomainSettings>>;

/** How API Gateway writes "no base path". */
export const ROOT = "(none)";

/**
 * The URLs that the API has by its custom domain names, without a slash at the end: no stage is in them, for each
 * base path leads to one.
 */
export function domainUrls(domains: Domains): string[] {
  return Object.entries(domains).flatMap(([domainName, { basePaths }]) =>
    basePaths.map((path) => (path === ROOT ? `https://${domainName}` : `https://${domainName}/${path}`)),
  );
}
