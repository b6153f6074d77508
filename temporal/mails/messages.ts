/** The input of the workflow of an account mail. */
export interface AccountMailInput {
  readonly mailId: string;
}

/** Returns the id of the workflow that sends one mail about an account. */
export function accountMailWorkflowId(mailId: string): string {
  return `mail-${mailId}`;
}
