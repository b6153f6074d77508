/** What the workflow of a mail about an account starts with. */
export interface AccountMailInput {
  readonly mailId: string;
}

/** The id of the workflow that sends one mail about an account. */
export function accountMailWorkflowId(mailId: string): string {
  return `mail-${mailId}`;
}
