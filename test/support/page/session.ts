/** What the server tells the page, for tests of its rules. */
import type { Session } from '../../../src/page/login/session.ts';

/** An open server whose own key pays, and that takes readers' keys of any form. */
export const OPEN_SESSION: Session = {
  authenticated: false,
  login: '',
  ledger: false,
  loginRequired: false,
  loginAvailable: false,
  serverKey: true,
  resumable: false,
  clientKeys: true,
  keyHosts: [],
  keyPattern: null,
  defaultModel: 'house-model',
  version: '1',
};
