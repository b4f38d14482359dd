import { createHash } from "node:crypto";

/**
 * Names of subscriptions by mail address, for their logical names: letters and digits with hyphens in place of the rest.
 * Of addresses that then have one name, such as `a.b@example.com` and `a-b@example.com`, the first keeps it and the
 * others get a hash, because two resources cannot have the same name.
 */
export function subscriptionNames(emails: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  return new Map(
    emails.map((email) => {
      const plain = email.replace(/[^A-Za-z0-9]+/g, "-");
      const name = taken.has(plain) ? `${plain}-${hashOf(email)}` : plain;
      taken.add(plain);
      return [email, name];
    }),
  );
}

function hashOf(email: string): string {
  return createHash("sha256").update(email).digest("hex").slice(0, 8);
}
