/**
 * How applications call what we look for, in collapsed names: English, German, French, Spanish, Italian, Portuguese,
 * Dutch, Chinese (in characters and in pinyin) and some Japanese and Russian. Every pattern is of a whole name, unless it
 * says otherwise, so that `emailconfirmed` is no e-mail address.
 */
import { whole } from './whole-name.js';

export * from './person-vocabulary.js';
export * from './table-vocabulary.js';

const LAST =
  '(last|latest|mostrecent|recent|current|prev(ious)?|letzter?s?|dernier(e)?|ultim[oa]|fecha?ultim[oa]|laatste|zuihou|zuijin|shangci|最后|最近|上次|最終|last(known)?)';
const SIGN_IN =
  '(user)?(success(ful)?|ok)?(login|logon|logged?in|signin|signon|connection|connect|connexion|access|acceso|visit|seen|anmeldung|aanmelding|inlog|logowanie|accesso|acesso|entrada|inicio|ingreso|iniciosesion|denglu|登录|登陆|ログイン|ログオン|auth(entication|enticated)?|activity|active)';
const WHEN =
  '(at|on|am|le|date|time|datetime|unix|utc|ts|stamp|timestamp|zeit|datum|dt|shijian|riqi|时间|日期|日時|日|ms|millis|epoch|sec)*';
export const LAST_SIGN_IN = whole(
  `(fecha|date|datum|dt)?(de)?${LAST}${SIGN_IN}${WHEN}`,
  `${SIGN_IN}last${WHEN}`,
  `zuihoudenglu(shijian|riqi)`,
  'lst(lgn|log|logon|login)(dat|dt|dte|tim|date|time)*',
  '(login|logon|signin|denglu|logged?in)(at|on|date|time|datetime|shijian|riqi|unix|ts)*',
);

/** Anywhere in a name. */
export const PASSWORD =
  /(password|passwd|passphrase|passhash|pwdhash|^pwd|pwd$|^pass$|userhash|passwort|kennwort|motdepasse|^mdp|contrasena|^clave|senha|wachtwoord|mima|kouling|密码|口令|パスワード|парол)/u;
export const PASSWORD_DETAIL =
  /(salt|algo|iterations|kdf|method|format|hint|question|answer|changed|change|reset|must|expire|expiry|date|last|attempts|count|token|config|history|generated|datum|geaendert)/u;

const YES_NO = '(flag|flg|fg|ind|indicator|yn|status|state|kz|kennzeichen|jn|sw|bool|フラグ|区分|标志|标识)?';
const WHOSE =
  '(is|ist|est|es|has|can|shi|shifou|是否)?(user|account|acct|login|logon|konto|benutzer|compte|cuenta|zhanghao|yonghu|账号|用户)?(is|ist|est|es|esta)?';
export const ENABLED = whole(
  `${WHOSE}(active|enabled|activated|approved|aktiv|aktiviert|freigeschaltet|gueltig|actif|activee?|activo|activa|activado|habilitad[oa]|vigente|attivo|ativo|actief|freigegeben|zugelassen|geactiveerd|ingeschakeld|aktywn[yae]|aktivni|approuvee?|aprobad[oa]|aprovad[oa]|autorizad[oa]|authori[sz]ed|accepted|ativado|ligado|habilitee?|qiyong|youxiao|jihuo|zaizhi|启用|有效|激活|可用|在职|有効|在籍|利用|активен)${YES_NO}`,
  '(is|can|may)?(permitted|allowed)to(logon|login|signin)',
  '(can|may|allow|allowed|permit)(to)?(login|logon|signin)',
  '(login|logon|signin)(allowed|permitted)',
  'darfanmelden',
);
export const DISABLED = whole(
  `${WHOSE}(disabled|inactive|blocked|banned|suspended|deactivated|terminated|revoked|inaktiv|deaktiviert|gesperrt|stillgelegt|inactif|desactivee?|bloquee?|suspendu|inactiv[oa]|bloquead[oa]|desactivad[oa]|deshabilitad[oa]|suspendid[oa]|bloccato|disattivato|desativado|disable|deactivate|block|frozen|barred|archived|retired|resigned|sperre?|sperrung|zablokowan[yae]|geblokkeerd|uitgeschakeld|verrouille|bloqueo|bloque|jinyong|tingyong|dongjie|fengjin|禁用|停用|冻结|封禁|無効|停止|退職|離職|利用停止|заблокирован)${YES_NO}`,
  '(prohibit|deny|forbid|block|no)(login|logon|signin)',
  '(login|logon|signin)(prohibited|denied|disabled|forbidden|blocked)',
);
/** A lock may be of wrong passwords. */
export const LOCKED = whole(
  `${WHOSE}(lck(?=flg|flag|ind)|lock|locked|lockedout|lockout|suoding|锁定|ロック|アカウントロック|verrouillee?)${YES_NO}`,
);
export const LOCK_ENDS = whole(
  '(account|user|login)?(is)?(lockout|lockedout|lock|locked|blocked|banned|suspended|suspension|ban|block|gesperrt|sperre|bloque|bloqueado|bloqueo)(end|ends|endsat|enddate|until|untill|till|expires?|expiry|expiration|expiresat|expireson|bis|jusqua|hasta)(at|on|date|time|datetime|utc|unix|ts)*',
  '(cannot|no|not|deny|prohibit)(login|logon|signin)(until|before|till)(date|time|utc)*',
  '(unlock|unlocks|unlocked)(at|on|date|time|utc)*',
);
export const LOCK_WORKS = whole('lockout(enabled|allowed)');

