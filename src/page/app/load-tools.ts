/** The settings and what opens beside the message field, each a chunk of its own, with their words and looks. */
import type { App } from './app.ts';
import { loadLanguage } from './language.ts';
import { loadLaterStyle } from './load-style.ts';

export async function loadSettings(app: App) {
  const [{ SettingsDialog }] = await Promise.all([import('../settings/settings.tsx'), loadTools(app)]);
  return SettingsDialog;
}

/** The warning to the holder of an issued key. */
export async function loadKeyNotice(app: App) {
  const [{ KeyNotice }] = await Promise.all([
    import('../login/key-notice.tsx'),
    loadLanguage(app, ['holder']),
  ]);
  return KeyNotice;
}

export async function loadSetupSheet(app: App) {
  const [{ SetupSheet }] = await Promise.all([import('../setup/setup-sheet.tsx'), loadTools(app)]);
  return SetupSheet;
}

export async function loadPromptLibrary(app: App) {
  const [{ PromptLibrary }] = await Promise.all([import('../prompts/prompt-library.tsx'), loadTools(app)]);
  return PromptLibrary;
}

export async function loadPromptMenu(app: App) {
  const [{ PromptMenu }] = await Promise.all([import('../prompts/prompt-menu.tsx'), loadTools(app)]);
  return PromptMenu;
}

export async function loadModelPicker(app: App) {
  const [{ ModelPicker }] = await Promise.all([import('../models/model-picker.tsx'), loadTools(app)]);
  return ModelPicker;
}

export async function loadFilesView(app: App) {
  const [{ FilesView }] = await Promise.all([import('../attachments/files-view.tsx'), loadTools(app)]);
  return FilesView;
}

export async function loadDraftFiles(app: App) {
  const [{ DraftFiles }] = await Promise.all([import('../attachments/draft-files.tsx'), loadTools(app)]);
  return DraftFiles;
}

export async function loadShortcutsSheet(app: App) {
  const [{ ShortcutsSheet }] = await Promise.all([
    import('../shortcuts/shortcuts-sheet.tsx'),
    loadTools(app),
  ]);
  return ShortcutsSheet;
}

async function loadTools(app: App): Promise<void> {
  await Promise.all([loadLanguage(app, ['more', 'tools']), loadLaterStyle()]);
}
