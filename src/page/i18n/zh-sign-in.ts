/** 简体中文：登录表单，用于登录页和用量页。 */
import type { SignInWords } from './translate.ts';

export const zhSignIn: SignInWords = {
  signInTitle: '登录 NexCode',
  signInHelp: '请输入服务器的访问令牌（API_TOKEN），或管理员发给你的密钥（sk-nx-…）。',
  accessToken: '访问令牌或密钥',
  tokenRefused: '令牌或密钥不正确，请检查后重试。',
  tooManyAttempts: '尝试次数过多，请在 {n} 秒后重试。',
  signInServer: '服务器出错，请重试。',
  signInNetwork: '无法连接服务器。请检查网络后重试。',
};
