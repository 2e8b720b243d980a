import { Controller, Get, Header, type OnModuleDestroy } from '@nestjs/common';
import { InstanceRegistry, InstancePoll, Signals } from '../../libs/cluster/index.js';
import { Queue } from '../queue/index.js';
import { Roles } from '../auth/api/roles.guard.js';
import { type InstanceStatus, Status } from '../contract/admin.js';
import { Answers } from '../http/described.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { OwnStatus } from './own-status.service.js';
import { silentOnes, WAIT_MS } from './silent-ones.js';
import { PeopleOnly } from '../http/route.js';

/** For admins: how each instance is, and the queue that they share. */
@PeopleOnly()
@Controller('api/admin/status')
@Roles('admin')
export class StatusController implements OnModuleDestroy {
  private readonly call: InstancePoll<InstanceStatus>;

  constructor(
    private readonly queue: Queue,
    own: OwnStatus,
    signals: Signals,
    registry: InstanceRegistry,
    { instance }: Lifecycle,
  ) {
    this.call = new InstancePoll('status', instance, signals, registry, () => own.read());
  }

  onModuleDestroy(): void {
    this.call.close();
  }

  /** `silent`: instances that are listed, and did not answer within a second. */
  @Get()
  @Answers(Status)
  @Header('Cache-Control', 'no-store')
  async read(): Promise<Status> {
    const [{ answers, instances, silent }, queue] = await Promise.all([this.call.ask(WAIT_MS), this.queueState()]);
    return {
      at: new Date().toISOString(),
      queue,
      instances: [...answers.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt)),
      silent: silentOnes(instances, silent),
    };
  }

  /** Null while the queue does not answer: the page has to say so, not to fail. */
  private async queueState(): Promise<Status['queue']> {
    const stats = await this.queue.stats().catch(() => null);
    if (!stats) return null;
    const { waiting, running, oldestWaitingMs, startsPerSecond } = stats;
    return { waiting, running, oldestWaitingMs, startsPerSecond };
  }
}
