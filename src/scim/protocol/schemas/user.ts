import { attribute, CORE, plural, readOnly, type SchemaDefinition } from './definition.js';

/** RFC 7643 §4.1 and §8.7.1, without `password`: users sign in with SAML, and a password sent is dropped. */
export const USER_SCHEMA: SchemaDefinition = {
  id: `${CORE}User`,
  name: 'User',
  description: 'User account',
  attributes: [
    attribute('userName', 'The name by which the IdP knows the user.', {
      required: true,
      uniqueness: 'server',
    }),
    attribute('name', 'The parts of the user’s name.', {
      subAttributes: [
        attribute('formatted', 'The full name, as it is shown.'),
        attribute('familyName', 'The family name, or last name in most Western languages.'),
        attribute('givenName', 'The given name, or first name in most Western languages.'),
        attribute('middleName', 'The middle names.'),
        attribute('honorificPrefix', 'What goes before the name: Ms., Dr.'),
        attribute('honorificSuffix', 'What goes after the name: III, MSc.'),
      ],
    }),
    attribute('displayName', 'The name shown to other users.'),
    attribute('nickName', 'The casual name of the user.'),
    attribute('profileUrl', 'A page about the user.', { type: 'reference', referenceTypes: ['external'] }),
    attribute('title', 'The user’s title, such as Vice President.'),
    attribute('userType', 'The relation to the organisation, such as Contractor or Employee.'),
    attribute('preferredLanguage', 'The preferred language, as in the Accept-Language header.'),
    attribute('locale', 'The default location for currency, dates and numbers.'),
    attribute('timezone', 'The time zone, as the IANA names it: Europe/Berlin.'),
    attribute('active', 'Whether the user may use the application. False deprovisions, true takes it back.', {
      type: 'boolean',
    }),
    plural(
      'emails',
      'The application has one address for a user: the primary one, else the one of type work, else the first. It is the first in the list, as the application has it. The others are read back as they were sent.',
      'An e-mail address.',
      { types: ['work', 'home', 'other'] },
    ),
    plural('phoneNumbers', 'Phone numbers.', 'A phone number.', {
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    plural('ims', 'Instant messaging addresses.', 'An instant messaging address.', {
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    plural('photos', 'Pictures of the user.', 'The URL of a picture.', {
      types: ['photo', 'thumbnail'],
      value: { type: 'reference', referenceTypes: ['external'], caseExact: true },
    }),
    attribute('addresses', 'Postal addresses.', {
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The full address, as on an envelope.'),
        attribute('streetAddress', 'Street and house number; may have several lines.'),
        attribute('locality', 'City or locality.'),
        attribute('region', 'State or region.'),
        attribute('postalCode', 'Postal code.'),
        attribute('country', 'Country.'),
        attribute('type', 'What the address is used for.', { canonicalValues: ['work', 'home', 'other'] }),
        attribute('primary', 'Whether this is the preferred address; true for one address at most.', {
          type: 'boolean',
        }),
      ],
    }),
    readOnly(
      attribute('groups', 'The groups of the IdP that the user is in. Changed through the groups.', {
        multiValued: true,
        subAttributes: [
          attribute('value', 'The id of the group.', { caseExact: true }),
          attribute('$ref', 'The URI of the group.', { type: 'reference', referenceTypes: ['Group'] }),
          attribute('display', 'The name of the group.'),
          attribute('type', 'How the user is a member.', { canonicalValues: ['direct'] }),
        ],
      }),
    ),
    plural('entitlements', 'Things the user has.', 'An entitlement.'),
    plural('roles', 'Roles of the user.', 'A role.'),
    plural('x509Certificates', 'Certificates of the user.', 'A certificate: DER, in base64.', {
      value: { type: 'binary', caseExact: true },
    }),
  ],
};
