/** The sentence of a request that the contract refuses; its details name each field, and what is wrong there. */
export function refusedSentence(where: 'body' | 'query' | 'headers'): string {
  return `Something in the ${where} of this request is not as it should be.`;
}

/** Whether it is that sentence, and the details say more. */
export function isRefusedSentence(sentence: string): boolean {
  return /^Something in the \w+ of this request is not as it should be\.$/.test(sentence);
}
