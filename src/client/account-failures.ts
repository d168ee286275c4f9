import * as l10n from '@vscode/l10n';

import type { NextStep } from './next-step.ts';
import type { FailureContext } from './service-failures.ts';

/**
 * What only the user's account can change. An anonymous user registers by a link that names who they were, so that their
 * project stays theirs; a registered one has an account; of somebody whom the service did not name neither is known.
 */
type Account = Pick<FailureContext, 'userId' | 'isSignedIn' | 'webUrl' | 'scope'>;

/** A failure in words, and what helps. */
export interface Explained {
  readonly sentence: string;
  readonly steps: readonly NextStep[];
}

/** No credits are left. */
export function noCredits(context: Account): Explained {
  const { userId, isSignedIn, webUrl } = context;
  if (userId === undefined && !isSignedIn) {
    return {
      sentence: l10n.t(
        'You are out of credits. Nemo does not say which user you are, so there is no registration link that keeps your project. Open the project in the browser, and register or top up there.',
      ),
      steps: elsewhere(context),
    };
  }
  if (isAnonymous(userId)) {
    return {
      sentence: l10n.t('You are out of credits. Register to get more.'),
      steps: [registerStep(webUrl, userId)],
    };
  }
  return {
    sentence: l10n.t('You are out of credits. Top up credits in your account.'),
    steps: [
      { kind: 'openUrl', label: l10n.t('Open Nemo Account'), argument: webUrl.href },
      { kind: 'showCredits', label: l10n.t('Show Credits') },
    ],
  };
}

/** The plan does not include something: an export as a rule, but the service may say so of anything. */
export function planForbids(context: Account): Explained {
  const { userId, isSignedIn, webUrl, scope } = context;
  const isExport = scope === 'render';
  if (userId === undefined && !isSignedIn) {
    return {
      sentence: isExport
        ? l10n.t(
            'Register or upgrade your plan to unlock export. Nemo does not say which user you are, so there is no registration link that keeps your project: open the project in the browser, and do it there.',
          )
        : l10n.t(
            'Your plan does not include this. Nemo does not say which user you are, so there is no registration link that keeps your project: open the project in the browser, and register or upgrade there.',
          ),
      steps: elsewhere(context),
    };
  }
  return {
    sentence: isExport
      ? l10n.t('Register or upgrade your plan to unlock export.')
      : l10n.t('Your plan does not include this. Register or upgrade your plan.'),
    steps: isAnonymous(userId)
      ? [registerStep(webUrl, userId)]
      : [{ kind: 'openUrl', label: l10n.t('Upgrade Plan'), argument: webUrl.href }],
  };
}

/** Where nobody knows who is to be registered: the web app does once the project is opened there. */
function elsewhere({ webUrl }: Account): NextStep[] {
  return [
    { kind: 'openInBrowser', label: l10n.t('Open in Browser') },
    { kind: 'openUrl', label: l10n.t('Open Nemo Account'), argument: webUrl.href },
  ];
}

function isAnonymous(userId: string | undefined): userId is string {
  return userId?.startsWith('anon_') ?? false;
}

function registerStep(webUrl: URL, userId: string): NextStep {
  const address = new URL('register', webUrl.href.endsWith('/') ? webUrl : new URL(`${webUrl.href}/`));
  address.searchParams.set('bind', userId);
  return { kind: 'openUrl', label: l10n.t('Register'), argument: address.href };
}