export const STATUS = whole(
  '(usr|user|emp)?(act|rec)(flag|flg|sts|stat|cd|cod)',
  '(user|account|acct|member|login)?(sts|status|state|statut|etat|estado|stato|situacao|situacion|zustand|zhuangtai|状态|状態|ステータス|在籍区分|статус)(id|code|cd)?',
);

/** Ends like a state, and may be that of something else. */
export const STATE_LIKE =
  /^(?!.*(mail|password|pwd|mfa|otp|factor|sync|marital|civil|payment|billing|task|job|online|presence|import|export|notif|train|order|device|phone|reply|away))\p{L}*(status|state|statut|etat|estado|stato|zustand|zhuangtai|状态|区分|ステータス|статус)(id|code|cd)?$/u;

const ENDED =
  '(soft)?(del|deleted?|deletion|removed?|removal|geloescht|loesch|supprimee?|suppression|eliminad[oa]|borrad[oa]|excluid[oa]|verwijderd|usuniet[yae]|cancellat[oa]|shanchu|删除|已删除|削除|удален)';
export const DELETED_FLAG = whole(`${WHOSE}${ENDED}${YES_NO}`);
export const DELETED_AT = whole(
  `(date|fecha|datum|dt|time)(of|de|del)?${ENDED}`,
  `${ENDED}(at|on|am|le|el|em|op|den|data|fecha|date|datetime|time|timestamp|utc|unix|ts|datum|shijian|时间|日期|日時|日)+`,
);
export const DISABLED_AT = whole(
  '(date|fecha|datum)?(de)?(disabled|deactivated|deactivation|blocked|suspended|terminated|termination|archived|inactivated|deaktiviert|gesperrt|ausgetreten|austritt|desactivee?|desactivad[oa]|bloquead[oa]|inactive|retired|resigned|banned|blocked|disable|deactivate|block|sortie|depart|baja|cese|egreso)(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|since|seit|datum|em|op|il|el|le|日時)+',
  '(ausgetreten|austritt|austrittsdatum|left|leaving|leavingdate|departuredate|desligamento|demissao|desactivacion|cese|baja|sortie|depart)',
  '(date|fecha|datum|data)(de)?(sortie|depart|baja|cese|egreso|salida|desligamento|dimissione|retiro|fin(contrat)?)',
  '(退職|離職|無効|停止)(日|日時|年月日)',
);
export const VALID_UNTIL = whole(
  '(account|user)?(is)?(valid|active|enabled|effective|gueltig|aktiv|valable|valido|vigente)(to|until|till|thru|through|bis|jusqua|hasta|end)(date|at|utc)?',
  '(date|fecha|datum)(de)?(expiration|expiracion|caducidad|vencimiento|validite|vigencia|finvalidite|ablauf)',
  '(ablauf|gueltigkeits|verfalls?)(datum|ende)?',
  '(有効期限|有効終了日|失效时间|过期时间|有效期)',
  '(account|user|login)?(expires?|expired|expiry|expiration)(at|on|date|time|utc)*',
  '(employment)?end(s|ed)?(date|at)',
  'leavedate',
);

