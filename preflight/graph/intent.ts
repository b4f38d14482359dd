/** What components declare; the graph and the proofs read it. */
export type { Intent, Place, Tier, Via } from "../intents.js";
