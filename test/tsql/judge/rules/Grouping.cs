using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 8120 (and 8121 in HAVING, 8127 in ORDER BY): a column that is neither grouped nor in an aggregate, even
/// where the grouped ones decide it. 130: a subquery or an aggregate inside an aggregate. 144: one of them in
/// GROUP BY. 164: GROUP BY by what is no column. 207: GROUP BY by an alias.
/// </summary>
sealed class Grouping(Report report) : TSqlFragmentVisitor
{
    static readonly HashSet<string> Aggregates = new(Words.NoCase)
    {
        "approx_count_distinct", "avg", "checksum_agg", "count", "count_big", "grouping", "grouping_id", "max", "min",
        "stdev", "stdevp", "string_agg", "sum", "var", "varp",
    };

    public static void Check(TSqlScript script, Knowledge _, Report report) => script.Accept(new Grouping(report));

    public override void Visit(FunctionCall node)
    {
        if (!IsAggregate(node)) return;
        foreach (var argument in node.Parameters)
        {
            if (Every<ScalarSubquery>.In(argument).Count > 0 || Every<FunctionCall>.In(argument).Any(IsAggregate))
                report("130", node, "Cannot perform an aggregate function on an expression containing an aggregate or a subquery");
        }
    }

    public override void Visit(QuerySpecification node)
    {
        var keys = Every<ExpressionGroupingSpecification>.In(node.GroupByClause).Select(key => key.Expression).ToList();
        CheckKeys(keys, node);
        var said = Said(node).ToList();
        if (keys.Count == 0 && node.HavingClause is null &&
            !said.SelectMany(part => Every<FunctionCall>.In(part.Expression).Where(call => IsOwn(call, part.Expression)))
                .Any(IsAggregate))
            return;
        var own = Sources.Of(node.FromClause).Select(source => source.Name).ToHashSet(Words.NoCase);
        var aliases = node.SelectElements.OfType<SelectScalarExpression>()
            .Select(element => element.ColumnName?.Value).OfType<string>().ToHashSet(Words.NoCase);
        foreach (var star in node.SelectElements.OfType<SelectStarExpression>())
            report("8120", star, "Columns are neither grouped nor in an aggregate");
        foreach (var (number, expression) in said)
            foreach (var column in Loose(expression, keys, own))
                if (number != "8127" || Words.TableOf(column) is not null || !aliases.Contains(Words.ColumnOf(column) ?? ""))
                    report(number, column, $"The column '{Words.Excerpt(column)}' is neither grouped nor in an aggregate");
    }

    /// <summary>What is worked out for each group.</summary>
    static IEnumerable<(string Number, TSqlFragment Expression)> Said(QuerySpecification query)
    {
        foreach (var element in query.SelectElements)
        {
            if (element is SelectScalarExpression scalar) yield return ("8120", scalar.Expression);
            if (element is SelectSetVariable variable) yield return ("8120", variable.Expression);
        }
        if (query.HavingClause is not null) yield return ("8121", query.HavingClause.SearchCondition);
        foreach (var element in query.OrderByClause?.OrderByElements ?? [])
            yield return ("8127", element.Expression);
    }

    void CheckKeys(List<ScalarExpression> keys, QuerySpecification query)
    {
        foreach (var key in keys)
        {
            if (Every<ScalarSubquery>.In(key).Count > 0 || Every<FunctionCall>.In(key).Any(IsAggregate))
                report("144", key, "Cannot use an aggregate or a subquery in an expression used for the group by list");
            else if (Every<ColumnReferenceExpression>.In(key).Count == 0)
                report("164", key, "Each GROUP BY expression must contain at least one column that is not an outer reference");
            else if (key is ColumnReferenceExpression column && Words.TableOf(column) is null &&
                query.SelectElements.OfType<SelectScalarExpression>().Any(element =>
                    Words.Same(element.ColumnName?.Value, Words.ColumnOf(column)) && IsNoSuchColumn(element.Expression, column)))
                report("207", key, $"Invalid column name '{Words.ColumnOf(column)}': GROUP BY knows no alias");
        }
    }

    static bool IsNoSuchColumn(ScalarExpression expression, ColumnReferenceExpression column) =>
        !Every<ColumnReferenceExpression>.In(expression).Any(one => Words.Same(Words.ColumnOf(one), Words.ColumnOf(column)));

    /// <summary>Columns of this query that stand in no aggregate and in no grouped expression.</summary>
    static IEnumerable<ColumnReferenceExpression> Loose(
        TSqlFragment expression, List<ScalarExpression> keys, HashSet<string> own)
    {
        var held = Every<ScalarExpression>.In(expression)
            .Where(part => (part is FunctionCall call && IsAggregate(call) && IsOwn(call, expression)) ||
                keys.Any(key => Words.SameExpression(key, part)))
            .ToList();
        var inner = Every<QuerySpecification>.In(expression);
        return Every<ColumnReferenceExpression>.In(expression).Where(column =>
            column.ColumnType == ColumnType.Regular && !held.Any(part => Holds(part, column)) && IsOf(column, own, inner));
    }

    /// <summary>Whether it is a column of the query with these tables, and not of one inside or around it.</summary>
    static bool IsOf(ColumnReferenceExpression column, HashSet<string> own, IEnumerable<QuerySpecification> inner)
    {
        var around = inner.Where(query => Holds(query, column)).ToList();
        if (Words.TableOf(column) is not { } table) return around.Count == 0 && own.Count > 0;
        var nearer = around.SelectMany(query => Sources.Of(query.FromClause)).Select(source => source.Name);
        return own.Contains(table) && !nearer.Contains(table, Words.NoCase);
    }

    /// <summary>Not inside a subquery of it.</summary>
    static bool IsOwn(FunctionCall call, TSqlFragment expression) =>
        !Every<QuerySpecification>.In(expression).Any(query => Holds(query, call));

    static bool IsAggregate(FunctionCall call) =>
        call.OverClause is null && call.CallTarget is null && Aggregates.Contains(call.FunctionName.Value);

    static bool Holds(TSqlFragment outer, TSqlFragment inner) =>
        outer.FirstTokenIndex <= inner.FirstTokenIndex && inner.LastTokenIndex <= outer.LastTokenIndex;
}
