import { fileContentsContract } from '../contract/file-contents.contract.js';
import { MemoryFileContents } from './file-contents.js';

fileContentsContract('memory', async () => {
  const contents = new MemoryFileContents();
  const now = Date.now;
  let ahead = 0;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  return {
    contents,
    ageStaged: async (ms) => void (ahead += ms),
    close: async () => clock.mockRestore(),
  };
});
