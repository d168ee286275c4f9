/**
 * The other side of the benchmark, in a process of its own: swallows uploads, and sends `GET /…` as many bytes as
 * `?bytes=` says. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const piece = Buffer.alloc(1024 * 1024, 'nemo');

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    request.resume();
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end('{"code":0,"data":{"files":[{"filename":"a.mp4","cdn_url":"https://cdn.example/a"}]}}');
    });
    return;
  }
  let left = Number(new URL(request.url ?? '/', 'http://x').searchParams.get('bytes'));
  response.writeHead(200, { 'content-length': left, 'content-type': 'video/mp4' });
  const send = () => {
    while (left > 0) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', send);
        return;
      }
    }
    response.end();
  };
  send();
});

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
