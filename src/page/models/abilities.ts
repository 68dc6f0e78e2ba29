/**
 * What a model can do, as its entry in the list says it (OpenRouter `architecture`, Mistral `capabilities`, Together and
 * LM Studio `type`, Moonshot `supports_image_in`), else as its name tells. Pure.
 */
import { list, record } from '../api/json.ts';
import type { ListedModel } from './model.ts';

const OTHER_TYPES = /^(?:image|video|audio|embeddings?|moderation|rerank|transcribe|tts)$/;

/** Names, or parts of names, of models that answer no chat. */
const NO_CHAT =
  /(?:^|[/_.:-])(?:embed(?:der|ding)?s?|e5|bge|gte|minilm|rerank(?:er)?|whisper|tts|asr|transcribe|cosyvoice|speech|dall-?e|gpt-image|chatgpt-image|qwen-image|imagen|veo|sora|wanx?|cogview|cogvideox?|kolors|seedream|seedance|stable-diffusion|sdxl|sd3|flux|moderation|realtime|davinci|babbage|computer-use)(?:$|[/_.:\d-])|(?:^|[/-])gpt-[\w.-]*instruct/i;

/** Whether a model can be chatted with. */
export function canChat(model: ListedModel): boolean {
  const { type, architecture, capabilities } = model;
  if (typeof type === 'string' && OTHER_TYPES.test(type)) return false;
  const chat = record(capabilities)['completion_chat'];
  if (typeof chat === 'boolean') return chat;
  const given = list(record(architecture)['output_modalities']);
  if (given.length > 0) return given.includes('text');
  return !NO_CHAT.test(model.id);
}

const SEES =
  /gpt-4o|gpt-4\.[15]|gpt-4-(?:turbo|vision)|gpt-[5-9]|chatgpt-4o|(?:^|\/)(?:o1|o3|o4-mini)(?:$|-(?!mini|preview))|claude-(?!2|instant)|gemini|grok-(?:[4-9]|2-vision|vision)|pixtral|llava|vision|(?:^|[\d/_.-])vl(?:$|[\d/_.:-])|qvq|minicpm-v|internvl|glm-4\.?\dv|glm-4v|moondream|gemma-?3n?(?!.*(?:270m|[:-]1b))|llama-?4|multimodal|omni|doubao-(?:seed|1[.-]5-vision)|kimi-k2\.5|kimi-latest/i;

const BLIND =
  /gpt-3\.5|(?:^|\/)gpt-4(?:$|-(?:0314|0613|32k))|(?:^|\/)o1-(?:mini|preview)|(?:^|\/)o3-mini|deepseek-(?:chat|reasoner|coder|r1|v[23])|kimi-k2(?!\.5)|codestral|mixtral|qwq|claude-(?:2|instant)|(?:^|\/)nexcode$/i;

/** Whether a model can see pictures; null where nothing tells. */
export function canSee(model: ListedModel): boolean | null {
  const inputs = list(record(model['architecture'])['input_modalities']);
  if (inputs.length > 0) return inputs.includes('image');
  const told = record(model['capabilities'])['vision'] ?? model['supports_image_in'];
  if (typeof told === 'boolean') return told;
  if (model['type'] === 'vlm') return true;
  if (BLIND.test(model.id)) return false;
  return SEES.test(model.id) ? true : null;
}
