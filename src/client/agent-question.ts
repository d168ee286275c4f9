import { isRecord } from './answers.ts';
import { parseJson } from './json-text.ts';
import { plainParagraphs } from './plain-text.ts';

/** What the agent asks its user; each text is the agent's own, without control characters and bounded in length. */
export interface AgentQuestion {
  /** Unique among the questions that were asked together. */
  readonly id: string;
  readonly prompt: string;
  /** What can be chosen; none where it is to be answered in words. */
  readonly options: readonly QuestionOption[];
  /** More than one of the options may be chosen. */
  readonly allowMultiple: boolean;
}

export interface QuestionOption {
  /** Unique among the options of its question. */
  readonly id: string;
  readonly label: string;
}

/** Questions that are shown together at the most. */
export const mostQuestions = 10;
const mostOptions = 30;
/** UTF-16 units. */
const longestPrompt = 2_000;
const longestLabel = 300;
const longestId = 200;

/** Whether a tool of that name asks the user: `ask_question`, `askQuestion`, `ask-questions`. */
export function isAskingTool(name: string): boolean {
  return /^ask(?:user)?questions?$/.test(
    name
      .slice(0, 100)
      .toLowerCase()
      .replace(/[^a-z]/g, ''),
  );
}

/**
 * The questions in a call's arguments: a list under `questions`, or one question directly; also as JSON in a string.
 * What cannot be read as a question is left out.
 */
export function readQuestions(args: unknown): AgentQuestion[] {
  const given = unpacked(args);
  const list = isRecord(given) && Array.isArray(given['questions']) ? (given['questions'] as unknown[]) : [given];
  const questions: AgentQuestion[] = [];
  for (const one of list.slice(0, 10 * mostQuestions)) {
    const question = readQuestion(one, questions.length);
    if (!question) continue;
    const id = unlike(question.id, questions);
    questions.push({ ...question, id });
    if (questions.length === mostQuestions) break;
  }
  return questions;
}

function readQuestion(given: unknown, at: number): AgentQuestion | undefined {
  if (typeof given === 'string') {
    const prompt = plainWords(given, longestPrompt);
    return prompt === '' ? undefined : { id: `q${at + 1}`, prompt, options: [], allowMultiple: false };
  }
  if (!isRecord(given)) return undefined;
  const prompt = firstText(given, ['prompt', 'question', 'text', 'title'], longestPrompt);
  if (prompt === '') return undefined;
  const listed = given['options'] ?? given['choices'];
  const options: QuestionOption[] = [];
  for (const one of Array.isArray(listed) ? (listed as unknown[]).slice(0, 10 * mostOptions) : []) {
    const option = readOption(one);
    // Two that read alike cannot be told apart.
    if (!option || options.some(({ label }) => label === option.label)) continue;
    options.push({ ...option, id: unlike(option.id, options) });
    if (options.length === mostOptions) break;
  }
  const many = given['allow_multiple'] ?? given['allowMultiple'];
  return { id: idOf(given['id'], `q${at + 1}`), prompt, options, allowMultiple: many === true || many === 'true' };
}

function readOption(given: unknown): QuestionOption | undefined {
  const value = typeof given === 'number' ? String(given) : given;
  const fields = typeof value === 'string' ? { label: value } : isRecord(value) ? value : {};
  const label = firstText(fields, ['label', 'text', 'title', 'value', 'id'], longestLabel);
  return label === '' ? undefined : { id: idOf(fields['id'], label), label };
}

/** Some clients send arguments as JSON in a string. */
function unpacked(args: unknown): unknown {
  if (typeof args !== 'string' || !/^\s*[{[]/.test(args)) return args;
  try {
    const inner = parseJson(args);
    return Array.isArray(inner) ? { questions: inner as unknown[] } : inner;
  } catch {
    return undefined;
  }
}

function firstText(fields: Readonly<Record<string, unknown>>, keys: readonly string[], longest: number): string {
  for (const key of keys) {
    const value = fields[key];
    const text = plainWords(typeof value === 'number' ? String(value) : value, longest);
    if (text !== '') return text;
  }
  return '';
}

/** Foreign text as plain lines, none of them empty, and not too long. */
function plainWords(value: unknown, longest: number): string {
  if (typeof value !== 'string') return '';
  const text = plainParagraphs(value.slice(0, 4 * longest))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
  const characters = Array.from(text);
  return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}

function idOf(given: unknown, otherwise: string): string {
  const id = typeof given === 'number' ? String(given) : given;
  return typeof id === 'string' && id !== '' ? id.slice(0, longestId) : otherwise;
}

/** An id that none of the others has. */
function unlike(id: string, others: readonly { readonly id: string }[]): string {
  let [unique, count] = [id, 1];
  while (others.some((other) => other.id === unique)) unique = `${id} ${(count += 1)}`;
  return unique;
}
