/**
 * How applications call what we look for, in collapsed names: English, German, French, Spanish, Italian, Portuguese,
 * Dutch, Chinese (in characters and in pinyin) and some Japanese and Russian. Every pattern is of a whole name, unless it
 * says otherwise, so that `emailconfirmed` is no e-mail address.
 */
import { whole } from './whole-name.js';

export * from './person-vocabulary.js';
export * from './table-vocabulary.js';

const LAST =
  '(last|latest|mostrecent|recent|letzter?s?|dernier(e)?|ultim[oa]|fecha?ultim[oa]|laatste|zuihou|zuijin|shangci|最后|最近|上次)';
const SIGN_IN =
  '(user)?(successful)?(login|logon|logged?in|signin|signon|connection|connect|connexion|access|acceso|visit|seen|anmeldung|accesso|ingreso|iniciosesion|denglu|登录|登陆)';
const WHEN =
  '(at|on|am|le|date|time|datetime|unix|utc|ts|stamp|timestamp|zeit|datum|dt|shijian|riqi|时间|日期|ms)*';
export const LAST_SIGN_IN = whole(
  `(fecha|date|datum|dt)?(de)?${LAST}${SIGN_IN}${WHEN}`,
  `${SIGN_IN}last${WHEN}`,
  `zuihoudenglu(shijian|riqi)`,
);

/** Anywhere in a name. */
export const PASSWORD =
  /(password|passwd|passphrase|passhash|pwdhash|^pwd|pwd$|^pass$|userhash|passwort|kennwort|motdepasse|^mdp|contrasena|^clave|senha|wachtwoord|mima|kouling|密码|口令|パスワード|парол)/u;
export const PASSWORD_DETAIL =
  /(salt|algo|iterations|kdf|method|format|hint|question|answer|changed|change|reset|must|expire|expiry|date|last|attempts|count|token|config|history|generated|datum|geaendert)/u;

const YES_NO = '(flag|ind|yn|status|state)?';
const WHOSE =
  '(is|ist|est|es|has|can|shi|shifou|是否)?(user|account|acct|login|logon|konto|benutzer|compte|cuenta|zhanghao|yonghu|账号|用户)?(is|ist|est|es|esta)?';
export const ENABLED = whole(
  `${WHOSE}(active|enabled|activated|approved|aktiv|aktiviert|freigeschaltet|gueltig|actif|activee?|activo|activa|activado|habilitad[oa]|vigente|attivo|ativo|actief|qiyong|youxiao|jihuo|zaizhi|启用|有效|激活|可用|активен)${YES_NO}`,
  '(is|can|may)?(permitted|allowed)to(logon|login|signin)',
  '(can|may|allow|allowed|permit)(to)?(login|logon|signin)',
  '(login|logon|signin)(allowed|permitted)',
  'darfanmelden',
);
export const DISABLED = whole(
  `${WHOSE}(disabled|inactive|blocked|banned|suspended|deactivated|terminated|revoked|inaktiv|deaktiviert|gesperrt|stillgelegt|inactif|desactivee?|bloquee?|suspendu|inactiv[oa]|bloquead[oa]|desactivad[oa]|deshabilitad[oa]|suspendid[oa]|bloccato|disattivato|desativado|jinyong|tingyong|dongjie|fengjin|禁用|停用|冻结|封禁|заблокирован)${YES_NO}`,
  '(prohibit|deny|forbid|block|no)(login|logon|signin)',
  '(login|logon|signin)(prohibited|denied|disabled|forbidden|blocked)',
);
/** A lock may be of wrong passwords. */
export const LOCKED = whole(`${WHOSE}(locked|lockedout|suoding|锁定|verrouillee?)${YES_NO}`);
export const LOCK_ENDS = whole(
  '(lockout|lockedout|lock|locked|blocked|banned|suspended|gesperrt|bloque|bloqueado)(end|ends|endsat|enddate|until|till|expires?|expiresat|bis|jusqua|hasta)(at|date|utc)?',
);
export const LOCK_WORKS = whole('lockout(enabled|allowed)');

