/** The version of the terms of sale that `/terms-of-sale` shows; each order notes the one that its buyer accepted. */
export const termsVersion = '2026-11-23';
