using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>What PostgreSQL gives a type, and SQL Server refuses: 8133, 4127 and 4151 of expressions that are all null.</summary>
sealed class Nulls(Report report) : TSqlFragmentVisitor
{
    public static void Check(TSqlScript script, Knowledge _, Report report) => script.Accept(new Nulls(report));

    public override void Visit(SimpleCaseExpression node) =>
        CheckCase(node, node.WhenClauses.Select(when => when.ThenExpression).Append(node.ElseExpression));

    public override void Visit(SearchedCaseExpression node) =>
        CheckCase(node, node.WhenClauses.Select(when => when.ThenExpression).Append(node.ElseExpression));

    public override void Visit(CoalesceExpression node)
    {
        if (node.Expressions.All(IsNull))
            report("4127", node, "At least one of the arguments to COALESCE must not be the NULL constant");
    }

    public override void Visit(NullIfExpression node)
    {
        if (IsNull(node.FirstExpression))
            report("4151", node, "The first argument to NULLIF cannot be the NULL constant");
    }

    void CheckCase(CaseExpression node, IEnumerable<ScalarExpression?> results)
    {
        if (results.All(result => result is null || IsNull(result)))
            report("8133", node, "At least one of the result expressions of CASE must not be the NULL constant");
    }

    static bool IsNull(ScalarExpression expression) =>
        expression is NullLiteral || (expression is ParenthesisExpression inner && IsNull(inner.Expression));
}
