import assert from 'node:assert/strict';

import { TextFitter } from '../../../webview/timeline/fit-text.ts';

const fitter = () => new TextFitter((text) => text.length * 10);

describe('Cutting a name to its clip', () => {
  it('leaves a name alone that fits', () => {
    assert.equal(fitter().fit('city', 40), 'city');
  });

  it('cuts one that does not, so that the sign for it fits too', () => {
    assert.equal(fitter().fit('city timelapse', 60), 'city…');
    assert.equal(fitter().fit('citytimelapse', 60), 'cityt…');
  });

  it('shows nothing where not even a letter fits', () => {
    assert.equal(fitter().fit('city', 15), '');
  });

  it('cuts no character in two', () => {
    assert.equal(fitter().fit('👩‍👩‍👧 family', 95), '👩‍👩‍👧…');
    assert.equal(fitter().fit('👩‍👩‍👧 family', 80), '');
  });

  it('measures each character once', () => {
    let asked = 0;
    const counting = new TextFitter((text) => {
      asked += 1;
      return text.length * 10;
    });
    counting.fit('aaaaaaaaaa', 1_000);
    counting.fit('aaaaaaaaaaaaaaa', 50);
    assert.equal(asked, 2);
  });
});