export const STATUS = whole(
  '(user|account|acct|member|login)?(status|state|statut|etat|estado|stato|situacao|situacion|zustand|zhuangtai|状态|статус)(id|code|cd)?',
);

const ENDED =
  '(deleted?|deletion|removed|geloescht|supprimee?|suppression|eliminad[oa]|borrad[oa]|excluid[oa]|baja|shanchu|删除|已删除)';
export const DELETED_FLAG = whole(`${WHOSE}${ENDED}(flag|ind|yn)?`);
export const DELETED_AT = whole(
  `(date|fecha|datum|dt|time)(of|de|del)?${ENDED}`,
  `${ENDED}(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|datum|shijian|时间|日期)+`,
);
export const DISABLED_AT = whole(
  '(date|fecha|datum)?(de)?(disabled|deactivated|deactivation|blocked|suspended|terminated|termination|archived|inactivated|deaktiviert|gesperrt|ausgetreten|austritt|desactivee?|desactivad[oa]|bloquead[oa])(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|since|seit)+',
  '(ausgetreten|austritt|austrittsdatum|left|leaving|leavingdate|departuredate|datesortie|fechabaja)',
);
export const VALID_UNTIL = whole(
  '(account)?(valid|active|gueltig|aktiv)(to|until|till|bis)(date)?',
  '(account)?(expires?|expiry|expiration)(at|on|date)?',
  '(employment)?end(s|ed)?(date|at)',
  'leavedate',
);

export const ADMIN = whole(
  '(is|ist|est|es|shi|shifou|是否)?(a|an)?(super|sys|system|global|site|instance)?(admin|administrator|superuser|superadmin|root|administrateur|administrador|amministratore|beheerder|guanliyuan|管理员|админ)(flag|ind|yn|user)?',
  '超级管理员',
);
export const ADMIN_VALUE =
  /(^|[^a-z])(super|sys(tem)?)?[ _.-]?(admin|administrator|administrators|admins|superuser|owner|root)|管理员|guanliyuan/iu;
/** Logins that applications make for themselves. */
export const ADMIN_LOGINS = ['admin', 'administrator', 'root', 'sa', 'sysadmin', 'superuser', 'superadmin'];

/** Which kind of row one is. */
export const DISCRIMINATOR = whole(
  '(user|account|acct|member|person|row|record|entity|principal)?(type|kind|category|class|discriminator|typ|art|tipo|genre|leixing|类型|类别)(id|code)?',
  'dtype',
  'discriminator',
);
export const PERSON_VALUE =
  /^(user|users|person|people|human|normal|regular|standard|member|employee|emp|staff|benutzer|mitarbeiter|utilisateur|usuario|employe|empleado|yonghu|用户|员工|internal|default|0)$/iu;

/** Flags of rows that are no people, where true. */
export const NOT_PERSON = whole(
  '(is|ist|est|es|shifou|是否)?(a|an)?(user)?(group|bot|robot|service|services|serviceaccount|serviceuser|technical|template|machine|api|apiuser|apionly|guest|anonymous|dummy|system|systemaccount|virtual|queue|contact|customer|portal|portalonly|portaluser|external|externaluser|federated|remote|test|testuser|gruppe|dienst|dienstkonto|technisch|gast|vorlage|extern|groupe|invite|robot|compteservice|grupo|servicio|invitado|externo|jiqiren|机器人|测试|系统)(flag|ind|yn|only)?',
);
/** Flags of rows that are people, where true. */
export const IS_PERSON = whole(
  '(is|ist|est|es)?(a|an)?(system|app|application|internal)?(user|employee|staff|person|human|member|benutzer|mitarbeiter|utilisateur|usuario|employe|empleado)(flag|ind|yn)?',
);
/** In the name of a column that only such rows have, or of a table. */
export const NOT_PERSON_PART =
  /(bot|bots|robot|robots|service|serviceaccount|serviceaccountclientlink|remote|remoteid|machine|apiclient|technical)(id|link|ref|client|user)*$/u;

