import { newId } from '../../../../libs/ids/index.js';
import { contentRecordsContract } from './content-records.contract.js';
import { fileRowsContract } from './file-rows.contract.js';
import { LIMITS, newFile, type OpenedFileStore, PLENTY, readOf, someHash } from './file-store.testing.js';
import { readingsContract } from './readings.contract.js';
import { reservationsContract } from './reservations.contract.js';

/** What the four ports of a FileStore must do. `openAway`: one whose backend does not answer. */
export function fileStoreContract(
  name: string,
  open: () => Promise<OpenedFileStore>,
  openAway?: () => Promise<OpenedFileStore>,
): void {
  describe(`FileStore: ${name}`, () => {
    let opened: OpenedFileStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    fileRowsContract(() => opened);
    readingsContract(() => opened);
    reservationsContract(() => opened);
    contentRecordsContract(() => opened);

    if (!openAway) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const { files, readings, reservations, contents, close } = await openAway();
      const file = newFile({ id: newId(), sha256: someHash(), deleting: false, dueAt: null, read: null });
      const calls: Array<() => Promise<unknown>> = [
        () => files.get('user', file.id),
        () => files.list('user', { limit: 10 }),
        () => files.hold('user', file.id, 'message:c:1'),
        () => files.dropHolders(['message:c:1'], 'delete'),
        () => files.dropHoldersUnder('message:c:'),
        () => files.unchecked(10),
        () => files.noteChecked(file.id, 1),
        () => files.markDeleting('user', file.id),
        () => files.markUnheld(0, 10),
        () => files.markAllOf('user'),
        () => files.deleting(10),
        () => files.remove(file.id),
        () => files.all({ limit: 10 }),
        () => readings.claim(file.id, 'reader', 0),
        () => readings.touch(file.id, 'reader'),
        () => readings.letGo(file.id, 'reader', false),
        () => readings.end(file.id, 'reader', readOf()),
        () => readings.fail(file.id, 'reader', { code: 'file_unreadable', title: '' }),
        () => readings.unread(0, 10),
        () => readings.waiting(),
        () => reservations.reserve('user', file.id, 1, LIMITS),
        () => reservations.renew('user', file.id),
        () => reservations.release('user', file.id),
        () => reservations.insert(file, PLENTY),
        () => reservations.usedBytes('user'),
        () => reservations.forget('user'),
        () => contents.open(file.sha256, newId()),
        () => contents.get(newId()),
        () => contents.noteRead(newId(), readOf()),
        () => contents.due(10),
        () => contents.beginRemoval(newId(), 1),
        () => contents.leaving(10),
        () => contents.endRemoval(newId()),
        () => contents.rest(1000),
        () => contents.all({ limit: 10 }),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await close();
    });
  });
}
