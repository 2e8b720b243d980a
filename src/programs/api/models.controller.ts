import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProgramModel, ProgramModels } from '../../contract/programs.js';
import { Answers } from '../../http/described.js';
import { ForPrograms } from '../../http/route.js';
import { dialectOf } from '../../http/program-refusal.js';
import { type Offered, OfferedModels } from '../offered/offered-models.service.js';
import { LimitHeaders } from '../reply/limit-headers.js';
import { ProgramCalls } from '../run/program-calls.service.js';

/** Nobody knows when it was made. */
const LONG_AGO = 0;

/** As OpenAI lists models. What Anthropic's clients read beside that is in it, too. */
@Controller('v1/models')
export class ProgramModelsController {
  constructor(
    private readonly offered: OfferedModels,
    private readonly calls: ProgramCalls,
  ) {}

  @Get()
  @Answers(ProgramModels)
  @ForPrograms('models')
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.count(request, reply);
    const data = (await this.offered.list(request.auth!.key!)).map(shown);
    const [first, last] = [data.at(0)?.id ?? null, data.at(-1)?.id ?? null];
    return { object: 'list', data, has_more: false, first_id: first, last_id: last };
  }

  /** Its id holds a slash, which clients send as it is or as `%2F`. */
  @Get('*')
  @Answers(ProgramModel)
  @ForPrograms('models')
  async get(@Param('*') id: string, @Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.count(request, reply);
    const key = request.auth!.key!;
    const known = (await this.offered.list(key)).find((one) => one.id === id);
    return shown(known ?? (await this.offered.find(key, id, 'chat')));
  }

  private count(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    return this.calls.count(request, reply, new LimitHeaders(reply, dialectOf(request)));
  }
}

function shown({ id, model }: Offered) {
  return {
    id,
    object: 'model',
    created: LONG_AGO,
    owned_by: model.name,
    type: 'model',
    display_name: id,
    created_at: new Date(LONG_AGO).toISOString(),
  };
}
