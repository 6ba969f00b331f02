// How a host application on .NET (Framework 4.5 and later, or .NET 6 and later) verifies scimctl tokens by
// itself, through the view scim.live_token. Copy it and adapt it; docs/tokens.md has the recipe in words, and
// token-vectors.json the values to test with.
using System;
using System.Collections.Generic;
using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Scimctl.Samples
{
    /// <summary>A token that works at this moment, as the view has it.</summary>
    public sealed class LiveToken
    {
        public string HashScheme;
        public string KeyId;
        public byte[] Digest;
        public Guid ServiceAccountId;
        /// <summary>The IdP's name: who is calling.</summary>
        public string ServiceAccount;
    }

    /// <summary>Keys by id, where tokens are hashed with keys, and whether others are refused.</summary>
    public sealed class TokenPolicy
    {
        public IDictionary<string, byte[]> Keys = new Dictionary<string, byte[]>();
        public bool RequireKeyed;
    }

    public static class TokenVerifier
    {
        // \z and not $, which would let a line break follow.
        private static readonly Regex Token = new Regex(@"\Ascimctl_([0-9A-Za-z]{12})_[0-9A-Za-z]{49}\z");
        private static readonly Regex Bearer = new Regex(@"\ABearer +(\S+) *\z", RegexOptions.IgnoreCase);

        /// <summary>The token in an Authorization header; null where there is none.</summary>
        public static string BearerToken(string authorization)
        {
            Match match = Bearer.Match(authorization ?? "");
            return match.Success ? match.Groups[1].Value : null;
        }

        /// <summary>Whose token this is; null where it does not work, which is to be answered with 401.</summary>
        /// <exception cref="InvalidOperationException">It cannot be told: answer 500, since an IdP that is
        /// told 401 stops.</exception>
        public static LiveToken Verify(DbConnection connection, string presented, TokenPolicy policy)
        {
            Match match = Token.Match(presented ?? "");
            if (!match.Success) return null;
            LiveToken live = Find(connection, match.Groups[1].Value);
            return live != null && Matches(presented, live, policy) ? live : null;
        }

        /// <summary>Hashes what was presented the way the token was hashed, and compares in constant
        /// time.</summary>
        public static bool Matches(string presented, LiveToken live, TokenPolicy policy)
        {
            byte[] text = Encoding.UTF8.GetBytes(presented);
            if (live.HashScheme == "sha256")
            {
                if (policy.RequireKeyed) return false;
                using (SHA256 hash = SHA256.Create()) return SameBytes(hash.ComputeHash(text), live.Digest);
            }
            if (live.HashScheme != "hmac-sha256")
                throw new InvalidOperationException("The hash scheme " + live.HashScheme + " is not known here");
            byte[] key;
            if (!policy.Keys.TryGetValue(live.KeyId, out key))
                throw new InvalidOperationException("The token key " + live.KeyId + " is missing");
            using (HMACSHA256 hash = new HMACSHA256(key)) return SameBytes(hash.ComputeHash(text), live.Digest);
        }

        /// <summary>One lookup by primary key. The connection is open; @id suits SqlClient and Npgsql.</summary>
        private static LiveToken Find(DbConnection connection, string publicId)
        {
            using (DbCommand command = connection.CreateCommand())
            {
                command.CommandText =
                    "select hash_scheme, key_id, digest, service_account_id, service_account " +
                    "from scim.live_token where public_id = @id";
                DbParameter id = command.CreateParameter();
                id.ParameterName = "@id";
                id.DbType = DbType.String;
                id.Value = publicId;
                command.Parameters.Add(id);
                using (DbDataReader row = command.ExecuteReader())
                {
                    if (!row.Read()) return null;
                    return new LiveToken
                    {
                        HashScheme = row.GetString(0),
                        KeyId = row.IsDBNull(1) ? null : row.GetString(1),
                        Digest = (byte[])row.GetValue(2),
                        ServiceAccountId = row.GetGuid(3),
                        ServiceAccount = row.GetString(4),
                    };
                }
            }
        }

        // .NET has CryptographicOperations.FixedTimeEquals for this; .NET Framework has not.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.NoOptimization)]
        private static bool SameBytes(byte[] a, byte[] b)
        {
            if (a.Length != b.Length) return false;
            int difference = 0;
            for (int at = 0; at < a.Length; at++) difference |= a[at] ^ b[at];
            return difference == 0;
        }
    }
}
