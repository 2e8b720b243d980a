import { Logger } from '@nestjs/common';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import type { AccountDeletion } from './account-deletion.service.js';
import { UnfinishedDeletions } from './unfinished-deletions.service.js';

describe('UnfinishedDeletions', () => {
  afterEach(() => jest.restoreAllMocks());

  it('goes on when the process serves, and survives a failure', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const resume = jest.fn().mockRejectedValue(new Error('away'));
    const lifecycle = new Lifecycle();
    const unfinished = new UnfinishedDeletions({ resume } as unknown as AccountDeletion, lifecycle);
    unfinished.onModuleInit();
    await new Promise((resolve) => setImmediate(resolve));
    // A command or a check, beside a process that serves, is made up to here.
    expect(resume).not.toHaveBeenCalled();
    await lifecycle.serve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(resume).toHaveBeenCalledTimes(1);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('away'));
    unfinished.onModuleDestroy();
  });

  it('begins nothing in a drain', async () => {
    const lifecycle = new Lifecycle();
    const resume = jest.fn();
    const unfinished = new UnfinishedDeletions({ resume } as unknown as AccountDeletion, lifecycle);
    unfinished.onModuleInit();
    await lifecycle.drain();
    await lifecycle.serve();
    expect(resume).not.toHaveBeenCalled();
    unfinished.onModuleDestroy();
  });
});
