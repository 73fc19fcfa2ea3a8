import { looksCompact } from '../../../verifier/portable.ts';
import { findCodes } from './find-codes.ts';
import { pictureOf } from './read-file.ts';

/** A picture of this width shows every module of the finest code, and is searched in a fraction of a second. */
const maxWidth = 1280;
const pauseMs = 150;

/**
 * Looks through the camera until `take` accepts what it sees. Answers a function that stops it.
 * @throws DOMException when there is no camera or its use is refused
 */
export const watchCamera = async (
  video: HTMLVideoElement,
  take: (texts: readonly string[]) => boolean,
): Promise<() => void> => {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } },
  });
  let watching = true;
  const stop = (): void => {
    watching = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const look = (): void => {
    if (!watching) return;
    const { videoWidth, videoHeight } = video;
    const scale = Math.min(1, maxWidth / Math.max(1, videoWidth));
    if (videoWidth > 0) {
      const picture = pictureOf(video, Math.round(videoWidth * scale), Math.round(videoHeight * scale));
      const texts = findCodes(picture, (found) => found.length > 1 || found.some(looksCompact));
      if (texts.length > 0 && take(texts)) {
        stop();
        return;
      }
    }
    setTimeout(look, pauseMs);
  };
  look();
  return stop;
};
