import { type Form, type Page, readPage } from './page.ts';

/** An answer that was read to its end. */
export type Reply = {
  status: number;
  /** The path that answered, after redirects. */
  path: string;
  headers: Headers;
  bytes: Buffer;
  text: string;
  json<T = Record<string, unknown>>(): T;
  page(): Page;
};

type Values = Readonly<Record<string, string | readonly string[]>>;
type Options = {
  accept?: string;
  body?: NonNullable<RequestInit['body']>;
  type?: string;
  method?: string;
  follow?: boolean;
  headers?: Readonly<Record<string, string>>;
};

/** A browser without a screen: cookies, redirects, forms. */
export type Client = {
  readonly baseUrl: string;
  get(path: string, options?: Pick<Options, 'accept' | 'follow' | 'headers'>): Promise<Reply>;
  /** Sends anything else; redirects are followed as by a browser. */
  request(path: string, options: Options): Promise<Reply>;
  /** Sends a form with what it held, overwritten by the values. */
  send(form: Form, values?: Values, options?: Pick<Options, 'follow'>): Promise<Reply>;
  /** Whether the service has set any cookie. */
  hasCookies(): boolean;
  /** What a request would carry as `Cookie`. */
  cookies(): string;
};

const createJar = () => {
  const cookies = new Map<string, string>();
  return {
    header: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    isEmpty: () => cookies.size === 0,
    keep: (headers: Headers) => {
      for (const line of headers.getSetCookie()) {
        const [pair = '', ...attributes] = line.split(';');
        const equals = pair.indexOf('=');
        const name = pair.slice(0, equals).trim();
        const expired = attributes.some((one) => /^\s*expires=thu, 01 jan 1970|^\s*max-age=0/i.test(one));
        if (expired) cookies.delete(name);
        else cookies.set(name, pair.slice(equals + 1));
      }
    },
  };
};

const toReply = async (response: Response, path: string): Promise<Reply> => {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  return {
    status: response.status,
    path,
    headers: response.headers,
    bytes,
    text,
    json: <T>() => JSON.parse(text) as T,
    page: () => readPage(text),
  };
};

const encode = (form: Form, values: Values): URLSearchParams => {
  const kept = form.values.filter(([name]) => !(name in values));
  const given = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams([...kept.map(([name, value]) => [name, value] as [string, string]), ...given]);
};

const html = 'text/html,application/xhtml+xml';
const mostRedirects = 5;
const patience = 60_000;

/** `publicUrl` is what the service calls itself; addresses under it are asked of `baseUrl`. */
export const createClient = (baseUrl: string, publicUrl = baseUrl): Client => {
  const jar = createJar();

  const pathOf = (location: string, from: string): string => {
    const url = new URL(location, new URL(from, baseUrl));
    if (![baseUrl, publicUrl].includes(url.origin)) throw new Error(`sent away to ${url.origin}`);
    return `${url.pathname}${url.search}`;
  };

  const once = async (path: string, { accept = html, body, type, method = 'GET', headers: own }: Options) => {
    const headers = new Headers({ accept, ...own });
    if (!jar.isEmpty()) headers.set('cookie', jar.header());
    if (type) headers.set('content-type', type);
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
      ...(body === undefined ? {} : { body }),
    });
    jar.keep(response.headers);
    return toReply(response, path);
  };

  const request = async (given: string, options: Options): Promise<Reply> => {
    let path = pathOf(given, '/');
    let reply = await once(path, options);
    for (let hops = 0; hops < mostRedirects && options.follow !== false; hops += 1) {
      const location = reply.headers.get('location');
      if (reply.status < 300 || reply.status > 399 || !location) return reply;
      path = pathOf(location, path);
      reply = await once(path, options.accept ? { accept: options.accept } : {});
    }
    return reply;
  };

  return {
    baseUrl,
    get: (path, options = {}) => request(path, options),
    request,
    send: (form, values = {}, options = {}) => {
      const sent = encode(form, values);
      if (form.method === 'get') return request(`${form.action}?${sent}`, options);
      return request(form.action, { ...options, method: 'POST', body: sent });
    },
    hasCookies: () => !jar.isEmpty(),
    cookies: () => jar.header(),
  };
};

/** @throws when the answer is not the wanted one, with what the page says */
export const expectStatus = (reply: Reply, status = 200): Reply => {
  if (reply.status === status) return reply;
  const said = /html/.test(reply.headers.get('content-type') ?? '') ? reply.page().text : reply.text;
  throw new Error(`${reply.path} answered ${reply.status} instead of ${status}: ${said.slice(0, 600)}`);
};
