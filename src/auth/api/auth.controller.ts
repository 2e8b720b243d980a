import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, isCode } from '../../../libs/errors/index.js';
import { Config } from '../../config/config.js';
import { LoggedIn, logInBody, type LogInBody, LogInMethods, UserAnswer } from '../../contract/user.js';
import { Answers } from '../../http/described.js';
import { Body, PeopleOnly, Public } from '../../http/route.js';
import { isOwnOrigin } from '../../http/origin.js';
import { Limit } from '../../rate-limit/limit.js';
import { unauthenticated } from './unauthenticated.js';
import { registration, type RegistrationBody } from '../accounts/auth.schema.js';
import { clientOf } from '../accounts/client.js';
import { LogIn, type LoggedIn as Entered } from '../accounts/log-in.service.js';
import { publicUser } from './public-user.js';
import { RefreshCookie } from '../accounts/refresh-cookie.service.js';
import { Registration } from '../accounts/registration.service.js';
import { Sessions } from '../accounts/sessions.service.js';

@Public()
@PeopleOnly()
@Controller('api/auth')
export class AuthController {
  constructor(
    private readonly registration: Registration,
    private readonly logIn: LogIn,
    private readonly sessions: Sessions,
    private readonly cookie: RefreshCookie,
    private readonly config: Config,
  ) {}

  /** How one gets in here: what a page offers before anybody is logged in. */
  @Get('methods')
  @Answers(LogInMethods)
  methods() {
    return { password: true, registration: this.config.ALLOW_REGISTRATION, passkeys: false, secondFactor: false };
  }

  @Post('register')
  @Limit('register')
  @Answers(UserAnswer)
  async register(
    @Body({ schema: registration }) body: RegistrationBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return { user: publicUser(await this.registration.register(body, clientOf(request, reply))) };
  }

  @Post('login')
  @Limit('login')
  @Answers(LoggedIn)
  @HttpCode(200)
  async login(
    @Body({ schema: logInBody }) body: LogInBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.answer(request, reply, await this.logIn.logIn(body, clientOf(request, reply)));
  }

  /** By the refresh cookie alone. */
  @Post('refresh')
  @Answers(LoggedIn)
  @HttpCode(200)
  async refresh(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const presented = this.cookie.read(request);
    if (!presented) throw unauthenticated(reply);
    try {
      return this.answer(request, reply, await this.logIn.refresh(presented, clientOf(request, reply)));
    } catch (error) {
      if (isCode(error, 'session_revoked')) this.cookie.clear(request, reply);
      throw error;
    }
  }

  /**
   * Ends the session of the cookie and that of the token; usually they are one. For our own pages alone: a browser sends
   * such a call, which has no body, for whatever site is a sibling of ours. 403 `forbidden`.
   */
  @Post('logout')
  @HttpCode(204)
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    if (!isOwnOrigin(request.headers, this.config)) {
      const detail = 'Only our own pages may log somebody out.';
      throw new AppError('forbidden', 403, detail, { params: { reason: 'foreign_page' } });
    }
    const ids = new Set([this.cookie.read(request)?.sessionId, request.auth?.sessionId]);
    for (const id of ids) if (id !== undefined) await this.sessions.revoke(id);
    this.cookie.clear(request, reply);
  }

  private answer(request: FastifyRequest, reply: FastifyReply, { user, access, next }: Entered): LoggedIn {
    this.cookie.set(request, reply, next);
    return { token: access.token, expiresAt: access.expiresAt.toISOString(), user: publicUser(user) };
  }
}
