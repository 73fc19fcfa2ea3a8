/** What the stand-in understands. A parameter that is not here is refused, as by Stripe itself. */
export type Route = { method: string; path: RegExp; name: RouteName; parameters: readonly RegExp[] };
export type RouteName = 'create-session' | 'retrieve-session' | 'create-refund' | 'list-refunds';

const expand = /^expand\[\]$/;

export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: /^\/v1\/checkout\/sessions$/,
    name: 'create-session',
    parameters: [
      /^(mode|client_reference_id|locale|success_url|cancel_url)$/,
      /^(metadata|payment_intent_data\.metadata)\.[a-zA-Z]+$/,
      /^line_items\[\]\.quantity$/,
      /^line_items\[\]\.price_data\.(currency|unit_amount|product_data\.name)$/,
      /^(invoice_creation|adaptive_pricing)\.enabled$/,
      expand,
    ],
  },
  {
    method: 'GET',
    path: /^\/v1\/checkout\/sessions\/([\w-]+)$/,
    name: 'retrieve-session',
    parameters: [expand],
  },
  {
    method: 'POST',
    path: /^\/v1\/refunds$/,
    name: 'create-refund',
    parameters: [/^(payment_intent|amount|reason)$/, /^metadata\.[a-zA-Z]+$/],
  },
  { method: 'GET', path: /^\/v1\/refunds$/, name: 'list-refunds', parameters: [/^(payment_intent|limit)$/] },
];
