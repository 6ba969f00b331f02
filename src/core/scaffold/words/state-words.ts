import { collapsed } from './names.js';

const ENABLED =
  /^(a|act|active|activated|enabled?|ok|normal|valid|open|live|current|confirmed|approved|allowed|granted|authori[sz]ed|employed|working|inservice|inuse|registered|aktiv|aktiviert|freigeschaltet|actifs?|active|actiu|activo|activa|habilitad[oa]|vigente|attivo|ativo|actief|aprobad[oa]|aprovado|autorizad[oa]|alta|valide|encours|present|freigegeben|angestellt|有効|在籍|在職|利用中|aktywn[yae]|qiyong|zhengchang|youxiao|启用|正常|有效|在职|激活)$/u;
const DISABLED =
  /^(i|inact|inactive|disabled?|locked|blocked|banned|suspended|deactivated|deleted|removed|terminated|retired|left|closed|archived|revoked|expired|resigned|dismissed|frozen|dormant|rejected|denied|disapproved|barred|quit|unapproved|discharged|inaktiv|deaktiviert|gesperrt|geloescht|inactif|desactivee?|bloquee?|suspendu|inactiv[oa]|bloquead[oa]|desactivad[oa]|deshabilitad[oa]|suspendid[oa]|bloccato|disattivato|desativado|baja|cesad[oa]|retirad[oa]|radiee?|sortie?|parti|ausgeschieden|ausgetreten|stillgelegt|無効|停止|退職|離職|利用停止|nieaktywn[yae]|zablokowan[yae]|jinyong|tingyong|lizhi|dongjie|suoding|禁用|停用|离职|锁定|冻结|注销)$/u;
/** Not both locked and gone: what disabling writes comes first. */
const LASTING =
  /^(i|inact|inactive|disabled?|deactivated|inaktiv|deaktiviert|inactif|desactivee?|inactiv[oa]|desactivad[oa]|deshabilitad[oa]|jinyong|tingyong|禁用|停用)$/u;

/** What the words of a state mean, as far as they are known. What disabling may write comes first. */
export function stateMeanings(values: readonly string[]): {
  enabled: string[];
  disabled: string[];
  unknown: string[];
} {
  const of = (pattern: RegExp) => values.filter((value) => pattern.test(collapsed(value)));
  const [enabled, disabled] = [of(ENABLED), of(DISABLED)];
  const lasting = of(LASTING);
  return {
    enabled,
    disabled: [...lasting, ...disabled.filter((value) => !lasting.includes(value))],
    unknown: values.filter((value) => value !== '' && !enabled.includes(value) && !disabled.includes(value)),
  };
}
