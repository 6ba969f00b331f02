import { whole } from './whole-name.js';

/** How applications call the columns of login, e-mail address and names; see `vocabulary.ts`. */

export const LOGIN_STRONG = whole(
  '(user|account|acct)?(login|logon|signin)(name|id|nm)?',
  'username',
  'usrname',
  'uname',
  'usernm',
  'samaccountname',
  '(user)?principalname',
  'upn',
  'account(name)?',
  'acctname',
  'benutzername',
  'anmeldename',
  'anmeldung',
  'benutzerkennung',
  'kennung',
  'nutzername',
  'loginkennung',
  'identifiant',
  'nomd?utilisateur',
  'nombred?e?usuario',
  'nomusuario',
  'usuario',
  'nomeutente',
  'nomed?e?usuario',
  'gebruikersnaam',
  'yonghuming',
  'zhanghao',
  'zhanghu',
  'dengluming',
  'dengluzhanghao',
  '用户名',
  '账号',
  '帐号',
  '账户',
  '登录名',
  '登录账号',
  '用户账号',
  'ユーザー?名',
  'ログイン名',
  'логин',
  'имяпользователя',
);

/** May be a login where nothing better is there. */
export const LOGIN_WEAK = whole(
  'name',
  'handle',
  'nick',
  'user',
  'code',
  'usercode',
  'benutzer',
  'utilisateur',
  'pseudo',
  'uid',
  'userid',
  'yonghu',
  'kuerzel',
  '用户',
);

export const EMAIL = whole(
  '(primary|main|work|business|user|contact|login|account)?e?mail(primary|addr(ess)?|adr|id)?1?',
  '(user)?emailadd?ress?',
  'email(work|business)',
  'e?mailadresse',
  'epost(adresse)?',
  'courriel',
  'mel',
  'adresse(e?mail|mel|courriel|electronique)',
  'correo(e(lectronico)?)?',
  'direccioncorreo',
  'emailcorreo',
  'indirizzoemail',
  'postaelettronica',
  'youxiang',
  'dianziyou(jian|xiang)',
  'youjian',
  '邮箱',
  '电子邮[件箱]',
  '邮件(地址)?',
  '郵箱',
  'メール(アドレス)?',
  '(эл)?почта',
);

export const GIVEN = whole(
  '(user)?(first|given|fore)names?',
  'fname',
  'first',
  'given',
  'givennm',
  'vornamen?',
  'prenoms?',
  'nombres',
  'primernombre',
  'nombred?e?pila',
  'voornaam',
  'fornamn',
  'fornavn',
  'ming(zi)?',
  '名字?',
  'имя',
);

/** Given names where a family name stands beside them, and whole names otherwise. */
export const GIVEN_BESIDE_FAMILY = whole('nombre', 'nome', 'nom1');

/** A given name, or near enough, beside a whole name. */
export const PREFERRED = whole('preferredname', 'callname', 'rufname', 'knownas');

export const FAMILY = whole(
  '(user)?(last|family|sur|second)names?',
  'lname',
  'last',
  'family',
  'surnm',
  'nachnamen?',
  'familienname',
  'zuname',
  'nomd?e?famille',
  'apellidos?',
  'primerapellido',
  'apellido1',
  'cognome',
  'sobrenome',
  'achternaam',
  'efternamn',
  'e[tf]ternavn',
  'xing(shi)?',
  '姓氏?',
  'фамилия',
);

/** Family names where a given name stands beside them. */
export const FAMILY_BESIDE_GIVEN = whole('nom', 'name', 'naam');

export const DISPLAY_STRONG = whole(
  '(user)?(display|full|real|complete|common|screen)(name|nm)',
  'cn',
  'anzeigename',
  'voll(er|staendiger)?name',
  'nomcomplet',
  'nomaffiche',
  'nombrecompleto',
  'nombremostrar',
  'nomecompleto',
  'volledigenaam',
  '(zhenshi)?xingming',
  'xianshiming(cheng)?',
  '姓名',
  '真实姓名',
  '全名',
  '显示名称?',
  '氏名',
  'фио',
);
export const DISPLAY_WEAK = whole(
  'name',
  'nombre',
  'nome',
  'nom',
  'naam',
  'bezeichnung',
  'libelle',
  'nm',
  'mingcheng',
  '名称',
  '名前',
);

/** Shown instead of the name, where people have one. */
export const NICKNAME = whole('nick(name)?', 'alias', 'spitzname', 'surnom', 'apodo', 'nicheng', '昵称');