export const ADMIN = whole(
  '(is|ist|est|es|has|shi|shifou|是否)?(a|an)?(super|sys|system|global|site|instance)?(admin|administrator|superuser|superadmin|root|administrateur|administrador|amministratore|beheerder|guanliyuan|管理员|管理者|админ)(flag|flg|ind|yn|kz|user|rights?|access|フラグ|区分)?',
  '超级管理员',
  'adm(flag|flg|fg|ind|yn)',
);
export const ADMIN_VALUE =
  /(^|[^a-z])(super|sys(tem)?)?[ _.-]?(admin|administrator|administrators|admins|superuser|owner|root)|管理员|管理者|guanliyuan|verwalter|administrateur|administrador/iu;
/** Logins that applications make for themselves. */
export const ADMIN_LOGINS = [
  ...[
    'admin',
    'administrator',
    'root',
    'sa',
    'sysadmin',
    'superuser',
    'superadmin',
    'sysop',
    'sysdba',
    'host',
  ],
  ...[
    'administrateur',
    'administrador',
    'amministratore',
    'beheerder',
    'supervisor',
    'guanliyuan',
    'webmaster',
  ],
];
/** Logins of rows that applications make for themselves, and that are no people. */
export const SYSTEM_LOGINS = [
  ...[
    'guest',
    'anonymous',
    'anonymoususer',
    'anonymous user',
    'nobody',
    'unknown',
    'public',
    'everyone',
    'ghost',
  ],
  ...[
    'system',
    '__system__',
    'system.user',
    'systemuser',
    'service',
    'scheduler',
    'batch',
    'cron',
    'daemon',
    'bot',
  ],
  ...[
    'default',
    'template',
    'portaltemplate',
    'deleted',
    'gast',
    'invite',
    'invitado',
    'ospite',
    'sistema',
    'systeme',
  ],
];

/** Which kind of row one is. */
export const DISCRIMINATOR = whole(
  '(user|account|acct|member|person|row|record|entity|principal|actor)?(type|kind|category|class|discriminator|typ|art|tipo|genre|leixing|类型|类别|種別|种类)(of|de)?(user|account|usuario|utilisateur|compte|cuenta|benutzer|konto|persona)?(id|code|cd)?',
  'dtype',
  'discriminator',
);
export const PERSON_VALUE =
  /^(user|users|person|people|human|normal|regular|standard|member|employee|emp|staff|benutzer|mitarbeiter|utilisateur|usuario|employe|empleado|yonghu|用户|员工|internal|default|0)$/iu;

/** Flags of rows that are no people, where true. */
export const NOT_PERSON = whole(
  '(is|ist|est|es|shifou|是否)?(a|an)?(user|domain)?(group|bot|robot|service|services|serviceaccount|serviceuser|technical|template|machine|api|apiuser|apionly|guest|anonymous|dummy|system|systemaccount|virtual|queue|contact|customer|portal|portalonly|portaluser|external|externaluser|federated|remote|test|testuser|gruppe|dienst|dienstkonto|technisch|gast|vorlage|extern|groupe|invite|robot|integration|automation|sync|scheduler|nonhuman|resource|room|mailbox|shared|compteservice|grupo|servicio|invitado|externo|jiqiren|机器人|测试|系统)(user|account)?(flag|ind|yn|only)?',
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
  '(fk)?(tenant|mandt|dataarea|org|organi[sz]ation|organi[sz]ational?unit|directory|portal|school|hospital|clinic|store|partition|application|app|subscriber|subscription|company|realm|mandant|client|customer|workspace|site|firm|firma|societe|entreprise|empresa|azienda|bedrijf|enterprise|ent|entities|entity|zuhu|gongsi|租户|公司|企业|单位|会社|テナント|instance|domain)(s)?(id|uuid|guid|key|code|nr|no)?(fk)?',
);

/** The same of columns that refer to another table, and that every person has a value in. */
export const TENANT_BY_REFERENCE = whole(
  '(fk)?(team|account|institution|institute|agency|business|merchant|shop|brand|network|community|space|league|club|council|equipe|verein|compte|cuenta|equipo)(s)?(id|uuid|guid|key|code|nr|no)?(fk)?',
);