/** Of columns that say whose row it is among several customers. */
export const TENANT = whole(
  '(fk)?(tenant|org|organi[sz]ation|organi[sz]ational?unit|company|realm|mandant|client|customer|workspace|site|firm|firma|societe|entreprise|empresa|azienda|bedrijf|enterprise|ent|zuhu|gongsi|租户|公司|企业|单位|instance|domain)(s)?(id|uuid|guid|key|code|nr|no)?(fk)?',
);

export const CREATED = whole(
  '(row|record)?(date|dt|time)?(of)?(created?|creation|entered|inserted|joined|registered|registration|signup|angelegt|erstellt|erfasst|cree|creation|creado|creada|creacion|alta|chuangjian|创建|注册)(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|datum|shijian|时间|日期)*',
  '(fecha|date|datum)(de)?(creation|creacion|alta|registro|inscription)',
  '(erstell|anlage|registrierungs)(datum|zeit)',
);
export const UPDATED = whole(
  '(row|record|account)?(date|dt|time)?(last)?(of)?(updated?|modified|modification|changed|edited|revision|geaendert|aktualisiert|modifie|mise?ajour|actualizad[oa]|modificad[oa]|gengxin|xiugai|更新|修改)(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|datum|shijian|时间|日期)+(utc)?',
  '(last)?(updated|modified|update|modification)',
  '(fecha|date|datum)(de)?(modification|modificacion|maj|actualizacion|aenderung)',
  'aenderungs?(datum|zeit)',
);
export const WRITTEN_BY = whole(
  '(created|entered|inserted|updated|modified|changed|lastedited|lastupdated|lastmodified|edited)by(name|user|id|userid)?',
  '(created|modified)user(id)?',
  '(angelegt|erstellt|geaendert)von',
  '(cree|modifie)par',
  '(cread[oa]|modificad[oa])por',
);
/** Changes with what a session rests on. */
export const SECURITY_STAMP = /(security|session|auth)_?(stamp|version|nonce)/u;
/** The one of several rows of a person that counts, such as of their addresses. */
export const PRIMARY = whole(
  '(is)?(default|primary|main|preferred|standard|principal|haupt)(email|mail|address)?',
);

/** Changes with every write. */
export const CHANGE_STAMP = /^(concurrency|row|lock|optlock)_?(stamp|version|token)$/u;

/** Vouched for by the IdP. */
export const CONFIRMED = whole(
  '(is)?(email|mail|e?mailaddress|account|address)(is)?(confirmed|verified|validated|activated|bestaetigt|verifie|verificado)',
);
/** Nothing to be set for a new person. */
export const BURDENS = /^(must|force|require|reset|need|has)_?(to)?(change|reset|password|passwd|pwd)/u;

export const SEATS = whole(
  '(max|total|allowed|licensed|purchased|number)?(of)?(user|account|licen[cs]e)?(seats?|users?|accounts?|licen[cs]es)(total|max|limit|count|allowed|purchased)?',
  'maxusers',
  'usersmax',
  'userlimit',
  'seats',
  'seatstotal',
);
export const LDAP = /(ldap|authsource|federationlink|directory|adobject|externalauth)/u;
export const SSO_REFERENCE = whole(
  '(auth|login|sso|identity|external|saml|idp)(identity)?(source|provider|service|config|connection|system)?(id|key|alias)?',
  '(identity)?provider(id|alias)?',
  'externalidentityprovider',
  'authservice',
  'ssosource',
);
export const ENCRYPTION_KEYS =
  /^(private|public|user|master|account)?(encrypted|encryption)?(private|public|wrapped|asymmetric)key$|^userkey$|^encryptionkey$|^keypair$/u;
