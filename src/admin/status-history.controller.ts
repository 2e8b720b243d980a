import { Controller, Get, Header, type OnModuleDestroy } from '@nestjs/common';
import { InstanceRegistry, InstancePoll, Signals } from '../../libs/cluster/index.js';
import { Roles } from '../auth/api/roles.guard.js';
import { type QueueFigures, StatusHistory } from '../contract/admin.js';
import { Answers } from '../http/described.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { type InstanceHistory, OwnHistory, STEP_MS } from './own-history.service.js';
import { silentOnes, WAIT_MS } from './silent-ones.js';
import { PeopleOnly } from '../http/route.js';

/** For admins: how each instance was in the last hour, as far back as it runs. */
@PeopleOnly()
@Controller('api/admin/status/history')
@Roles('admin')
export class StatusHistoryController implements OnModuleDestroy {
  private readonly call: InstancePoll<InstanceHistory>;

  constructor(own: OwnHistory, signals: Signals, registry: InstanceRegistry, { instance }: Lifecycle) {
    this.call = new InstancePoll('status-history', instance, signals, registry, async () => own.read());
  }

  onModuleDestroy(): void {
    this.call.close();
  }

  /**
   * Lists of numbers, newest first: the k-th is of k steps before the answer, null where nobody knew it. `silent`: instances
   * that are listed, and did not answer within a second; one of an older build, too, which does not know the question.
   */
  @Get()
  @Answers(StatusHistory)
  @Header('Cache-Control', 'no-store')
  async read(): Promise<StatusHistory> {
    const { answers, instances, silent } = await this.call.ask(WAIT_MS);
    const all = [...answers.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
    return {
      at: new Date().toISOString(),
      stepSeconds: STEP_MS / 1000,
      queue: together(all.map(({ queue }) => queue)),
      instances: all.map(({ queue: _, ...instance }) => instance),
      silent: silentOnes(instances, silent),
    };
  }
}

/** All saw the same queue: of each moment, what any of them knew. */
function together(all: QueueFigures[]): QueueFigures {
  const of = (name: keyof QueueFigures) => {
    const lists = all.map((queue) => queue[name]);
    const longest = Math.max(...lists.map(({ length }) => length));
    return Array.from(
      { length: longest },
      (_, k) => lists.map((list) => list[k] ?? null).find((n) => n !== null) ?? null,
    );
  };
  return { waiting: of('waiting'), running: of('running'), startsPerSecond: of('startsPerSecond') };
}
