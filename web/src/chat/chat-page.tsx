import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { isCode } from '../api/problem.js';
import type { FilePart, Message } from '../api/types.js';
import { useUser } from '../auth/use-session.js';
import { conversationOptions } from '../conversations/conversations.js';
import { MOST_FILES } from '../files/attachments.js';
import { isPicture } from '../files/content.js';
import { useFileDrop } from '../files/use-file-drop.js';
import { errorText, useTexts } from '../i18n/index.js';
import { markdown } from '../markdown/load.js';
import { Store, useStore } from '../store.js';
import { BEGINNING } from '../streams/answers.js';
import { IconButton } from '../ui/icon-button.js';
import { onEscape } from '../ui/keys.js';
import { hasFinePointer } from '../ui/pointer.js';
import { toast } from '../ui/toasts.js';
import { useWorkspace } from '../workspace.js';
import type { PendingAsk } from './asks.js';
import { ChatHead } from './chat-head.js';
import type { ChatSettings } from './chat-settings.js';
import './chat.css';
import { Composer } from './composer.js';
import { type MessagesState, NOTHING_LOADED } from './conversation-messages.js';
import { FindBar } from './find-bar.js';
import type { RowActions } from './message-row.js';
import { detailsOf, ModelPicker } from './model-picker.js';
import { rowsOf } from './rows.js';
import { SettingsDialog } from './settings-dialog.js';
import { filesOf } from './shown-parts.js';
import { Thread } from './thread.js';
import { useAnnouncement } from './use-announcement.js';
import { useFindKey } from './use-find-key.js';
import { useModelChoice } from './use-model-choice.js';
import { useTarget } from './use-target.js';

const NO_MESSAGES = new Store<MessagesState>({ ...NOTHING_LOADED, status: 'ready' });
const IDLE = new Store(BEGINNING);
const isShown = ({ mediaType }: { mediaType: string }) => isPicture(mediaType);

