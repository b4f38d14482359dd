import { type Answer, getMessages } from "./aws.js";

/** What a caller got that called all the time. */
export interface Calls {
  readonly answered: number;
  readonly failed: readonly Answer[];
}

/** Calls GET /messages ten times a second while the work is done. A call that fails to connect has the status 0. */
export async function callingDuring(apiId: string, work: () => Promise<void>): Promise<Calls> {
  let isOver = false;
  const caller = async (): Promise<Calls> => {
    let answered = 0;
    const failed: Answer[] = [];
    while (!isOver) {
      const answer = await getMessages(apiId).catch((error: unknown) => ({ status: 0, body: String(error) }));
      if (answer.status === 200) answered += 1;
      else failed.push(answer);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { answered, failed };
  };
  const calls = caller();
  try {
    await work();
  } finally {
    isOver = true;
  }
  return calls;
}
