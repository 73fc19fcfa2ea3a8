import type { RequestHandler } from 'express';
import helmet from 'helmet';

const permissions = (camera: string): string =>
  `camera=${camera}, microphone=(), geolocation=(), payment=(), usb=()`;

/** For the one page that offers to look with a camera (Permissions Policy, 5.1). */
export const allowCamera: RequestHandler = (_request, response, next) => {
  response.set('Permissions-Policy', permissions('(self)'));
  next();
};

/**
 * Nothing but our own files runs, draws or is framed. `formTargets` are the outside addresses that our forms may end at
 * (the payment page).
 */
export const securityHeaders = (options: {
  https: boolean;
  formTargets: readonly string[];
}): RequestHandler => {
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        mediaSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'", ...options.formTargets],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        ...(options.https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    // Not `no-referrer`: under it browsers send `Origin: null` with our own forms. Other sites still learn nothing.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: options.https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
  });
  // The same for every request, so they are worked out once: helmet asks itself fifteen times what to set.
  const headers = new Map([['Permissions-Policy', permissions('()')]]);
  const unwanted: string[] = [];
  const recorder = {
    setHeader: (name: string, value: unknown) => headers.set(name, String(value)),
    removeHeader: (name: string) => unwanted.push(name),
  };
  secure({} as never, recorder as never, (error?: unknown) => {
    if (error) throw error;
  });
  return (_request, response, next) => {
    for (const name of unwanted) response.removeHeader(name);
    for (const [name, value] of headers) response.setHeader(name, value);
    next();
  };
};