/** One conversation, or the beginning of a new one. */
export function ChatPage({ id, menuButton }: { id: string | null; menuButton: ReactNode }) {
  const texts = useTexts();
  const user = useUser();
  const workspace = useWorkspace();
  const { asks, answers, conversations, drafts } = workspace;
  const [, navigate] = useLocation();
  const field = useRef<HTMLTextAreaElement>(null);

  const { data: conversation, error: conversationError } = useQuery({
    ...conversationOptions(id ?? ''),
    enabled: id !== null,
  });
  const messages = useMemo(() => (id === null ? null : workspace.messagesOf(id)), [id, workspace]);
  const state = useStore(messages?.store ?? NO_MESSAGES);
  const { status, error, tree, loaded, chosen } = state;
  const ask = useStore(asks.store).find(({ question }) => question.conversationId === id);

  const [editing, setEditing] = useState<string | null>(null);
  const [hasSettings, setHasSettings] = useState(false);
  const newSettings = useStore(workspace.newSettings);
  const { endpoints, model, choose } = useModelChoice(id, conversation);
  const settings = conversation ?? newSettings;
  const effort = useStore(workspace.effort);

  const rows = useMemo(() => rowsOf(tree, chosen, ask, asks.keys), [tree, chosen, ask, asks]);
  const last = rows.at(-1);
  const writing = last && 'message' in last && last.message.status === 'generating' ? last.message : null;
  const live = useStore((writing && answers.of(writing.id).store) ?? IDLE);
  const isAnswering = writing !== null || ask?.status === 'sending' || ask?.status === 'offline';
  const canAsk = !isAnswering && !ask;
  // A question sent sooner would miss its place in the conversation, or its model.
  const canSend = model !== null && status === 'ready' && (id === null || conversation !== undefined);
  const announcement = useAnnouncement(last && 'message' in last ? last.message : null);

  useEffect(() => {
    if (id !== null || ask) markdown.start();
  }, [id, ask]);

  useEffect(() => {
    if (messages && messages.store.get().status !== 'ready') void messages.load();
    setEditing(null);
  }, [messages]);

  // One connection, for the answer in sight.
  const writingId = writing?.id;
  useEffect(() => {
    if (writingId === undefined) return;
    const message = messages?.store.get().tree.byId.get(writingId);
    if (message) answers.follow(message);
    return () => answers.leave(writingId);
  }, [writingId, messages, answers]);

  useEffect(() => {
    document.title = conversation ? `${conversation.title} · ${texts.app.name}` : texts.app.name;
  }, [conversation, texts]);

  useEffect(() => {
    if (hasFinePointer()) field.current?.focus();
  }, [id]);

  const { target, onReached } = useTarget(messages, state, rows);

  const [isFinding, setFinding] = useState(false);
  useEffect(() => setFinding(false), [id]);
  useFindKey(id !== null, () => setFinding(true));

  const draft = drafts.of(id);
  const attachments = useMemo(() => drafts.filesOf(id), [drafts, id]);
  const attach = (files: File[]) => {
    if (attachments.add(files) > 0) toast(texts.files.tooMany(MOST_FILES));
    field.current?.focus();
  };
  const isDropping = useFileDrop(attach);
  const attached = useStore(attachments.store);
  const isBlind = !(detailsOf(endpoints, model)?.input.includes('image') ?? true);
  const hasPictures = rows.some((row) => 'message' in row && filesOf(row.message).some(isShown));
  const notice = !isBlind
    ? null
    : attached.some(isShown)
      ? texts.files.noPictures
      : hasPictures
        ? texts.files.earlierPictures
        : null;

  const send = useCallback(
    (parentId: string | null, text: string | null, choice = model, files: readonly FilePart[] = []) => {
      if (!choice) return;
      const first = id === null;
      asks.ask({
        conversationId: id,
        parentId,
        text,
        ...(files.length > 0 && { files }),
        endpoint: choice.endpoint,
        model: choice.model ?? undefined,
        ...(effort !== null && detailsOf(endpoints, choice)?.reasoning && { reasoningEffort: effort }),
        ...(first && newSettings.instructions !== null && { instructions: newSettings.instructions }),
        ...(first && newSettings.temperature !== null && { temperature: newSettings.temperature }),
      });
      setEditing(null);
      if (hasFinePointer()) field.current?.focus();
    },
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [asks, id, model?.endpoint, model?.model, newSettings, effort, endpoints],
  );

  /** Goes on with what was typed before, if that was neither sent nor cancelled. */
  const edit = useCallback(
    (message: Message) => {
      const edited = drafts.ofEdit(message);
      if (edited.get() === '') edited.set(message.text);
      setEditing(message.id);
    },
    [drafts],
  );

  const actions: RowActions = useMemo(
    () => ({
      choose: (messageId) => messages?.choose(messageId),
      edit,
      cancelEdit: (message) => {
        drafts.ofEdit(message).set('');
        setEditing(null);
      },
      sendEdited: (message, text, files) => {
        drafts.ofEdit(message).set('');
        send(message.parentId, text, undefined, files);
      },
      regenerate: (message, choice) => send(message.parentId, null, choice),
      goOn: (message) => send(message.id, texts.line.goOnQuestion),
    }),
    [messages, send, edit, drafts, texts],
  );

  function stop(): void {
    if (writing) void answers.stop(writing.id).catch((reason: unknown) => toast(errorText(reason)));
    else if (ask?.status === 'sending') asks.stop(ask.key);
    else if (ask) takeBack(ask);
  }

  useEffect(() => {
    if (!isAnswering || editing !== null) return;
    return onEscape(() => {
      // Over the page lies the drawer, or what is looked for is typed: that is what is closed.
      const isElsewhere = field.current?.closest('[inert]') || document.activeElement?.closest('.find');
      if (!isElsewhere) stop();
    });
  });

  function takeBack({ key, question }: PendingAsk): void {
    asks.drop(key);
    const typed = draft.get();
    if (question.text !== null) draft.set(typed.trim() === '' ? question.text : `${question.text}\n\n${typed}`);
    if (question.files) attachments.putBack(question.files);
    field.current?.focus();
  }

  function editLast(): void {
    const question = rows.findLast((row) => 'message' in row && row.message.role === 'user');
    if (question && 'message' in question && canAsk) edit(question.message);
  }

  async function saveSettings(changed: ChatSettings): Promise<void> {
    if (id === null) workspace.newSettings.set(changed);
    else await conversations.change(id, changed);
  }

  const isEmpty = id === null && rows.length === 0;
  const hasNoModels = endpoints?.length === 0;
  const placeholder = hasNoModels
    ? texts.chat.noModels
    : isEmpty
      ? texts.chat.placeholder
      : texts.chat.placeholderReply;
  const isGone = isCode(conversationError ?? error, 'conversation_unknown');
  const isTuned = settings.instructions !== null || settings.temperature !== null;

  return (
    <>
      <ChatHead
        conversation={conversation}
        isNew={id === null}
        menuButton={menuButton}
        onSettings={() => setHasSettings(true)}
        onFind={() => setFinding(true)}
      />
      {isFinding && messages && (
        <FindBar
          messages={messages}
          onShow={(messageId) => navigate(`/c/${id}?m=${messageId}`, { replace: true })}
          onClose={() => {
            setFinding(false);
            field.current?.focus();
          }}
        />
      )}
      <div className={isEmpty ? 'chat is-empty' : 'chat'}>
        {isGone ? (
          <p className="loading">{texts.chat.unknown}</p>
        ) : status === 'failed' ? (
          <div className="loading" role="alert">
            <p>{errorText(error)}</p>
            <button type="button" className="button" onClick={() => void messages?.load()}>
              {texts.app.tryAgain}
            </button>
          </div>
        ) : status === 'loading' ? (
          <p className="loading" role="status">
            {texts.chat.loadingMessages(loaded)}
          </p>
        ) : isEmpty ? (
          <h2 className="greeting" dir="auto">
            {texts.chat.greeting(user.name)}
          </h2>
        ) : (
          <Thread
            rows={rows}
            editing={editing}
            canAsk={canAsk}
            actions={actions}
            onTakeBack={takeBack}
            older={state}
            onOlder={() => void messages?.loadOlder()}
            target={target}
            onReached={onReached}
          />
        )}
        {!isGone && (
          <div className="foot">
            <div className="column">
              <Composer
                field={field}
                draft={draft}
                attachments={attachments}
                placeholder={placeholder}
                isAnswering={isAnswering}
                isStopping={live.isStopping}
                hasRefused={ask?.status === 'refused'}
                canAsk={canSend}
                onSend={(text, files) =>
                  send(last && 'message' in last ? last.message.id : null, text, undefined, files)
                }
                onFiles={attach}
                notice={notice}
                onStop={stop}
                onEditLast={editLast}
              >
                <ModelPicker
                  endpoints={endpoints}
                  value={model}
                  onChange={choose}
                  effort={effort}
                  onEffort={(chosen) => workspace.effort.set(chosen)}
                />
                <IconButton
                  className={isTuned ? 'small settings-button is-on' : 'small settings-button'}
                  label={texts.chat.settings}
                  onClick={() => setHasSettings(true)}
                >
                  <SlidersHorizontal size={17} />
                </IconButton>
              </Composer>
              {isEmpty && (
                <ul className="plain suggestions">
                  {texts.chat.suggestions.map((text) => (
                    <li key={text}>
                      <button type="button" disabled={!canSend} onClick={() => send(null, text)}>
                        {text}
                      </button>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          </div>
        )}
        <p className="visually-hidden" role="status">
          {announcement}
        </p>
        {isDropping && (
          <div className="drop-here">
            <span>{texts.files.dropHere}</span>
          </div>
        )}
      </div>
      {hasSettings && (
        <SettingsDialog settings={settings} onSave={saveSettings} onClose={() => setHasSettings(false)} />
      )}
    </>
  );
}
