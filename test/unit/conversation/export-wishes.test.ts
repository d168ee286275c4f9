import assert from 'node:assert/strict';

import { exportWishes, possibleExport } from '../../../src/conversation/export-wishes.ts';
import { routeMessage } from '../../../src/conversation/route-message.ts';
import { corpus } from './corpus.ts';

describe('What a message says about its export', () => {
  for (const [text, { impossible = [], ...wishes }] of [
    ['export it', {}],
    ['export 1080p MP4', { format: 'mp4', quality: 'high' }],
    ['export at 720p', { quality: 'medium' }],
    ['export as webm in low quality', { format: 'webm', quality: 'low', impossible: ['WEBM'] }],
    ['export 480p mov', { format: 'mov', quality: 'low', impossible: ['MOV'] }],
    ['download in the best quality', { quality: 'high' }],
    ['导出高清视频', { quality: 'high' }],
    ['导出成mp4', { format: 'mp4' }],
    ['以最高画质导出 MOV', { format: 'mov', quality: 'high', impossible: ['MOV'] }],
    ['convert the mov to mp4', { format: 'mp4' }],
    ['export in 4K', { quality: 'high', impossible: ['4K'] }],
    ['export at 2160p', { quality: 'high', impossible: ['2160p'] }],
    ['export at 1080p', { quality: 'high' }],
    ['export at 1280x720', { quality: 'medium' }],
    ['export at 3840x2160', { quality: 'high', impossible: ['3840×2160'] }],
    ['export at 1080x1920', { quality: 'high' }],
    ['export in 4k at 60fps as MOV', { format: 'mov', quality: 'high', impossible: ['4K', '60 fps', 'MOV'] }],
    ['导出60帧的4K视频', { quality: 'high', impossible: ['4K', '60 fps'] }],
    ['export as MP3', { format: 'mp3', impossible: ['MP3'] }],
    ['export in HEVC at 20 Mbps', { impossible: ['20 mbps', 'HEVC'] }],
    ['export to https://drive.test/x.mp4', { impossible: ['https://drive.test/x.mp4'] }],
    // Where to.
    ['export to ~/Movies/final.mp4', { format: 'mp4', place: { file: '~/Movies/final.mp4' } }],
    ['export to ~/Movies', { place: { folder: '~/Movies' } }],
    ['Export to ~/Movies.', { place: { folder: '~/Movies' } }],
    ['export to ~ please', { place: { folder: '~' } }],
    ['export to out/ now', { place: { folder: 'out/' } }],
    ['export to ~/Movies as final.mp4', { format: 'mp4', place: { folder: '~/Movies', file: 'final.mp4' } }],
    ['export as holiday.mov', { format: 'mov', place: { file: 'holiday.mov' }, impossible: ['MOV'] }],
    ['export as my holiday film.mp4 please', { format: 'mp4', place: { file: 'my holiday film.mp4' } }],
    ['export as "my film"', { place: { file: 'my film' } }],
    ['export as "4K demo.mp4"', { format: 'mp4', place: { file: '4K demo.mp4' } }],
    ["export as 'Ana's film' now", { place: { file: "Ana's film" } }],
    ['export to "my film"', { place: { either: 'my film' } }],
    ['export to the "final cuts" folder', { place: { folder: 'final cuts' } }],
    ['export to the renders folder', { place: { folder: 'renders/' } }],
    ['export to the export folder', {}],
    ['export to folder renders', { place: { folder: 'renders/' } }],
    ['export into the folder called renders', { place: { folder: 'renders/' } }],
    ['export as an MP4 called holiday', { format: 'mp4', place: { file: 'holiday' } }],
    ['export it as final_v2', { place: { file: 'final_v2' } }],
    ['export demo.mp4', { format: 'mp4', place: { file: 'demo.mp4' } }],
    ['export, 60 fps', { impossible: ['60 fps'] }],
    ['export it and call it holiday, please', { place: { file: 'holiday' } }],
    ['export to C:\\Videos', { place: { folder: 'C:\\Videos' } }],
    ['export to "C:\\My Videos\\final.mp4"', { format: 'mp4', place: { file: 'C:\\My Videos\\final.mp4' } }],
    ['save it to the desktop as demo.mp4', { format: 'mp4', place: { wellKnown: 'desktop', file: 'demo.mp4' } }],
    ['export to my Movies folder', { place: { wellKnown: 'videos' } }],
    ['download it to my downloads', { place: { wellKnown: 'downloads' } }],
    ['download the video to my computer', {}],
    ['give me the download link', {}],
    ['导出到桌面', { place: { wellKnown: 'desktop' } }],
    ['匯出到桌面', { place: { wellKnown: 'desktop' } }],
    ['导出到 下载 文件夹', { place: { wellKnown: 'downloads' } }],
    ['导出到 成片 文件夹', { place: { folder: '成片/' } }],
    ['导出为 假期.mp4', { format: 'mp4', place: { file: '假期.mp4' } }],
    ['导出为假期.mov', { format: 'mov', place: { file: '假期.mov' }, impossible: ['MOV'] }],
    ['导出成片到demo.mp4', { format: 'mp4', place: { file: 'demo.mp4' } }],
    ['导出到桌面，命名为 demo.mp4', { format: 'mp4', place: { wellKnown: 'desktop', file: 'demo.mp4' } }],
    ['把视频导出到桌面上的demo.mp4', { format: 'mp4', place: { wellKnown: 'desktop', file: 'demo.mp4' } }],
    ['导出到~/视频吧', { place: { folder: '~/视频' } }],
    ['导出视频，命名为假期吧', { place: { file: '假期' } }],
    ['导出到“~/我的 视频/成片.mp4”', { format: 'mp4', place: { file: '~/我的 视频/成片.mp4' } }],
  ] as [string, Partial<ReturnType<typeof exportWishes>>][]) {
    it(`«${text}»`, () => assert.deepEqual(exportWishes(text), { ...wishes, impossible }));
  }

  const exports = corpus('routing-corpus.tsv').flatMap(([route, text]) => (route === 'export' && text ? [text] : []));

  it('can be said anew without what is impossible, in both languages: to the same place, in the same quality', () => {
    let impossible = 0;
    for (const text of exports) {
      const wishes = exportWishes(text);
      if (wishes.impossible.length > 0) impossible++;
      for (const language of ['en', 'zh'] as const) {
        const possible = possibleExport(wishes, language);
        assert.equal(routeMessage(possible), 'export', `${text} → ${possible}`);
        const again = exportWishes(possible);
        assert.deepEqual(again.impossible, [], `${text} → ${possible}`);
        assert.equal(again.quality, wishes.quality, `${text} → ${possible}`);
        const asMp4 = (name = '') => name.replace(/\.[a-z0-9]{3,4}$/i, '.mp4');
        const { wellKnown, folder, file, either } = wishes.place ?? {};
        assert.equal(again.place?.wellKnown, wellKnown, possible);
        assert.equal(again.place?.folder?.replace(/[\\/]$/, ''), folder?.replace(/[\\/]$/, ''), possible);
        assert.equal(asMp4(again.place?.file), asMp4(file), possible);
        assert.equal(again.place?.either, either === undefined ? undefined : asMp4(either), possible);
      }
    }
    assert.ok(impossible > 10);
  });
});
