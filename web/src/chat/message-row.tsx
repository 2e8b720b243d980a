import { memo, useDeferredValue, useMemo } from 'react';
import type { FilePart, Message } from '../api/types.js';
import { Sources } from '../files/sources.js';
import { useTexts } from '../i18n/index.js';
import { Store, useStore } from '../store.js';
import { BEGINNING } from '../streams/answers.js';
import { useWorkspace } from '../workspace.js';
import { AnswerLine } from './answer-line.js';
import { AnswerParts } from './answer-parts.js';
import { EditQuestion } from './edit-question.js';
import { EndActions } from './end-actions.js';
import { GoOnQuestion } from './go-on-question.js';
import { MessageActions } from './message-actions.js';
import type { ModelChoice } from './model-picker.js';
import { Thinking } from './pending-line.js';
import { QuestionText } from './question-text.js';
import { filesOf, shownParts, sourcesOf } from './shown-parts.js';

const NOTHING = new Store(BEGINNING);

export interface RowActions {
  choose(id: string): void;
  edit(message: Message): void;
  cancelEdit(message: Message): void;
  sendEdited(message: Message, text: string, files: readonly FilePart[]): void;
  /** Another answer under the same question; `choice` undefined: of the model that is asked anyhow. */
  regenerate(message: Message, choice?: ModelChoice): void;
  /** Asks the model to go on where its answer ended. */
  goOn(message: Message): void;
}

interface Props {
  message: Message;
  versions: readonly string[];
  isEditing: boolean;
  canAsk: boolean;
  /** The end of the branch. */
  isLast: boolean;
  /** How it stands to the answer above, and to what is below; see `Row`. */
  isGoOn: boolean;
  isGoneOn: boolean;
  before: string;
  actions: RowActions;
}

function Question({ message, versions, isEditing, canAsk, isGoOn, actions }: Props) {
  const { chat } = useTexts();
  const { drafts } = useWorkspace();
  const files = useMemo(() => filesOf(message), [message]);
  if (isEditing) {
    return (
      <EditQuestion
        draft={drafts.ofEdit(message)}
        files={files}
        canAsk={canAsk}
        onSend={(text, kept) => actions.sendEdited(message, text, kept)}
        onCancel={() => actions.cancelEdit(message)}
      />
    );
  }
  const question = (
    <>
      <h2 className="visually-hidden">{chat.you}</h2>
      <QuestionText text={message.text} files={files} />
      <MessageActions
        message={message}
        versions={versions}
        canAsk={canAsk}
        onChoose={actions.choose}
        onEdit={() => actions.edit(message)}
        onRegenerate={() => undefined}
      />
    </>
  );
  return isGoOn ? <GoOnQuestion hasVersions={versions.length > 1}>{question}</GoOnQuestion> : question;
}

function Answer({ message, versions, canAsk, isLast, isGoneOn, before, actions }: Props) {
  const { chat } = useTexts();
  const { answers } = useWorkspace();
  const isWriting = message.status === 'generating';
  const watched = isWriting ? answers.of(message.id) : answers.watched(message.id);
  const live = useStore(watched?.store ?? NOTHING);
  // Where parsing can't keep up with an answer, some of its states are left out.
  const { text, parts } = useDeferredValue<Pick<Message, 'text' | 'parts'>>(isWriting ? live : message);
  const shown = useMemo(() => shownParts(text, parts), [text, parts]);
  const sources = useMemo(() => sourcesOf(shown), [shown]);
  const last = shown.findLast(({ type }) => type === 'reasoning' || type === 'text');
  const isSilent = last === undefined || (last.type === 'reasoning' && last.ms !== null);
  return (
    <div className="answer" aria-busy={isWriting}>
      <h2 className="visually-hidden">{chat.assistant}</h2>
      <AnswerParts id={message.id} parts={shown} thinkingSince={live.thinkingSince} />
      <Sources parts={sources} />
      {isWriting && isSilent && !live.isLost && <Thinking />}
      {!isGoneOn && <AnswerLine message={message} live={live} />}
      {isLast && !isWriting && (
        <EndActions
          message={message}
          canAsk={canAsk}
          onGoOn={() => actions.goOn(message)}
          onAgain={(choice) => actions.regenerate(message, choice)}
        />
      )}
      {(!isGoneOn || versions.length > 1) && (
        <MessageActions
          message={message}
          before={before}
          versions={versions}
          canAsk={canAsk}
          onChoose={actions.choose}
          onEdit={() => undefined}
          onRegenerate={() => actions.regenerate(message)}
        />
      )}
    </div>
  );
}

/** One message of a conversation. */
export const MessageRow = memo(function MessageRow(props: Props) {
  return props.message.role === 'user' ? <Question {...props} /> : <Answer {...props} />;
});
