import { readFile } from 'node:fs/promises';
import type { Browser } from 'puppeteer';
import type { Language } from '../../src/platform/i18n.ts';
import type { Screen, Screens } from './screens.ts';
import { offlineBar, type Scene } from './words.ts';

/** In points of the film; drawn at twice the density and scaled down by ffmpeg. */
export const frame = { width: 1280, height: 720 };

const fonts = [
  ['House Serif', 'source-serif-4', 400],
  ['House Serif', 'source-serif-4', 600],
  ['House Sans', 'source-sans-3', 400],
  ['House Sans', 'source-sans-3', 600],
] as const;

const fontFaces = async (): Promise<string> => {
  const faces = await Promise.all(
    fonts.map(async ([family, name, weight]) => {
      const file = import.meta.resolve(`@fontsource/${name}/files/${name}-latin-${weight}-normal.woff2`);
      const bytes = await readFile(new URL(file));
      return `@font-face{font-family:'${family}';font-weight:${weight};src:url(data:font/woff2;base64,${bytes.toString('base64')})}`;
    }),
  );
  return faces.join('\n');
};

/** The colours and typefaces of the house. Captions lie at the lower left: on a phone the controls push them up to the middle,
 * so the words keep to the upper two fifths. */
const style = `
*{box-sizing:border-box;margin:0}
html{background:#f6f4ef;color:#1b2333}
body{width:${frame.width}px;height:${frame.height}px;overflow:hidden;position:relative;font-family:'House Serif'}
.words{position:absolute;left:64px;top:44px;width:556px;font-size:48px;line-height:1.2;text-wrap:balance}
.words span+span{display:block;margin-top:14px}
.words span:first-child{font-weight:600;display:block}
.card .words{top:120px;width:1150px;font-size:68px}
.card .words span+span{font-size:52px;margin-top:20px}
.card::before{content:'';position:absolute;left:64px;top:88px;width:96px;height:5px;background:#8a1c2c}
.wide .words{top:56px;width:1152px;font-size:48px}
.wide .words span+span{margin-top:4px}
.phone{position:absolute;left:656px;top:36px;width:568px;height:648px;background:#fff;border:4px solid #1b2333;border-radius:36px;overflow:hidden}
.bar{height:64px;padding:0 28px;font:600 27px/62px 'House Sans';border-bottom:2px solid #d9d5cb;background:#f6f4ef;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;color:#4c5366}
.bar b{color:#1b2333}
.phone img{display:block;width:560px;height:auto}
.paper{position:absolute;background:#fff;border:1px solid #d9d5cb;box-shadow:0 6px 24px rgb(27 35 51/12%)}
.sheet .words{width:440px}
.sheet .paper{left:528px;top:110px;width:704px}
.codes .paper{left:64px;top:226px;width:1152px;height:340px;overflow:hidden}
.codes .paper img{position:absolute;width:2735px;left:-1018px;top:-1442px}
`;

const data = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString('base64')}`;

const barOf = (address: string | undefined, language: Language): string => {
  if (!address) return offlineBar[language];
  const [host = '', ...path] = address.split('/');
  return `<b>${host}</b>/${path.join('/')}`;
};

const pictureOf = (picture: Scene['picture'], screens: Screens, language: Language): string => {
  if (picture === 'card') return '';
  const { png, address }: Screen = screens[picture];
  if (picture === 'sheet') return `<img class="paper" src="${data(png)}" alt="">`;
  if (picture === 'codes') return `<div class="paper"><img src="${data(png)}" alt=""></div>`;
  return `<div class="phone"><div class="bar">${barOf(address, language)}</div><img src="${data(png)}" alt=""></div>`;
};

const wordsOf = (text: string): string => {
  // The first sentence is the louder one, wherever the caption breaks its line.
  const [, first = text, rest = ''] = /^([\s\S]*?[.:?])\s([\s\S]*)$/.exec(text) ?? [];
  return `<p class="words">${[first, rest]
    .filter(Boolean)
    .map((part) => `<span>${part.replaceAll('\n', ' ')}</span>`)
    .join('')}</p>`;
};

/** One PNG for each scene, of twice the size of the film. */
export const drawFrames = async (
  browser: Browser,
  scenes: readonly Scene[],
  screens: Screens,
  language: Language,
): Promise<Uint8Array[]> => {
  const page = await browser.newPage();
  await page.setViewport({ ...frame, deviceScaleFactor: 2 });
  const faces = await fontFaces();
  const drawn: Uint8Array[] = [];
  for (const { picture, text } of scenes) {
    const kind = picture === 'codes' ? 'codes wide' : picture;
    await page.setContent(
      `<!doctype html><html lang="${language}"><style>${faces}${style}</style><body class="${kind}">${wordsOf(text[language])}${pictureOf(picture, screens, language)}</body></html>`,
      { waitUntil: 'load' },
    );
    await page.evaluate('document.fonts.ready');
    drawn.push(await page.screenshot());
  }
  await page.close();
  return drawn;
};
