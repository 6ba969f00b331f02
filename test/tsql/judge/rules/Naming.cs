using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 8155, 8156: a column of a derived table or a common table expression without a name, or two of one name;
/// 4511, 4506 of a view or an inline function; 13605, 13601 of FOR JSON; 1038, 2705 of SELECT INTO.
/// </summary>
sealed class Naming(Knowledge knowledge, Report report) : TSqlFragmentVisitor
{
    public static void Check(TSqlScript script, Knowledge knowledge, Report report) =>
        script.Accept(new Naming(knowledge, report));

    public override void Visit(QueryDerivedTable node) => Columns(node.QueryExpression, node.Columns, "8155", "8156");
    public override void Visit(CommonTableExpression node) => Columns(node.QueryExpression, node.Columns, "8155", "8156");
    public override void Visit(ViewStatementBody node) =>
        Columns(node.SelectStatement.QueryExpression, node.Columns, "4511", "4506");
    public override void Visit(SelectFunctionReturnType node) =>
        Columns(node.SelectStatement.QueryExpression, [], "4511", "4506");

    public override void Visit(SelectStatement node)
    {
        if (node.Into is not null) Columns(node.QueryExpression, [], "1038", "2705");
    }

    public override void Visit(QuerySpecification node)
    {
        if (node.ForClause is JsonForClause) Columns(node, [], "13605", "13601");
    }

    void Columns(QueryExpression query, IList<Identifier> given, string nameless, string twice)
    {
        var names = given.Count > 0 ? given.Select(name => ((string?)name.Value, (TSqlFragment)name)) : Names(query);
        var seen = new HashSet<string>(Words.NoCase);
        var number = 0;
        foreach (var (name, at) in names)
        {
            number++;
            if (name is null) report(nameless, at, $"No column name was specified for column {number}");
            else if (!seen.Add(name)) report(twice, at, $"The column '{name}' was specified multiple times");
        }
    }

    IEnumerable<(string? Name, TSqlFragment At)> Names(QueryExpression query) => query switch
    {
        QueryParenthesisExpression parentheses => Names(parentheses.QueryExpression),
        BinaryQueryExpression both => Names(both.FirstQueryExpression),
        QuerySpecification one => one.SelectElements.SelectMany(element => Names(element, one)),
        _ => [],
    };

    IEnumerable<(string? Name, TSqlFragment At)> Names(SelectElement element, QuerySpecification query) => element switch
    {
        SelectScalarExpression scalar => [(scalar.ColumnName?.Value ?? NameOf(scalar.Expression), scalar)],
        SelectStarExpression star => Sources.Of(query.FromClause)
            .Where(source => star.Qualifier is null || Words.Same(star.Qualifier.Identifiers[^1].Value, source.Name))
            .SelectMany(source => Names(source.Table))
            .Select(name => (name, (TSqlFragment)star)),
        _ => [],
    };

    /// <summary>Of a table that is not known: nothing.</summary>
    IEnumerable<string?> Names(TableReference table) => table switch
    {
        TableReferenceWithAliasAndColumns { Columns.Count: > 0 } listed => listed.Columns.Select(name => (string?)name.Value),
        QueryDerivedTable derived => Names(derived.QueryExpression).Select(column => column.Name),
        NamedTableReference named when knowledge.Tables.TryGetValue(Words.NameOf(named.SchemaObject), out var columns) =>
            columns.Keys,
        _ => [],
    };

    static string? NameOf(ScalarExpression expression) => expression switch
    {
        ParenthesisExpression parentheses => NameOf(parentheses.Expression),
        ColumnReferenceExpression { ColumnType: ColumnType.Regular } column => Words.ColumnOf(column),
        ColumnReferenceExpression column => column.ColumnType.ToString(),
        _ => null,
    };
}
