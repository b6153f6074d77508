import type { DatabaseDefinition } from '../database.ts';
import { BillEntity, ChangeEntity, ChangePayerEntity, DiscountEntity } from './entities/change.ts';
import { LedgerEntryEntity, LedgerTransactionEntity } from './entities/ledger.ts';
import { MailEntity } from './entities/mail.ts';
import { QuestionEntity } from './entities/question.ts';
import {
  AllocationEntity,
  CancelRequestEntity,
  EventEntity,
  LineEntity,
  OrderEntity,
  ParticipantEntity,
  ReductionEntity,
  RefundPartEntity,
  ShareEntity,
} from './entities/order.ts';
import {
  PaymentEntity,
  PaymentAttemptEntity,
  RefundEntity,
  StripeCallEntity,
  StripeEventEntity,
} from './entities/payment.ts';
import { KnockEntity, TabEntity, TabEventEntity, TabParticipantEntity } from './entities/tab.ts';
import { TabCardEntity } from './entities/tab-card.ts';
import { DifferenceEntity, MendEntity, ReconciliationEntity } from './entities/reconciliation.ts';
import { CreateOrders } from './migrations/001-create-orders.ts';
import { AddRefundLines } from './migrations/002-refund-lines.ts';
import { WidenLedger } from './migrations/003-ledger-chart.ts';
import { AddReconciliation } from './migrations/004-reconciliation.ts';
import { AddAftercare } from './migrations/006-aftercare.ts';
import { AddPaymentCard } from './migrations/007-payment-card.ts';
import { AddCash } from './migrations/008-cash.ts';
import { AddPaymentCustomer } from './migrations/009-payment-customer.ts';
import { CompareLedger } from './migrations/010-compare-ledger.ts';
import { AddMailClaims } from './migrations/011-mail-claims.ts';
import { CollectFeesOfAllCaptures } from './migrations/012-fees-of-all-captures.ts';
import { ListAttention } from './migrations/020-attention-list.ts';
import { FindWorkflowsBehind } from './migrations/021-workflow-behind.ts';
import { GuestsByMail } from './migrations/023-guests-by-mail.ts';
import { AddSearchWords } from './migrations/025-search-words.ts';
import { BoundAbuse } from './migrations/030-bound-abuse.ts';
import { AddWorkers } from './migrations/039-workers.ts';
import { OneKindOfOrder } from './migrations/040-one-kind-of-order.ts';
import { NamePaymentAttempts } from './migrations/041-payment-attempts.ts';
import { StoreAllocations } from './migrations/045-allocations.ts';
import { KeepReasonsAsCodes } from './migrations/046-reason-codes.ts';
import { AddJobs } from './migrations/050-jobs.ts';
import { AddCallsMadeFor } from './migrations/051-calls-made-for.ts';
import { MakePlaceAnObject } from './migrations/060-place.ts';
import { AddLanguage } from './migrations/065-language.ts';
import { BackPaidShares } from './migrations/073-paid-shares.ts';
import { CountDeclinesOfPayer } from './migrations/074-declines-of-a-payer.ts';
import { KeepTaxClass } from './migrations/072-tax-class.ts';
import { AddTabs } from './migrations/080-tabs.ts';
import { AddTabWords } from './migrations/081-tab-words.ts';
import { NoteOffSessionAttempts } from './migrations/085-off-session.ts';
import { BoundTabs } from './migrations/090-bound-tabs.ts';
import { ProvePayers } from './migrations/091-proven-payers.ts';
import { NoteMailParticipants } from './migrations/093-mail-participants.ts';
import { PayTabsAfter } from './migrations/120-paid-after.ts';
import { CancelLines } from './migrations/121-canceled-lines.ts';
import { FindAllocationsByLine } from './migrations/125-allocations-by-line.ts';
import { MoveTabs } from './migrations/140-moved-tabs.ts';
import { MergeTabs } from './migrations/141-merged-tabs.ts';
import { BindHostsToTabs } from './migrations/150-hosts-of-tabs.ts';
import { AddTabCards } from './migrations/160-tab-cards.ts';
import { ChangeOrders } from './migrations/180-changes.ts';
import { MakersOfChanges } from './migrations/190-makers-of-changes.ts';
import { PayersOfChanges } from './migrations/191-payers-of-changes.ts';
import { Discounts } from './migrations/195-discounts.ts';
import { KeepLinesTakenOff } from './migrations/210-lines-taken-off.ts';
import { FixPartsOfLines } from './migrations/215-parts-of-lines.ts';
import { FindSharesByOrder } from './migrations/220-shares-by-order.ts';
import { SeeChanges } from './migrations/205-changes-seen.ts';
import { AskAboutSoldOut } from './migrations/200-sold-out.ts';
import { BindTabsToSpots } from './migrations/110-tabs-at-spots.ts';

