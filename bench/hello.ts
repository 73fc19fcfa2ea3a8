/**
 * What the HTTP figures are held against: Express as it comes, saying hello, and Node's own server sending bytes that lie
 * ready. Prints both ports.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';

/** As much as a status list. */
const ready = Buffer.alloc(3500, 'a');

const app = express();
app.get('/', (_request, response) => {
  response.send('hello');
});
const bare = createServer((_request, response) => {
  response
    .writeHead(200, ['Content-Type', 'application/vc', 'Content-Length', String(ready.length)])
    .end(ready);
});
const hello = app.listen(0, '127.0.0.1', () => {
  bare.listen(0, '127.0.0.1', () => {
    const [one, other] = [hello, bare].map((server) => (server.address() as AddressInfo).port);
    console.log(`${one} ${other}`);
  });
});
