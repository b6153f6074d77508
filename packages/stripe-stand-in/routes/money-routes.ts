import { listBalanceTransactions, retrieveBalanceTransaction } from '../money/balance-transactions.ts';
import { listCharges, updateCharge } from '../money/charge-requests.ts';
import { findCharge } from '../money/charges.ts';
import { closeDispute, updateDispute } from '../disputes/dispute-outcomes.ts';
import { listDisputes, retrieveDispute } from '../disputes/disputes.ts';
import {
  cancelRefund,
  createRefund,
  listRefunds,
  readRefundParams,
  retrieveRefund,
  updateRefund,
} from '../refunds/refunds.ts';
import { retrieve, type Route, simple } from '../protocol/route.ts';

/** Routes of charges, refunds, disputes and the balance. */
export const moneyRoutes: readonly Route[] = [
  { method: 'GET', path: '/v1/charges', handler: simple(listCharges) },
  { method: 'GET', path: '/v1/charges/:id', handler: retrieve((call, id) => findCharge(call, id).object) },
  {
    method: 'POST',
    path: '/v1/charges/:id',
    handler: simple((call, params, id) => updateCharge(call, id, params)),
  },
  {
    method: 'GET',
    path: '/v1/charges/:id/refunds',
    handler: simple((call, params, id) =>
      listRefunds(call, { ...params, charge: findCharge(call, id).object.id }),
    ),
  },
  {
    method: 'POST',
    path: '/v1/refunds',
    handler: (call, params) => {
      const read = readRefundParams(params);
      return () => createRefund(call, read);
    },
  },
  { method: 'GET', path: '/v1/refunds', handler: simple(listRefunds) },
  { method: 'GET', path: '/v1/refunds/:id', handler: retrieve(retrieveRefund) },
  {
    method: 'POST',
    path: '/v1/refunds/:id',
    handler: simple((call, params, id) => updateRefund(call, id, params)),
  },
  { method: 'POST', path: '/v1/refunds/:id/cancel', handler: retrieve(cancelRefund) },
  { method: 'GET', path: '/v1/disputes', handler: simple(listDisputes) },
  { method: 'GET', path: '/v1/disputes/:id', handler: retrieve(retrieveDispute) },
  {
    method: 'POST',
    path: '/v1/disputes/:id',
    handler: simple((call, params, id) => updateDispute(call, id, params)),
  },
  { method: 'POST', path: '/v1/disputes/:id/close', handler: retrieve(closeDispute) },
  { method: 'GET', path: '/v1/balance_transactions', handler: simple(listBalanceTransactions) },
  { method: 'GET', path: '/v1/balance_transactions/:id', handler: retrieve(retrieveBalanceTransaction) },
];
