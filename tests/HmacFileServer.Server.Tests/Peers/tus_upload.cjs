// Uploads a file with the real tus-js-client. The job comes as JSON on standard input:
// {module, file, endpoint, protocol, headers, chunkSize, parallelUploads, cuts}; what came of it goes to standard output.
const fs = require('node:fs');
const http = require('node:http');
const job = JSON.parse(fs.readFileSync(0, 'utf8'));
const tus = require(job.module);

const content = fs.readFileSync(job.file);
const agent = new http.Agent();
let cuts = 0;
let sending = false; // progress of a request that was cut is still told for a while
const upload = new tus.Upload(content, {
  endpoint: job.endpoint,
  protocol: job.protocol,
  headers: job.headers,
  chunkSize: job.chunkSize ?? Infinity,
  parallelUploads: job.parallelUploads ?? 1,
  retryDelays: [0, 20, 100, 1000],
  metadata: { filename: 'from node.bin', filetype: 'application/octet-stream' },
  httpStack: new tus.DefaultHttpStack({ agent }),
  onBeforeRequest: (request) => { sending = request.getMethod() === 'PATCH'; },
  onError: (error) => { console.error(String(error)); process.exit(1); },
  onProgress: (sent) => {
    if (!sending || cuts === job.cuts || sent < (content.length * (cuts + 1)) / (job.cuts + 1)) return;
    cuts++;
    sending = false;
    for (const socket of Object.values(agent.sockets).flat()) socket.destroy(); // in the middle of a request
  },
  onSuccess: () => { console.log(JSON.stringify({ url: upload.url, cuts })); },
});
upload.start();
