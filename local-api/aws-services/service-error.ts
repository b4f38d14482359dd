/** An AWS service's refusal: its exception's name, and its words, which some have none of. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}
