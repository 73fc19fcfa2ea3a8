import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Language } from '../../src/platform/i18n.ts';
import { frame } from './frames.ts';
import type { Scene } from './words.ts';

const run = promisify(execFile);

/** Few are needed: nothing moves but the fades, and each frame of a fade costs as much as a still. */
const framesPerSecond = 12;
const fade = 0.5;

type Timed = { scene: Scene; from: number; to: number };

const timed = (scenes: readonly Scene[]): Timed[] => {
  let at = 0;
  return scenes.map((scene) => {
    const from = at;
    at += scene.seconds;
    return { scene, from, to: at };
  });
};

/** Each picture stands a little longer than its scene, so that the next one fades in over it. */
const filterOf = (scenes: readonly Timed[]): string => {
  const size = `scale=${frame.width}:${frame.height}:flags=lanczos:out_color_matrix=bt709:out_range=tv,format=yuv444p`;
  const stills = scenes.map(({ scene, to }, index) => {
    const frames = (scene.seconds + (to === scenes.at(-1)?.to ? 0 : fade)) * framesPerSecond;
    const standing = `loop=loop=${frames - 1}:size=1:start=0,fps=${framesPerSecond},settb=AVTB`;
    return `[${index}:v]${size},${standing},trim=end_frame=${frames},setpts=PTS-STARTPTS[p${index}]`;
  });
  const fades = scenes.slice(1).map(({ from }, index) => {
    const before = index === 0 ? 'p0' : `f${index}`;
    return `[${before}][p${index + 1}]xfade=transition=fade:duration=${fade}:offset=${from}[f${index + 1}]`;
  });
  return [...stills, ...fades, `[f${scenes.length - 1}]format=yuv420p[film]`].join(';');
};

/**
 * Joins stills to a silent WebM (VP9) with a key frame after each fade, the index at its beginning.
 * @throws when ffmpeg is missing or fails
 */
export const joinFrames = async (
  scenes: readonly Scene[],
  frames: readonly Uint8Array[],
  file: string,
): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'film-'));
  try {
    const parts = timed(scenes);
    const inputs: string[] = [];
    for (const [index, bytes] of frames.entries()) {
      const picture = join(dir, `${index}.png`);
      await writeFile(picture, bytes);
      inputs.push('-framerate', String(framesPerSecond), '-i', picture);
    }
    const keys = parts.map(({ from }) => (from === 0 ? 0 : from + fade)).join(',');
    const video = ['-c:v', 'libvpx-vp9', '-crf', '40', '-b:v', '0', '-deadline', 'good', '-cpu-used', '4'];
    const seeking = [
      '-force_key_frames',
      keys,
      '-g',
      '250',
      '-cues_to_front',
      '1',
      '-reserve_index_space',
      '4096',
    ];
    const colour = [
      '-colorspace',
      'bt709',
      '-color_primaries',
      'bt709',
      '-color_trc',
      'bt709',
      '-color_range',
      'tv',
    ];
    const plain = ['-an', '-map_metadata', '-1', '-fflags', '+bitexact', '-threads', '1'];
    await run('ffmpeg', [
      ...['-y', '-loglevel', 'error', ...inputs, '-filter_complex', filterOf(parts), '-map', '[film]'],
      ...[...video, ...colour, ...seeking, ...plain, file],
    ]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const clockTime = (seconds: number): string => {
  const [minutes, rest] = [Math.floor(seconds / 60), (seconds % 60).toFixed(3)];
  return `${String(minutes).padStart(2, '0')}:${rest.padStart(6, '0')}`;
};

/** The words of the pictures as WebVTT, each while its picture stands; at the lower left, where the film has room. */
export const captionsOf = (scenes: readonly Scene[], language: Language): string => {
  const cues = timed(scenes).map(({ scene, from, to }) => {
    const [begin, end] = [from === 0 ? 0.2 : from + fade, to];
    return `${clockTime(begin)} --> ${clockTime(end)} position:4% size:60% align:start\n${scene.text[language]}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
};
