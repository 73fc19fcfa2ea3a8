import { Router } from 'express';
import type { AccountPagesDeps } from './account-deps.ts';
import { createLinkPages } from './account-links.ts';
import { createProfilePages } from './account-profile.ts';
import { createRegisterPages } from './account-register.ts';
import { createSignInPages } from './account-sign-in.ts';
import { createStaffAccountPages } from './account-staff.ts';

/** Everything people do with their own account, and administrators with those of others. */
export const createAccountPages = (deps: AccountPagesDeps): Router => {
  const router = Router();
  router.use(createRegisterPages(deps));
  router.use(createLinkPages(deps));
  router.use(createSignInPages(deps));
  router.use(createProfilePages(deps));
  router.use(createStaffAccountPages(deps));
  return router;
};
