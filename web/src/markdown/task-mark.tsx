import { useTexts } from '../i18n/index.js';

/** The box before a task in a list. It is the answer's, so nobody can tick it. */
export function TaskMark({ isDone }: { isDone: boolean }) {
  const { chat } = useTexts();
  return (
    <input type="checkbox" checked={isDone} disabled readOnly aria-label={isDone ? chat.taskDone : chat.taskOpen} />
  );
}
