import type { DatabaseDefinition } from '../database.ts';
import {
  CancelRequestEntity,
  EventEntity,
  LedgerEntryEntity,
  LedgerTransactionEntity,
  LineEntity,
  MailEntity,
  OrderEntity,
  ParticipantEntity,
  PaymentEntity,
  PayRequestEntity,
  RefundEntity,
  ShareEntity,
  StripeCallEntity,
  StripeEventEntity,
} from './entities.ts';
import { CreateOrders } from './migrations/001-create-orders.ts';
import { AddRefundLines } from './migrations/002-refund-lines.ts';
import { WidenLedger } from './migrations/003-ledger-chart.ts';
import { AddAftercare } from './migrations/006-aftercare.ts';

/** The orders database: orders and their history, shares, payments, refunds, the ledger and mail. */
export const ordersDefinition: DatabaseDefinition = {
  entities: [
    OrderEntity,
    ParticipantEntity,
    LineEntity,
    ShareEntity,
    PayRequestEntity,
    CancelRequestEntity,
    PaymentEntity,
    StripeCallEntity,
    RefundEntity,
    EventEntity,
    LedgerTransactionEntity,
    LedgerEntryEntity,
    MailEntity,
    StripeEventEntity,
  ],
  migrations: [
    { name: '001-create-orders', class: CreateOrders },
    { name: '002-refund-lines', class: AddRefundLines },
    { name: '003-ledger-chart', class: WidenLedger },
    { name: '006-aftercare', class: AddAftercare },
  ],
};
