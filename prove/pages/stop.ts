import type { Page } from 'puppeteer';
import type { Person } from '../../test/support/walk.ts';

/** Somebody who has not answered the question about cookies yet. */
export const firstVisit = 'first visit';
/** Whoever looks: an account, or nobody in particular. */
export type Viewer = Pick<Person, 'email' | 'password'> | typeof firstVisit | undefined;

/**
 * A page in one of its states. `view` is the file of `src/web/views/` that draws it; together with `state` it names the
 * picture. `path` has no language in front.
 */
export type Stop = {
  view: string;
  state?: string;
  as?: Viewer;
  path: string;
  /** Done in the browser before looking, the same for each language and width: it must change nothing that lasts. */
  doing?: (page: Page) => Promise<void>;
  /** The status that the page answers in the end; 200 unless said. */
  status?: number;
  /** Another method than a browser would use. */
  method?: 'PUT';
  /** Also taken in dark mode. */
  dark?: boolean;
  /** The verdict that it must show in its own words, named as in `verdicts/known.ts`. */
  verdict?: string;
  /** Further sentences that it must say: keys of texts, such as `verify:reasons.status.list-stale`. */
  says?: readonly string[];
};

export const nameOf = ({ view, state }: Pick<Stop, 'view' | 'state'>): string =>
  state ? `${view} (${state})` : view;

export const viewerName = (viewer: Viewer): string =>
  typeof viewer === 'object' ? viewer.email : (viewer ?? 'anybody');
