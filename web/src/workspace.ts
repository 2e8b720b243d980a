import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { navigate } from 'wouter/use-browser-location';
import { call } from './api/client.js';
import { ApiError } from './api/problem.js';
import { serverNow } from './api/clock.js';
import type { Conversation, Message, Page, RunningAnswer } from './api/types.js';
import { type AsksOwner, Asks, type Question } from './chat/asks.js';
import { ConversationMessages } from './chat/conversation-messages.js';
import { type ChatSettings, NO_SETTINGS } from './chat/chat-settings.js';
import { Drafts } from './chat/drafts.js';
import { type Effort, effortOf } from './chat/effort.js';
import { timeOf } from './chat/ids.js';
import { newSettingsOf } from './chat/new-settings.js';
import { conversationOptions, Conversations } from './conversations/conversations.js';
import { HeldChanges } from './conversations/held-changes.js';
import { texts } from './i18n/index.js';
import type { LiveOwner } from './live/live-updates.js';
import { persistently } from './on-demand.js';
import { Store } from './store.js';
import { Answers } from './streams/answers.js';
import { toast } from './ui/toasts.js';

/** After so long without a socket the page does without. */
const NO_SOCKET_MS = 4_000;
/** So many of the conversations that were active last tell whether anything has changed. */
const LOOKED_AT = 20;
/** The server's clock is known to a second. */
const CLOCK_MS = 2_000;
/** Conversations whose messages are kept at hand. */
const KEPT = 12;

