import type { TestApp } from './app.js';
import type { Person } from './person.js';
import { FileReader, type FileToRead, type ImageForm, type ReadFile } from '../../src/files/reading/file-reader.js';
import { buffer } from 'node:stream/consumers';
import { createReadStream } from 'node:fs';

/** Sends a form with one file. */
export function upload(
  person: Person,
  content: Buffer | string,
  filename = 'note.txt',
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  form.append('file', new Blob([content as any]), filename);
  return sendForm(person, form, headers);
}

export function sendForm(person: Person, form: FormData, headers: Record<string, string> = {}): Promise<Response> {
  const authorization = `Bearer ${person.token}`;
  return fetch(`${person.url}/api/files`, { method: 'POST', headers: { authorization, ...headers }, body: form });
}

/** The file that came of it. */
export async function uploaded(person: Person, content: Buffer | string, filename?: string): Promise<any> {
  const response = await upload(person, content, filename);
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
  return ((await response.json()) as any).file;
}

/** Something that begins as a PNG does, and is none. */
export const png = (more = ''): Buffer =>
  Buffer.from(`\x89PNG\r\n\x1a\n with the place where it was taken ${more}`, 'latin1');

const picture = (bytes: string, width: number, height: number): ImageForm => ({
  ...{ mediaType: 'image/png', bytes: Buffer.from(bytes), width, height },
});

/** What the reader of a test makes of any picture. */
export const IMAGE: ReadFile = {
  kind: 'image',
  forms: {
    original: picture('written anew, upright', 2000, 1000),
    thumb: picture('small', 512, 256),
    model: picture('middle', 1568, 784),
  },
};

/**
 * Puts a reader of the test's own in the place of the real one, which starts a process. `read` is given the bytes, and what
 * it gives back or rejects with is the outcome.
 */
export function readInstead(
  app: TestApp,
  read: (bytes: Buffer, file: FileToRead) => Promise<ReadFile>,
): jest.SpyInstance {
  return jest.spyOn(app.get(FileReader), 'read').mockImplementation(async (file) => {
    const content = typeof file.content === 'string' ? createReadStream(file.content) : await file.content();
    return read(await buffer(content), file);
  });
}

/** Pictures become `IMAGE`, texts what they say. */
export async function readSimply(bytes: Buffer, { type }: FileToRead): Promise<ReadFile> {
  if (type.startsWith('image/')) return IMAGE;
  return { kind: 'document', text: bytes.toString(), truncated: false, pages: 2, pageStarts: [0, 3] };
}
