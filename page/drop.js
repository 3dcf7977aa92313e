// Upload by drop, where an emulator says where its S3 is; elsewhere nothing of it is to be seen.
import { by, on } from './elements.js';
import { encodePath } from './url.js';

const put = async (emulator, file) => {
  const address = `${emulator.s3}/${emulator.bucket}/${encodePath(file.name)}`;
  const answer = await fetch(address, { method: 'PUT', body: file, headers: { 'content-type': file.type || 'application/octet-stream' } });
  if (!answer.ok) throw new Error(`S3 answered ${answer.status}`);
};

/** Listens for files; `done` gets what was stored, `failed` a sentence; `again` asks once more. */
export const dropping = (emulator, done, failed, again) => {
  if (!emulator || !emulator.s3) return;
  const veil = by('veil');
  const take = async (files) => {
    try {
      for (const file of files) await put(emulator, file);
      done([...files].map((file) => ({ key: file.name, bytes: file.size })));
    } catch (error) {
      failed('The upload did not arrive: ' + error.message + '.');
    }
  };
  by('drop').hidden = false;
  on('clear', 'click', async () => {
    await fetch(emulator.control + '/cache/clear', { method: 'POST', mode: 'no-cors' });
    again();
  });
  on('file', 'change', (event) => take(event.target.files));
  addEventListener('dragover', (event) => { event.preventDefault(); veil.hidden = false; });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) veil.hidden = true; });
  addEventListener('drop', (event) => { event.preventDefault(); veil.hidden = true; take(event.dataTransfer.files); });
};
