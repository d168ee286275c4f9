import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const probed = new Map<string, Promise<{ durationSeconds: number; width: number }>>();

/** What ffprobe says of a video; each content is looked at once. */
export function filmFacts(path: string, sha256: string): Promise<{ durationSeconds: number; width: number }> {
  let facts = probed.get(sha256);
  if (!facts) {
    const args = [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'stream=width:format=duration',
      '-of',
      'json',
      path,
    ];
    facts = promisify(execFile)(process.env['NEMO_FAULTS_FFPROBE'] ?? 'ffprobe', args).then(({ stdout }) => {
      const { streams, format } = JSON.parse(stdout) as {
        streams: { width: number }[];
        format: { duration: string };
      };
      return { durationSeconds: Number(format.duration), width: streams[0]?.width ?? 0 };
    });
    probed.set(sha256, facts);
  }
  return facts;
}
