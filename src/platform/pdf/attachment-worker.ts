/** Thread of `read-attachments.ts`: reads one PDF, answers once, ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { findAttachments } from './find-attachments.ts';

parentPort?.postMessage(await findAttachments(workerData as Uint8Array));
