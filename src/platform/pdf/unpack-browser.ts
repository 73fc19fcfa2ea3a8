/**
 * Child program of `shipped-browser.ts`: unpacks the browser that `@sparticuz/chromium` carries into the temporary folder
 * of its own environment, and prints where. The package chooses by environment variables (`TMPDIR`,
 * `AWS_EXECUTION_ENV`) and changes some itself; here they are this short-lived process's own, never the service's.
 */
const { default: chromium } = await import('@sparticuz/chromium');
process.stdout.write(await chromium.executablePath());
