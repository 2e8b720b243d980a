import { useEffect, useRef, useState } from 'react';
import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';

/** So much of an answer is read out: who wants more goes to it. */
const LENGTH = 400;

/** What a screen reader is told of the newest answer: that it has begun, and how it ended. Never each word. */
export function useAnnouncement(message: Message | null): string {
  const { chat } = useTexts();
  const [announcement, setAnnouncement] = useState('');
  const writing = useRef<string | null>(null);
  useEffect(() => {
    if (message?.status === 'generating') {
      if (writing.current !== message.id) setAnnouncement(chat.answerStarted);
      writing.current = message.id;
    } else if (message && writing.current === message.id) {
      writing.current = null;
      setAnnouncement(`${chat.answerFinished} ${message.text.slice(0, LENGTH)}`);
    }
  }, [message, chat]);
  return announcement;
}
