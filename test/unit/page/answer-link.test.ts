/** Links to an answer that is being recorded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerLink, readAnswerLink } from '../../../src/page/chat/answer-link.ts';

const STREAM = `st_00${'0123456789abcdef'.repeat(2)}`;

describe('a link to an answer', () => {
  it('says the same on the other device', () => {
    const said = fc.record({
      stream: fc.constant(STREAM),
      model: fc.stringMatching(/^[\w.:@/+-]{0,200}$/),
      question: fc.string({ unit: 'grapheme', maxLength: 80 }).map((text) => text.replace(/\p{Cc}/gu, '')),
    });
    fc.assert(
      fc.property(said, (link) => {
        const { origin, pathname, hash } = new URL(answerLink('https://chat.example', link));
        expect([origin, pathname]).toEqual(['https://chat.example', '/']);
        expect(readAnswerLink(hash)).toEqual(link);
      }),
    );
  });

  it('holds the beginning of a long question alone', () => {
    const link = answerLink('https://chat.example', {
      stream: STREAM,
      model: 'm',
      question: '问'.repeat(9000),
    });
    expect(readAnswerLink(new URL(link).hash)?.question).toBe('问'.repeat(500));
  });

  it.each(['', '#', '#/c/abc', '#/a/', '#/a/st_1', `#/a/${STREAM}/more`, `#/a/../${STREAM}`])(
    'is none: %j',
    (hash) => {
      expect(readAnswerLink(hash)).toBeNull();
    },
  );
});
