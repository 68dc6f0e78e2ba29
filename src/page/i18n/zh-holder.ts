/** 简体中文：对话页上给密钥持有者看的提示。 */
import type { HolderWords } from './translate.ts';

export const zhHolder: HolderWords = {
  keyLow: '你的密钥还剩 {left}，总额为 {amount}。',
  keySpent: '你的密钥的预算已用完。',
  keyRenews: '将于 {at} 恢复。',
  keyEnds: '你的密钥将于 {at} 到期。',
  keyTokens: '{n} 个 token',
  keyUsage: '我的用量',
};
