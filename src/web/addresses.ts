/** Where the pages of the frame lead: the header and the footer are written from this one list. */
export const addresses = {
  home: '/',
  courses: '/courses',
  verify: '/verify',
  learning: '/learn',
  certificates: '/certificates',
  account: '/account',
  staff: '/staff',
  signIn: '/sign-in',
  register: '/register',
  signOut: '/sign-out',
  privacy: '/privacy',
  cookies: '/cookies',
  processing: '/privacy/register',
  contact: '/contact',
  accessibility: '/accessibility',
  licence: '/licence',
} as const;
