// Without this file a picture is chosen as any other file is; with it, the camera stands on the page itself.

const box = document.querySelector('[data-camera]');
const form = document.querySelector('[data-camera-form]');
const input = form?.querySelector('input[type=file]');

const part = (name) => box.querySelector(`[data-camera-${name}]`);
const say = (key) => {
  part('say').textContent = key ? (box.dataset[key] ?? '') : '';
};

const toVerify = (file) => {
  const carrier = new DataTransfer();
  carrier.items.add(file);
  input.files = carrier.files;
  form.requestSubmit();
};

// Where the browser reads codes itself, nobody needs to press: it looks a few times a second.
const readerOf = async () => {
  if (!('BarcodeDetector' in window)) return undefined;
  const formats = await window.BarcodeDetector.getSupportedFormats();
  return formats.includes('qr_code') ? new window.BarcodeDetector({ formats: ['qr_code'] }) : undefined;
};

const start = async () => {
  say('wait');
  const video = part('video');
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: 'environment', width: { ideal: 1920 } },
    audio: false,
  });
  let running = true;
  const stop = () => {
    running = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    part('open').hidden = true;
    part('start').hidden = false;
    say();
  };
  const take = () => {
    const canvas = document.createElement('canvas');
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext('2d').drawImage(video, 0, 0);
    canvas.toBlob(
      (blob) => {
        stop();
        toVerify(new File([blob], 'camera.jpg', { type: 'image/jpeg' }));
      },
      'image/jpeg',
      0.92,
    );
  };
  const look = async (reader) => {
    if (!running) return;
    const codes = await reader.detect(video).catch(() => []);
    if (codes.length > 0) return take();
    setTimeout(() => void look(reader), 300);
  };
  part('take').onclick = take;
  part('stop').onclick = stop;
  window.addEventListener('pagehide', stop, { once: true });
  video.srcObject = stream;
  await video.play();
  part('open').hidden = false;
  part('start').hidden = true;
  say('aim');
  const reader = await readerOf().catch(() => undefined);
  if (reader) await look(reader);
};

if (box && input && navigator.mediaDevices?.getUserMedia) {
  box.hidden = false;
  part('start').addEventListener('click', () => {
    start().catch(() => say('refused'));
  });
}
