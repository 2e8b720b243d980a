import { useEffect, useRef, useState } from 'react';
import type { Message } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { BEGINNING } from '../streams/answers.js';
import { useWorkspace } from '../workspace.js';
import { announcementOf } from './answer-lines.js';

/** What a screen reader is told of the newest answer: that it has begun, and how it ended. Never each word. */
export function useAnnouncement(message: Message | null): string {
  const texts = useTexts();
  const { answers } = useWorkspace();
  const [announcement, setAnnouncement] = useState('');
  const writing = useRef<string | null>(null);
  useEffect(() => {
    if (message?.status === 'generating') {
      if (writing.current !== message.id) setAnnouncement(texts.chat.answerStarted);
      writing.current = message.id;
    } else if (message && writing.current === message.id) {
      writing.current = null;
      const live = answers.watched(message.id)?.store.get() ?? BEGINNING;
      setAnnouncement(announcementOf(message, live, texts));
    }
  }, [message, texts, answers]);
  return announcement;
}