export const CREATED = whole(
  '(row|record)?(date|dt|time)?(of)?(created?|creation|entered|inserted|joined|cadastro|inclusao|registro|registered|registration|register|signup|since|insert|created|angelegt|anlage|erstellt|erfasst|cree|creation|creado|creada|creacion|alta|chuangjian|创建|注册|登録|作成)(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|datum|shijian|时间|日期|日時|日)*',
  '(fecha|date|datum)(de)?(creation|creacion|alta|registro|inscription)',
  '(crt|cre|ins|ent)(dat|dte|dt|tim|tms|date|time)',
  '(erstell|anlage|registrierungs)(datum|zeit)',
);
export const UPDATED = whole(
  '(row|record|account)?(date|dt|time)?(last)?(of)?(updated?|modified|modification|changed|edited|revision|geaendert|aktualisiert|modifie|mise?ajour|actualizad[oa]|modificad[oa]|aenderung|gengxin|xiugai|更新|修改|変更)(at|on|am|le|el|date|datetime|time|timestamp|utc|unix|ts|datum|shijian|时间|日期|日時|日)+(utc)?',
  '(last)?(updated|modified|update|modification)',
  '(chg|upd|mod)(dat|dte|dt|tim|tms|date|time)',
  '(fecha|date|datum)(de)?(modification|modificacion|maj|actualizacion|aenderung)',
  'aenderungs?(datum|zeit)',
);
export const WRITTEN_BY = whole(
  '(created|entered|inserted|updated|modified|changed|lastedited|lastupdated|lastmodified|edited)by(name|user|id|userid)?',
  '(created|modified)user(id)?',
  '(crt|cre|chg|upd|mod|ins)(usr|user|by)',
  '(angelegt|erstellt|geaendert)von',
  '(cree|modifie)par',
  '(cread[oa]|modificad[oa])por',
);
/** Of columns that refer to the user who wrote a row, or who is in charge of it, and whom the row is not about. */
export const NOT_ABOUT = whole(
  '(created?|creator|creation|author|written?|writer|updated?|updater|modified|modifier|edited|editor|inserted|deleted|approved|invited|assigned|uploaded)(by)?(user|u|person)?(id|uuid|guid|fk)?',
  '(created?|updated?|modified|edited|inserted|deleted|approved|invited|assigned|uploaded|changed|entered)by(user|u|person)?(id|uuid|guid|fk)?',
  '(sales|account|case|relationship|key)?(person|manager|rep|representative|assignee|agent|reviewer|approver|supervisor)(id|uuid|guid|fk)?',
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
/** When it was. */
export const CONFIRMED_AT = whole(
  '(is)?(user|account|login)?(e?mail|e?mailaddress|address)?(confirmed|verified|validated|activated|approved|bestaetigt|freigeschaltet|verifie|confirme|valide|active|verificad[oa]|confirmad[oa]|ativad[oa]|activad[oa])(at|on|am|le|el|em|date|time|datetime|utc)+',
  '(confirmation|verification|activation|approval|bestaetigungs|freischalt)(at|on|date|time|datetime|datum|utc)+',
);
/** Nothing to be set for a new person. */
export const BURDENS = /^(must|force|require|reset|need|has)_?(to)?(change|reset|password|passwd|pwd)/u;

/** Of columns that remember a sign-in; not of those by which a password is reset or an address confirmed. */
export const SIGN_IN_TOKEN = whole(
  '(user|current|last|single|web|mobile)*(remember|rememberme|session|auth|authentication|login|logon|signin|refresh|persistent|persistence|cookie|autologin|jwt|sitzungs?|sesion|connexion)+(access)?(token|key|hash|cookie|guid|uuid|ticket|selector|validator|series|digest|string|id)+',
  '(remember|rememberme|rememberdevice|autologin|sessionid|sessionkey|usertoken|jeton(session|connexion)|logintoken)',
);
/** Of columns with all sign-ins of a person, as a document. */
export const SIGN_INS = whole(
  '(user|active|current|auth|authentication|login|signin|refresh|session|device|web|mobile)*(tokens|sessions|logins)',
);
/** Of columns with the key of a program. */
export const KEY_OF_API = whole(
  '(user|private|personal|secret|my)*(api|access|rest|webservice|ws|service|rss|feed|atom|ical|calendar|private|personal(access)?|static(object)?|incoming(email)?)(access)?(key|token|secret|hash|tokenhash|keyhash|digest)+',
);

/** What each person sets up or agrees to; the application counts on the person having done so. */
export const OWN_CHOICE =
  /(factor|mfa|otp|2fa|agreed|accepted|consent|policy|terms|tos|onboard|welcome|tutorial|tour|wizard|count|counter|attempt|failed|retries|visits|posts|score|points|last|seen|read|new|unread|quota|used|size)/u;

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
/** Of a column with the name of a role: what a person is called is none of it. */
export const ROLE_NAME =
  /^((user|role|group|security)*(role|authority|group|rolle|gruppe|rol|grupo|perfil|juese|角色|permission)(name|code|key|type)?)$/u;
