import { randomUUID } from 'node:crypto';
/** An error of the test server, as SCIM has it. */
export class ScimError extends Error {
    status;
    detail;
    scimType;
    constructor(status, detail, scimType) {
        super(detail);
        this.status = status;
        this.detail = detail;
        this.scimType = scimType;
    }
}
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const same = (a, b) => String(a).toLowerCase() === String(b).toLowerCase();
/** The value of one of the attributes that IdPs search by. */
function attributeOf(resource, attribute) {
    if (!attribute.startsWith('emails'))
        return resource[attribute];
    const emails = (resource.emails ?? []);
    return emails.find(({ type }) => type === 'work')?.value;
}
/** `eq` and `and`, with and without quotation marks: what Entra and Okta send. */
export function matcher(filter) {
    const conditions = filter.split(/ and (?=\w+[^"]* eq )/).map((part) => {
        const match = /^(userName|externalId|displayName|id|emails\[type eq "work"\]\.value) eq (.+)$/.exec(part);
        const [, attribute = '', value = ''] = match ?? [];
        if (!match)
            throw new ScimError(400, `the filter ${filter} is not supported`, 'invalidFilter');
        return { attribute, value: value.replace(/^"(.*)"$/, '$1') };
    });
    return (resource) => conditions.every(({ attribute, value }) => {
        const there = attributeOf(resource, attribute);
        if (there === undefined || there === null)
            return false;
        return attribute === 'externalId' ? there === value : same(there, value);
    });
}
/** The named values of a resource, in either form of Entra's and in Okta's. */
export function applyPatch(resource, operations) {
    for (const { op, path, value } of operations) {
        const verb = String(op).toLowerCase();
        if (!['add', 'replace', 'remove'].includes(verb))
            throw new ScimError(400, `unknown op ${op}`, 'invalidSyntax');
        if (path === undefined)
            for (const [key, one] of Object.entries(value))
                assign(resource, key, one);
        else if (String(path).startsWith('members'))
            applyMembers(resource, verb, String(path), value);
        else if (verb === 'remove')
            assign(resource, String(path), undefined);
        else
            assign(resource, String(path), value);
    }
}
function assign(resource, path, value) {
    if (path === 'id')
        return;
    if (path === 'active')
        resource.active = typeof value === 'string' ? same(value, 'true') : value;
    else if (path.startsWith('name.')) {
        resource.name = { ...resource.name, [path.slice('name.'.length)]: value };
    }
    else if (path.startsWith('emails[')) {
        const emails = (resource.emails ?? []);
        resource.emails = emails.map((email) => (email.type === 'work' ? { ...email, value } : email));
    }
    else if (path.startsWith(ENTERPRISE)) {
        const name = path.slice(ENTERPRISE.length + 1);
        const plain = name === 'manager' ? managerOf(value) : value;
        resource[ENTERPRISE] = { ...resource[ENTERPRISE], [name]: plain };
    }
    else
        resource[path] = value;
}
const managerOf = (value) => {
    const one = Array.isArray(value) ? value[0] : value;
    if (one === '' || one === undefined || one === null)
        return undefined;
    return typeof one === 'string' ? { value: one } : { value: one.value };
};
function applyMembers(resource, verb, path, value) {
    const there = (resource.members ?? []);
    const named = (Array.isArray(value) ? value : value === undefined ? [] : [value]);
    const one = /^members\[value eq "(.*)"\]$/.exec(path)?.[1];
    const gone = one === undefined ? named.map((member) => member.value) : [one];
    if (verb === 'remove') {
        resource.members = there.filter((member) => !gone.includes(member.value));
    }
    else if (verb === 'replace')
        resource.members = named;
    else
        resource.members = [
            ...there,
            ...named.filter((each) => !there.some((member) => member.value === each.value)),
        ];
}
/** A new resource of what was sent. */
export function newResource(body, type, baseUrl) {
    const id = randomUUID();
    const location = `${baseUrl}/${type}s/${id}`;
    const { id: _id, meta: _meta, ...rest } = body;
    const base = { active: type === 'User' ? true : undefined, ...rest };
    return { ...base, id, meta: { resourceType: type, location } };
}
