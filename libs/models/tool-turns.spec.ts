import { type ModelTurn, textTurn, type ToolResultPart, type TurnPart } from './model.js';
import { inputOf, noResult } from './tool-parts.js';
import { wellFormed } from './turns.js';

const call = (toolCallId: string, input = '{}'): TurnPart => ({ type: 'tool-call', toolCallId, toolName: 'f', input });
const result = (toolCallId: string, text = 'ok'): ToolResultPart => ({
  type: 'tool-result',
  toolCallId,
  content: [{ type: 'text', text }],
});
const user = (...parts: TurnPart[]): ModelTurn => ({ role: 'user', parts });
const model = (...parts: TurnPart[]): ModelTurn => ({ role: 'assistant', parts });
const text = (words: string): TurnPart => ({ type: 'text', text: words });
const ask = textTurn('user', 'Go.');

it.each<[string, ModelTurn[], ModelTurn[]]>([
  [
    'are kept behind their calls',
    [ask, model(call('a')), user(result('a'))],
    [ask, model(call('a')), user(result('a'))],
  ],
  [
    'stand before all else, in the order of the calls',
    [ask, model(text('So.'), call('a'), call('b')), user(text('And?'), result('b'), result('a'))],
    [ask, model(text('So.'), call('a'), call('b')), user(result('a'), result('b'), text('And?'))],
  ],
  [
    'that come in turns of their own are one turn with what follows',
    [ask, model(call('a'), call('b')), user(result('a')), user(text('x')), user(result('b')), user(text('y'))],
    [ask, model(call('a'), call('b')), user(result('a'), result('b'), text('x\n\ny'))],
  ],
  [
    'that are missing are made up',
    [ask, model(call('a'), call('b')), user(result('b'))],
    [ask, model(call('a'), call('b')), user(noResult('a'), result('b'))],
  ],
  [
    'that are all missing are made up, before what was asked next',
    [ask, model(call('a')), user(text('Never mind.'))],
    [ask, model(call('a')), user(noResult('a'), text('Never mind.'))],
  ],
  ['that are missing at the end are made up', [ask, model(call('a'))], [ask, model(call('a')), user(noResult('a'))]],
  [
    'without a call are left out, with a turn that has nothing else',
    [user(result('z'), text('Go.')), model(text('Hm.')), user(result('a')), model(text('So.'))],
    [ask, model(text('Hm.\n\nSo.'))],
  ],
  [
    'of earlier calls are left out',
    [ask, model(call('a')), user(result('a')), model(call('b')), user(result('b'), result('a'))],
    [ask, model(call('a')), user(result('a')), model(call('b')), user(result('b'))],
  ],
  [
    'may have the ids of earlier ones',
    [ask, model(call('a')), user(result('a', '1')), model(call('a')), user(result('a', '2'))],
    [ask, model(call('a')), user(result('a', '1')), model(call('a')), user(result('a', '2'))],
  ],
  [
    'are given once',
    [ask, model(call('a')), user(result('a', '1'), result('a', '2'))],
    [ask, model(call('a')), user(result('a', '1'))],
  ],
  [
    'go where their call goes: an answer before the first question is none',
    [model(call('a')), user(result('a'), text('Go.'))],
    [ask],
  ],
  [
    'and calls are of their own role only',
    [ask, model(text('So.'), result('a')), user(call('a'), text('Go.'))],
    [ask, model(text('So.')), ask],
  ],
])('results of tools %s', (_name, turns, right) => expect(wellFormed(turns)).toEqual(right));

it.each([
  ['{"a":[1]}', { a: [1] }],
  ['', {}],
  [' ', {}],
  ['{"a":', { input: '{"a":' }],
  ['[1]', { input: '[1]' }],
  ['null', { input: 'null' }],
])('the input of a call, %j, is an object', (input, object) => {
  expect(inputOf({ type: 'tool-call', toolCallId: 'a', toolName: 'f', input })).toEqual(object);
});