/** The orders database: orders and their history, shares, payments, refunds, the ledger and mail. */
export const ordersDefinition: DatabaseDefinition = {
  entities: [
    TabEntity,
    TabCardEntity,
    TabParticipantEntity,
    TabEventEntity,
    KnockEntity,
    OrderEntity,
    ParticipantEntity,
    LineEntity,
    ShareEntity,
    AllocationEntity,
    ChangeEntity,
    ChangePayerEntity,
    DiscountEntity,
    BillEntity,
    QuestionEntity,
    ReductionEntity,
    PaymentAttemptEntity,
    CancelRequestEntity,
    PaymentEntity,
    StripeCallEntity,
    RefundEntity,
    RefundPartEntity,
    EventEntity,
    LedgerTransactionEntity,
    LedgerEntryEntity,
    MailEntity,
    StripeEventEntity,
    ReconciliationEntity,
    DifferenceEntity,
    MendEntity,
  ],
  migrations: [
    { name: '001-create-orders', class: CreateOrders },
    { name: '002-refund-lines', class: AddRefundLines },
    { name: '003-ledger-chart', class: WidenLedger },
    { name: '004-reconciliation', class: AddReconciliation },
    { name: '006-aftercare', class: AddAftercare },
    { name: '007-payment-card', class: AddPaymentCard },
    { name: '008-cash', class: AddCash },
    { name: '009-payment-customer', class: AddPaymentCustomer },
    { name: '010-compare-ledger', class: CompareLedger },
    { name: '011-mail-claims', class: AddMailClaims },
    { name: '012-fees-of-all-captures', class: CollectFeesOfAllCaptures },
    { name: '020-attention-list', class: ListAttention },
    { name: '021-workflow-behind', class: FindWorkflowsBehind },
    { name: '023-guests-by-mail', class: GuestsByMail },
    { name: '025-search-words', class: AddSearchWords },
    { name: '030-bound-abuse', class: BoundAbuse },
    { name: '039-workers', class: AddWorkers },
    { name: '040-one-kind-of-order', class: OneKindOfOrder },
    { name: '041-payment-attempts', class: NamePaymentAttempts },
    { name: '045-allocations', class: StoreAllocations },
    { name: '046-reason-codes', class: KeepReasonsAsCodes },
    { name: '050-jobs', class: AddJobs },
    { name: '051-calls-made-for', class: AddCallsMadeFor },
    { name: '060-place', class: MakePlaceAnObject },
    { name: '065-language', class: AddLanguage },
    { name: '073-paid-shares', class: BackPaidShares },
    { name: '074-declines-of-a-payer', class: CountDeclinesOfPayer },
    { name: '080-tabs', class: AddTabs },
    { name: '081-tab-words', class: AddTabWords },
    { name: '072-tax-class', class: KeepTaxClass },
    { name: '085-off-session', class: NoteOffSessionAttempts },
    { name: '090-bound-tabs', class: BoundTabs },
    { name: '091-proven-payers', class: ProvePayers },
    { name: '093-mail-participants', class: NoteMailParticipants },
    { name: '120-paid-after', class: PayTabsAfter },
    { name: '121-canceled-lines', class: CancelLines },
    { name: '125-allocations-by-line', class: FindAllocationsByLine },
    { name: '140-moved-tabs', class: MoveTabs },
    { name: '141-merged-tabs', class: MergeTabs },
    { name: '110-tabs-at-spots', class: BindTabsToSpots },
    { name: '150-hosts-of-tabs', class: BindHostsToTabs },
    { name: '160-tab-cards', class: AddTabCards },
    { name: '180-changes', class: ChangeOrders },
    { name: '190-makers-of-changes', class: MakersOfChanges },
    { name: '191-payers-of-changes', class: PayersOfChanges },
    { name: '195-discounts', class: Discounts },
    { name: '205-changes-seen', class: SeeChanges },
    { name: '210-lines-taken-off', class: KeepLinesTakenOff },
    { name: '215-parts-of-lines', class: FixPartsOfLines },
    { name: '200-sold-out', class: AskAboutSoldOut },
    { name: '220-shares-by-order', class: FindSharesByOrder },
  ],
};