/** Everything that the page knows of its user's conversations, and who keeps it up to date. */
export class Workspace {
  readonly cache = new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 3 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
    },
  });
  readonly conversations = new Conversations(this.cache);
  readonly heldChanges = new HeldChanges(this.conversations);
  readonly drafts: Drafts;
  /** What the next conversation begins with. */
  readonly newSettings: Store<ChatSettings>;
  /** How much models are to think, where they can be told so. */
  readonly effort: Store<Effort | null>;
  /** Answers that wait or are written, and in which conversation. */
  readonly running = new Store<ReadonlyMap<string, string>>(new Map());
  readonly answers: Answers;
  readonly asks: Asks;
  private readonly messages = new Map<string, ConversationMessages>();
  private closeLive: (() => void) | null = null;

  constructor(userId: string) {
    this.drafts = new Drafts(userId);
    this.newSettings = newSettingsOf(userId);
    this.effort = effortOf(userId);
    const owner: AsksOwner = {
      ended: (message, conversation) => {
        this.finished(message);
        if (conversation) this.conversations.put(conversation);
      },
      missed: (conversationId) => void this.messages.get(conversationId)?.load(),
      created: ({ question }, { messageId, userMessageId, conversationId, endpoint, model }) => {
        const messages = this.messagesOf(conversationId);
        const base = { conversationId, endpoint: null, model: null, usage: null, updatedAt: '' };
        const createdAt = (id: string) => new Date(timeOf(id)).toISOString();
        const answer = { ...base, id: messageId, parentId: userMessageId, text: '', endpoint, model };
        if (question.text !== null) {
          const { parentId, text, files = [] } = question;
          const parts = [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...files];
          const asked = { ...base, id: userMessageId, parentId, text, parts, createdAt: createdAt(userMessageId) };
          messages.put({ ...asked, role: 'user', status: 'complete' });
        }
        messages.put({ ...answer, role: 'assistant', status: 'generating', createdAt: createdAt(messageId) });
        messages.begun(messageId);
        this.started(messageId, conversationId);
        if (question.conversationId !== null) return;
        this.begunWith(question);
        messages.begin();
        // In the same moment as everything else: the page never stands empty in between.
        if (location.pathname === '/') navigate(`/c/${conversationId}`, { replace: true });
        void this.cache.fetchQuery(conversationOptions(conversationId)).then((found) => this.conversations.put(found));
      },
    };
    this.answers = new Answers(owner);
    this.asks = new Asks(userId, this.answers, owner);
  }

  messagesOf(conversationId: string): ConversationMessages {
    const known = this.messages.get(conversationId) ?? new ConversationMessages(conversationId);
    this.messages.delete(conversationId);
    this.messages.set(conversationId, known);
    for (const id of [...this.messages.keys()].slice(0, -KEPT)) this.messages.delete(id);
    return known;
  }

  /** Returns how to stop. */
  start(): () => void {
    let isOpen = true;
    this.asks.resume();
    // It is asked once the socket tells what happens after; without one it must do by itself.
    const withoutSocket = setTimeout(() => void this.findRunning(), NO_SOCKET_MS);
    window.addEventListener('pagehide', this.heldChanges.flush);
    // After the first paint: the page does not need it to be of use.
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      const live = persistently(() => import('./live/live-updates.js'), leaving.signal);
      live.then(
        ({ openLiveUpdates }) => {
          if (isOpen) this.closeLive = openLiveUpdates(this.liveOwner(() => clearTimeout(withoutSocket)));
        },
        () => undefined,
      );
    }, 50);
    return () => {
      isOpen = false;
      clearTimeout(timer);
      clearTimeout(withoutSocket);
      leaving.abort();
      window.removeEventListener('pagehide', this.heldChanges.flush);
      this.heldChanges.flush();
      this.closeLive?.();
      this.asks.close();
      this.answers.close();
    };
  }

  /** Its settings are used up, unless they were changed since for a further one. */
  private begunWith(question: Question): void {
    const { instructions, temperature } = this.newSettings.get();
    const isSame = instructions === (question.instructions ?? null) && temperature === (question.temperature ?? null);
    if (isSame) this.newSettings.set(NO_SETTINGS);
  }

  private liveOwner(onFirst: () => void): LiveOwner {
    const since = serverNow();
    let isFirst = true;
    return {
      onConnect: () => {
        void this.findRunning();
        void (isFirst ? this.readAgainIfChanged(since) : this.readAgain());
        if (isFirst) onFirst();
        isFirst = false;
      },
      handlers: {
        'conversation.updated': ({ conversation }) => this.conversations.put(conversation),
        'conversation.deleted': ({ conversationId }) => {
          this.conversations.remove(conversationId);
          this.messages.delete(conversationId);
        },
        'message.created': ({ message }) => this.heard(message),
        'generation.started': ({ messageId, conversationId }) => this.started(messageId, conversationId),
        'generation.finished': ({ message }) => {
          this.finished(message);
          this.answers.finished(message);
        },
      },
    };
  }

  /** What the page has read before its socket was there is as new as that, unless something has happened since. */
  private async readAgainIfChanged(since: number): Promise<void> {
    const path = `/api/convos?limit=${LOOKED_AT}`;
    const newest = await call<Page<Conversation>>('GET', path).catch(() => null);
    if (!newest || !(await this.conversations.areKnown(newest.items, since - CLOCK_MS))) await this.readAgain();
  }

  private async readAgain(): Promise<void> {
    for (const messages of this.messages.values()) void messages.load();
    await this.conversations.reload();
  }

  private heard(message: Message): void {
    const messages = this.messages.get(message.conversationId);
    if (!messages || messages.heard(message) || message.role !== 'user') return;
    if (location.pathname !== `/c/${message.conversationId}`) return;
    const { asked, showIt } = texts().chat;
    const close = toast(asked, { label: showIt, run: () => (close(), messages.choose(message.id)) });
  }

  private started(messageId: string, conversationId: string): void {
    this.running.update((running) => new Map(running).set(messageId, conversationId));
  }

  private finished(message: Message): void {
    this.messages.get(message.conversationId)?.put(message);
    this.running.update((running) => {
      const next = new Map(running);
      next.delete(message.id);
      return next;
    });
  }

  private async findRunning(): Promise<void> {
    const { items } = await call<Page<RunningAnswer>>('GET', '/api/streams?limit=100').catch(() => ({ items: null }));
    if (items) this.running.set(new Map(items.map(({ messageId, conversationId }) => [messageId, conversationId])));
  }
}

export const WorkspaceContext = createContext<Workspace | null>(null);

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('there is no workspace');
  return workspace;
}
