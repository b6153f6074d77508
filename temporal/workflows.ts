/** The workflows by type name, each with its input. */

import type { AccountMailInput } from './mails/messages.ts';
import type { OrderInput } from './orders/messages.ts';
import type { AftercareInput } from './payments/messages.ts';
import type { MendInput, ReconciliationInput } from './reconciliation/messages.ts';
import type { RefundInput } from './refunds/messages.ts';
import type { TabInput } from './tabs/messages.ts';

export interface WorkflowInputs {
  order: OrderInput;
  tab: TabInput;
  refund: RefundInput;
  aftercare: AftercareInput;
  accountMail: AccountMailInput;
  mend: MendInput;
  reconciliation: ReconciliationInput;
}
