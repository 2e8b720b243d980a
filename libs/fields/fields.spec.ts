import * as of from './index.js';

interface Note {
  id: string;
  readBy: string | null;
  isOpen: boolean;
  tags: string[] | null;
  madeAt: Date;
  seenAt: number | null;
  stars: number | null;
  isLoud: boolean;
}

const NOTE = {
  id: { kind: 'text', view: true, fixed: true },
  readBy: { kind: 'text' },
  isOpen: { kind: 'boolean', view: true, patch: true },
  tags: { kind: 'json', view: true },
  madeAt: { kind: 'time', view: true, fixed: true },
  seenAt: { kind: 'stamp' },
  stars: { kind: 'number', view: true, absent: null },
  isLoud: { kind: 'boolean', view: true, patch: true, absent: false },
} as const satisfies of.Fields<Note>;

const note: Note = {
  ...{ id: 'n1', readBy: null, isOpen: true, tags: ['a'], madeAt: new Date(5), seenAt: 7, stars: 3, isLoud: true },
};

describe('fields that are described once', () => {
  it('as columns', () => {
    expect(of.columnsOf(of.only(NOTE, ['id', 'seenAt']), 'n')).toBe('n.id AS id, n.seen_at AS seenAt');
    expect(of.columnsOf(of.only(NOTE, ['id', 'stars']), 'n', new Set(['id']))).toBe('n.id AS id, NULL AS stars');
    expect(of.insertInto('notes', of.only(NOTE, ['id', 'madeAt']))).toBe(
      'INSERT INTO notes (id, made_at) VALUES (?, ?)',
    );
    expect(of.assignments(of.only(NOTE, ['readBy', 'isOpen']))).toBe('read_by = ?, is_open = ?');
  });

  it('as a row, there and back', () => {
    const values = of.valuesOf<Note>(NOTE)(note);
    expect(values).toEqual(['n1', null, 1, '["a"]', 5, 7, 3, 1]);
    const row = Object.fromEntries(Object.keys(NOTE).map((name, i) => [name, values[i]]));
    expect(of.fromRow<Note>(NOTE)(row)).toEqual(note);
    const empty: Note = { ...note, isOpen: false, tags: null, seenAt: null, stars: null, isLoud: false };
    expect(of.valuesOf<Note>(NOTE)(empty)).toEqual(['n1', null, 0, null, 5, null, null, 0]);
  });

  it('as a document, there and back', () => {
    const doc = of.toDocument<Note, of.DocumentOf<Note, 'seenAt'>>(NOTE)(note);
    const { id, seenAt, ...rest } = note;
    expect(doc).toEqual({ _id: id, seenAt: new Date(seenAt as number), ...rest });
    expect(of.fromDocument<Note>(NOTE)({ ...doc, another: 'thing' })).toEqual(note);
    expect(of.projectionOf(of.only(NOTE, ['id', 'stars']))).toEqual({ stars: 1 });
    expect(of.typesOf(of.only(NOTE, ['id', 'seenAt', 'tags']))).toEqual({
      ...{ _id: { type: String }, seenAt: { type: Date }, tags: { type: Object } },
    });
  });

  it('what was written without a field that came later has what it means to have none', () => {
    const { stars: _, isLoud: __, id, ...before } = note;
    const read = of.fromDocument<Note>(NOTE)({ _id: id, ...before, seenAt: new Date(7) });
    expect(read).toEqual({ ...note, stars: null, isLoud: false });
    const row = { ...before, id, isOpen: 1, tags: null, madeAt: 5, stars: null, isLoud: null };
    expect(of.fromRow<Note>(NOTE)(row)).toMatchObject({ stars: null, isLoud: false });
    expect(of.absentValues(NOTE)).toEqual({ stars: null, isLoud: false });
  });

  it('as clients see it', () => {
    expect(of.viewOf(NOTE)(note)).toEqual({
      ...{ id: 'n1', isOpen: true, tags: ['a'], madeAt: new Date(5).toISOString(), stars: 3, isLoud: true },
    });
    expect(of.namesWith(NOTE, 'patch')).toEqual(['isOpen', 'isLoud']);
    expect(of.namesWithout(NOTE, 'fixed')).toEqual(['readBy', 'isOpen', 'tags', 'seenAt', 'stars', 'isLoud']);
  });
});
