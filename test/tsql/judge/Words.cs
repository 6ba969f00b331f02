using System.Text;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>Names and expressions as they compare.</summary>
public static class Words
{
    public static readonly StringComparer NoCase = StringComparer.OrdinalIgnoreCase;

    public static bool Same(string? one, string? other) => NoCase.Equals(one, other);

    /// <summary>An expression without what does not matter: case, white space, comments, brackets around names.</summary>
    public static string Canonical(TSqlFragment fragment)
    {
        if (fragment is ParenthesisExpression parentheses) return Canonical(parentheses.Expression);
        var text = new StringBuilder();
        for (var at = fragment.FirstTokenIndex; at >= 0 && at <= fragment.LastTokenIndex; at++)
        {
            var token = fragment.ScriptTokenStream[at];
            if (IsBlank(token)) continue;
            text.Append(token.TokenType switch
            {
                TSqlTokenType.QuotedIdentifier => Identifier.DecodeIdentifier(token.Text, out _).ToLowerInvariant(),
                TSqlTokenType.AsciiStringLiteral or TSqlTokenType.UnicodeStringLiteral => token.Text,
                _ => token.Text.ToLowerInvariant(),
            });
            text.Append(' ');
        }
        return text.ToString();
    }

    /// <summary>Whether two expressions are the same; a column may be named with its table or without.</summary>
    public static bool SameExpression(TSqlFragment one, TSqlFragment other)
    {
        while (one is ParenthesisExpression inner) one = inner.Expression;
        while (other is ParenthesisExpression inner) other = inner.Expression;
        if (one is ColumnReferenceExpression a && other is ColumnReferenceExpression b)
            return Same(ColumnOf(a), ColumnOf(b)) &&
                (TableOf(a) is null || TableOf(b) is null || Same(TableOf(a), TableOf(b)));
        return Canonical(one) == Canonical(other);
    }

    /// <summary>The last part of a column's name; null for what has none.</summary>
    public static string? ColumnOf(ColumnReferenceExpression column) =>
        column.MultiPartIdentifier?.Identifiers.LastOrDefault()?.Value;

    /// <summary>The part before it: an alias, or a table.</summary>
    public static string? TableOf(ColumnReferenceExpression column) =>
        column.MultiPartIdentifier is { Count: > 1 } name ? name[name.Count - 2].Value : null;

    /// <summary>Schema and name, of which dbo is the schema where none is said.</summary>
    public static string NameOf(SchemaObjectName name) =>
        $"{name.SchemaIdentifier?.Value ?? "dbo"}.{name.BaseIdentifier.Value}".ToLowerInvariant();

    /// <summary>A name in the schema of a table.</summary>
    public static string InSchemaOf(string table, string name) => $"{table.Split('.')[0]}.{name}".ToLowerInvariant();

    /// <summary>What the text says there, in one line.</summary>
    public static string Excerpt(TSqlFragment fragment)
    {
        var text = new StringBuilder();
        for (var at = fragment.FirstTokenIndex; at >= 0 && at <= fragment.LastTokenIndex && text.Length < 500; at++)
            text.Append(fragment.ScriptTokenStream[at].Text);
        return Short(text.ToString());
    }

    public static string Short(string text)
    {
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 160 ? line[..157] + "..." : line;
    }

    static bool IsBlank(TSqlParserToken token) => token.TokenType is TSqlTokenType.WhiteSpace
        or TSqlTokenType.SingleLineComment or TSqlTokenType.MultilineComment;
}

/// <summary>Every fragment of one kind inside another, in the order of the text.</summary>
public sealed class Every<T> : TSqlFragmentVisitor where T : TSqlFragment
{
    readonly List<T> found = [];

    public static IReadOnlyList<T> In(TSqlFragment? fragment)
    {
        var visitor = new Every<T>();
        fragment?.Accept(visitor);
        return visitor.found;
    }

    public override void Visit(TSqlFragment node)
    {
        if (node is T one) found.Add(one);
    }
}

/// <summary>The tables of a FROM, by the names they have in the query.</summary>
public static class Sources
{
    public static IReadOnlyList<(string Name, TableReference Table)> Of(FromClause? from)
    {
        var found = new List<(string, TableReference)>();
        foreach (var table in from?.TableReferences ?? []) Add(table, found);
        return found;
    }

    static void Add(TableReference table, List<(string, TableReference)> found)
    {
        switch (table)
        {
            case JoinTableReference join:
                Add(join.FirstTableReference, found);
                Add(join.SecondTableReference, found);
                break;
            case JoinParenthesisTableReference parentheses:
                Add(parentheses.Join, found);
                break;
            case TableReferenceWithAlias { Alias: { } alias }:
                found.Add((alias.Value, table));
                break;
            case NamedTableReference named:
                found.Add((named.SchemaObject.BaseIdentifier.Value, table));
                break;
            case SchemaObjectFunctionTableReference function:
                found.Add((function.SchemaObject.BaseIdentifier.Value, table));
                break;
        }
    }
}
