import { Logger } from '@nestjs/common';
import { Lifecycle } from '../lifecycle/lifecycle.js';
import type { AccountDeletion } from './account-deletion.js';
import { UnfinishedDeletions } from './unfinished-deletions.js';

describe('UnfinishedDeletions', () => {
  afterEach(() => jest.restoreAllMocks());

  it('goes on at the start, and survives a failure', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const resume = jest.fn().mockRejectedValue(new Error('away'));
    const unfinished = new UnfinishedDeletions({ resume } as unknown as AccountDeletion, new Lifecycle());
    unfinished.onApplicationBootstrap();
    await new Promise((resolve) => setImmediate(resolve));
    expect(resume).toHaveBeenCalledTimes(1);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('away'));
    unfinished.onModuleDestroy();
  });

  it('begins nothing in a drain', async () => {
    const lifecycle = new Lifecycle();
    await lifecycle.drain();
    const resume = jest.fn();
    const unfinished = new UnfinishedDeletions({ resume } as unknown as AccountDeletion, lifecycle);
    unfinished.onApplicationBootstrap();
    expect(resume).not.toHaveBeenCalled();
    unfinished.onModuleDestroy();
  });
});
