using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 169: a column more than once in ORDER BY. 408, 1008: an order by what is the same for all rows.
/// 10741: TOP beside OFFSET. (1033, ORDER BY in a view or a subquery, the parser knows by itself.)
/// </summary>
sealed class Ordering(Report report) : TSqlFragmentVisitor
{
    public static void Check(TSqlScript script, Knowledge _, Report report) => script.Accept(new Ordering(report));

    public override void Visit(QuerySpecification node)
    {
        if (node.OrderByClause is { } order) CheckKeys(order, node.SelectElements);
        if (node.TopRowFilter is not null && node.OffsetClause is not null)
            report("10741", node.OffsetClause, "A TOP can not be used in the same query as an OFFSET");
    }

    public override void Visit(BinaryQueryExpression node)
    {
        if (node.OrderByClause is { } order) CheckKeys(order, []);
    }

    public override void Visit(OverClause node)
    {
        if (node.OrderByClause is { } order) CheckKeys(order, []);
    }

    public override void Visit(WithinGroupClause node)
    {
        if (node.OrderByClause is { } order) CheckKeys(order, []);
    }

    void CheckKeys(OrderByClause order, IList<SelectElement> selected)
    {
        var keys = new List<ScalarExpression>();
        foreach (var element in order.OrderByElements)
        {
            var key = Meant(element.Expression, selected);
            if (keys.Any(other => Words.SameExpression(other, key)))
                report("169", order, $"A column has been specified more than once in the order by list: {Words.Excerpt(element.Expression)}");
            keys.Add(key);
            if (IsConstant(element.Expression) is { } number)
                report(number, element, "ORDER BY by something that is the same for every row");
        }
    }

    /// <summary>What a position or an alias stands for.</summary>
    static ScalarExpression Meant(ScalarExpression key, IList<SelectElement> selected)
    {
        if (key is IntegerLiteral position && int.TryParse(position.Value, out var at))
            return selected.ElementAtOrDefault(at - 1) is SelectScalarExpression { Expression: var one } ? one : key;
        if (key is not ColumnReferenceExpression column || Words.TableOf(column) is not null) return key;
        var named = selected.OfType<SelectScalarExpression>()
            .FirstOrDefault(element => Words.Same(element.ColumnName?.Value, Words.ColumnOf(column)));
        return named?.Expression ?? key;
    }

    /// <summary>A literal that is no position, or a variable, and nothing else.</summary>
    static string? IsConstant(ScalarExpression key)
    {
        if (key is IntegerLiteral) return null;
        var parts = Every<PrimaryExpression>.In(key);
        var simple = Every<TSqlFragment>.In(key).All(part => part is Literal or VariableReference or BinaryExpression
            or UnaryExpression or ParenthesisExpression or CastCall or ConvertCall or DataTypeReference or SchemaObjectName or Identifier);
        if (!simple || parts.Count == 0) return null;
        return parts.Any(part => part is VariableReference) ? "1008" : "408";
    }
}
