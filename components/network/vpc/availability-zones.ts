import { UserError } from "@lambda-networking/preflight/errors";
import * as aws from "@pulumi/aws";
import { slotOf } from "./subnet-plan.js";

/**
 * The Availability Zones to use: the names as given, or the first so many that the account can use in the
 * region, Local and Wavelength Zones left out.
 * @throws UserError when the region has fewer
 */
export async function chooseZones(wanted: number | readonly string[], azSlots: number): Promise<string[]> {
  if (typeof wanted !== "number") return [...wanted];
  const offered = await aws.getAvailabilityZones({
    state: "available",
    filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
  });
  return firstZones(wanted, azSlots, offered.names);
}

/** The decision of {@link chooseZones}: by letter, for the order in which AWS lists zones is not promised. */
export function firstZones(count: number, azSlots: number, offered: readonly string[]): string[] {
  const usable = offered.filter((zone) => slotOf(zone) < azSlots).sort();
  if (usable.length >= count) return usable.slice(0, count);
  throw new UserError(
    `vpc.availabilityZones: ${count}. This account can use ${usable.length} here (${usable.join(", ")}). ` +
      `Write at most ${usable.length}.`,
  );
}
