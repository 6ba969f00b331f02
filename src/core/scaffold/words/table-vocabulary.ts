/** How applications call the tables that we look for; see `vocabulary.ts`. */

/** Of tables. The last word of a table's name says what its rows are. */
export const PEOPLE_TABLE =
  /(users?|usr|accounts?|accts?|people|persons?|members?|employees?|staff|logins?|principals?|userentity|benutzer|nutzer|konten|konto|mitarbeiter|personen|utilisateurs?|comptes?|personnes?|usuarios?|cuentas?|personas?|empleados?|utenti|utente|gebruikers?|yonghu|zhanghao|zhanghu|renyuan|agents?|collaborateurs?|salaries|trabajadore?s?|funcionarios?|colaboradore?s?|dipendenti|medewerkers?|pracowni\p{L}*|uzytkowni\p{L}*|brugere?|anvandare?|operators?|operadore?s?|bediener|subscribers?|customers?|用户|账号|账户|帐号|人员|员工|社員|職員|従業員|利用者|会員|ユーザー?|アカウント|пользовател\p{L}*|сотрудник\p{L}*)(tbl|table|tab|biao|表|マスタ|テーブル|info|data|fielddata|stamm|master|mst|mstr|entity|entities|records?|partrecord|profiles?|base|list|core|t)?$/u;

/** Words in the names of tables that are about people, and whose rows are not people. */
export const ABOUT_PEOPLE =
  /^(roles?|groups?|claims?|logins|tokens?|sessions?|settings?|prefs?|preferences?|history|hist|logs?|audit|archived?|backup|bak|old|tmp|temp|permissions?|rights?|attributes?|attr|cstm|emails?|addresses|devices?|keys?|types?|status|states?|requests?|invitations?|invites?|external|attempts?|notifications?|bots?|memberships?)$/u;
/** The same at the end of a name whose words do not part. */
export const ABOUT_PEOPLE_END =
  /(roles?|groups?|claims?|tokens?|sessions?|settings?|preferences?|history|permissions?|attributes?|emails?|devices?|notifications?|attempts?)$/u;

export const SESSIONS =
  /(sess$|session|sessions|sesion|sesiones|sessao|sessoes|sessioni|sessie|sesja|seance|jetons?|sitzung|sitzungen|accesstokens?|refreshtokens?|tokens|token|remember|rememberme|persistentlogins?|trusteddevices?|cookies|autologin|authtokens?|usertokens?|apikeys?|accesskeys?|loginkeys?|logincookies?|devicetokens?|personaltokens?|huihua|会话|セッション|トークン)/u;

/** Of tables. */
export const PROVIDER_TABLE =
  /(identityproviders?|identityproviderconfigs?|userdirectory|userdirectories|directories|directory|idps?|ssoconfigs?|ssoproviders?|samlproviders?|samlconfigs?|saml2?(settings|providers?|configs?|idps?|connections?)|ssosettings|ssoconnections?|authproviders?|authenticationproviders?|loginsources?|authsources?|authbackends?|authmethods?|oidcproviders?|oauthproviders?|externalproviders?|loginproviders?|identitaetsanbieter|anmeldedienste?)$/u;
export const LICENCE_TABLE =
  /(licen[cs]es?|licen[cs]e(pool|type|plan)s?|lizenz(en)?|subscriptions?|seats?|licencias?|xukezheng|许可)$/u;
