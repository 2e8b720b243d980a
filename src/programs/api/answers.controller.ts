import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ForPrograms, Body, ProgramBody, Stream } from '../../http/route.js';
import { Answers } from '../run/answers.service.js';
import { CHAT, MESSAGES } from '../run/spoken.js';

@Controller('v1')
export class AnswersController {
  constructor(private readonly answers: Answers) {}

  /** As OpenAI's. */
  @Post('chat/completions')
  @HttpCode(200)
  @ForPrograms('chat')
  @ProgramBody()
  @Stream()
  chat(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.answer(CHAT, body, request, reply);
  }

  /** As Anthropic's. */
  @Post('messages')
  @HttpCode(200)
  @ForPrograms('chat')
  @ProgramBody()
  @Stream()
  messages(@Body() body: unknown, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.answers.answer(MESSAGES, body, request, reply);
  }
}
