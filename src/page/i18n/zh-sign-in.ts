/** 简体中文：登录表单，用于登录页和用量页。 */
import type { SignInWords } from './translate.ts';

export const zhSignIn: SignInWords = {
  waysIn: '使用本服务器的三种方式',
  wayToken: '服务器的访问令牌（API_TOKEN）',
  wayTokenMay: '供管理员使用：可用所有模型，能查看所有人的用量，并签发密钥。',
  wayKey: '管理员发给你的密钥（sk-nx-…）',
  wayKeyMay: '可用它允许的模型，受其限额和预算约束；只能看到自己的用量。',
  wayOwn: '你自己的 API 密钥',
  wayOwnMay: '无需登录：在设置中改用 OpenAI 接口，并在那里填入密钥。费用由你自己的账户承担。',
  thatIsOwnKey:
    '服务器不认识它。它像是你自己的 API 密钥，不能用来登录：请返回，在设置中改用 OpenAI 接口，并在那里填入。',
  signInTitle: '登录 NexCode',
  signInHelp: '请输入服务器的访问令牌（API_TOKEN），或管理员发给你的密钥（sk-nx-…）。',
  accessToken: '访问令牌或密钥',
  tokenRefused: '令牌或密钥不正确，请检查后重试。',
  tooManyAttempts: '尝试次数过多，请在 {n} 秒后重试。',
  signInServer: '服务器出错，请重试。',
  signInNetwork: '无法连接服务器。请检查网络后重试。',
};
