import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ChatCompletion,
  ChatCompletionBody,
  ChatCompletionChunk,
  CountTokensBody,
  Embeddings,
  EmbeddingsBody,
  Message,
  MessageEvent,
  MessagesBody,
  TokenCount,
} from '../../contract/programs.js';
import { Answers as Described, Takes } from '../../http/described.js';
import { ForPrograms, Body, ProgramBody, Stream } from '../../http/route.js';
import { refuseProgram } from '../../http/program-refusal.js';
import { Answers } from '../run/answers.service.js';
import { Counted } from '../run/counted.service.js';
import { RefusedByProvider } from '../run/refused.js';
import { CHAT, MESSAGES } from '../run/spoken.js';

const JSON_TYPE = 'application/json';

@Controller('v1')
export class AnswersController {
  constructor(
    private readonly answers: Answers,
    private readonly counted: Counted,
  ) {}

  /** As OpenAI's. */
  @Post('chat/completions')
  @HttpCode(200)
  @Takes(ChatCompletionBody, JSON_TYPE)
  @Described(ChatCompletion)
  @Described(ChatCompletionChunk, { type: 'text/event-stream', description: 'With `stream`: each event.' })
  @ForPrograms('chat')
  @ProgramBody()
  @Stream()
  chat(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.answer(CHAT, body, request, reply);
  }

  /** As Anthropic's. */
  @Post('messages')
  @HttpCode(200)
  @Takes(MessagesBody, JSON_TYPE)
  @Described(Message)
  @Described(MessageEvent, { type: 'text/event-stream', description: 'With `stream`: each event.' })
  @ForPrograms('chat')
  @ProgramBody()
  @Stream()
  messages(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.answer(MESSAGES, body, request, reply);
  }

  /** As Anthropic's: by the provider where it counts, else by estimate. */
  @Post('messages/count_tokens')
  @HttpCode(200)
  @Takes(CountTokensBody, JSON_TYPE)
  @Described(TokenCount)
  @ForPrograms('chat')
  @ProgramBody()
  async count(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const told = await this.counted.count(body, request, reply).catch((error: unknown) => {
      if (!(error instanceof RefusedByProvider)) throw error;
      refuseProgram(request, reply, error.told, error.body);
    });
    if (told) void reply.send(told);
  }

  /** As OpenAI's. */
  @Post('embeddings')
  @HttpCode(200)
  @Takes(EmbeddingsBody, JSON_TYPE)
  @Described(Embeddings)
  @ForPrograms('embeddings')
  @ProgramBody()
  embed(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.embed(body, request, reply);
  }
}
