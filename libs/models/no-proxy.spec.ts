import { isWithoutProxy } from './no-proxy.js';

describe('NO_PROXY', () => {
  it.each([
    ['http://127.0.0.1:4392/v1', '127.0.0.0/8'],
    ['http://10.1.2.3/v1', '192.168.0.0/16,10.0.0.0/8'],
    ['http://[fd00::7]:11434/v1', 'fd00::/8'],
    ['http://[::1]:11434/v1', '::1'],
    ['http://[::1]:11434/v1', '[::1]:11434'],
    ['http://model.example.org/v1', 'example.org'],
    ['http://model.example.org/v1', '.example.org'],
    ['http://model.example.org/v1', '*.example.org'],
    ['http://MODEL.example.org/v1', 'localhost, Model.Example.ORG'],
    ['http://model/v1', 'localhost model'],
    ['https://model.example.org/v1', 'model.example.org:443'],
    ['http://model.example.org:8000/v1', 'model.example.org:8000'],
    ['http://anything/v1', '*'],
  ])('names %s by %s (endpoints/no-proxy-cidr)', (url, noProxy) => {
    expect(isWithoutProxy(new URL(url), noProxy)).toBe(true);
  });

  it.each([
    ['http://127.0.0.1/v1', ''],
    ['http://127.0.0.1/v1', ' , '],
    ['http://128.0.0.1/v1', '127.0.0.0/8'],
    ['http://model.example.org/v1', '10.0.0.0/8'],
    ['http://badexample.org/v1', 'example.org'],
    ['http://example.org/v1', 'model.example.org'],
    ['http://model.example.org:8000/v1', 'model.example.org:80'],
    ['http://1.10.0.0.1.example/v1', '10.0.0.1'],
    ['http://10.0.0.1/v1', '0.0.1'],
    ['http://10.0.0.1/v1', '10.0.0.0/33'],
    ['http://10.0.0.1/v1', '10.0.0.0/'],
    ['http://[fd00::7]/v1', '10.0.0.0/8'],
  ])('does not name %s by “%s”', (url, noProxy) => {
    expect(isWithoutProxy(new URL(url), noProxy)).toBe(false);
  });
});
