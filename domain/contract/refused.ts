/** Returns the error message of a request that violates the contract; its details name each field and its problem. */
export function refusedSentence(where: 'body' | 'query' | 'headers'): string {
  return `Something in the ${where} of this request is not as it should be.`;
}

/** Returns whether the message is that one, so that the details say more. */
export function isRefusedSentence(sentence: string): boolean {
  return /^Something in the \w+ of this request is not as it should be\.$/.test(sentence);
}
