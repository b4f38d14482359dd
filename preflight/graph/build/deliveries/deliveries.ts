import type { Delivery } from "../../model.js";
import type { Context } from "../context.js";
import { deadLetterQueues, destinations, mappings, pipes, schedules } from "./mappings.js";
import { invokers, logSubscriptions, notifications, rotations } from "./notifications.js";
import { alarmActions, deadLetterArn, eventTargets, subscriptions } from "./topics-and-rules.js";

/** What AWS hands from one resource to another, without a packet in the stack's network. */
export function buildDeliveries(context: Context): Delivery[] {
  return [
    ...subscriptions(context),
    ...eventTargets(context),
    ...alarmActions(context),
    ...mappings(context),
    ...notifications(context),
    ...schedules(context),
    ...pipes(context),
    ...logSubscriptions(context),
    ...rotations(context),
    ...invokers(context),
    ...destinations(context),
    ...deadLetterQueues(context, deadLetterArn),
  ];
}
