using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 207: a column that is added and used in one batch, which is compiled as a whole, before the column is there.
/// https://learn.microsoft.com/sql/odbc/reference/develop-app/batches-of-sql-statements (“a table cannot be altered
/// and then the new columns referenced in the same batch”)
/// </summary>
static class Batches
{
    public static void Check(TSqlScript script, Knowledge _, Report report)
    {
        foreach (var batch in script.Batches)
        {
            var added = new List<(string Table, string Column, int After)>();
            foreach (var add in Every<AlterTableAddTableElementStatement>.In(batch))
                foreach (var column in add.Definition.ColumnDefinitions)
                    added.Add((add.SchemaObjectName.BaseIdentifier.Value, column.ColumnIdentifier.Value, add.LastTokenIndex));
            if (added.Count == 0) continue;
            foreach (var user in Users(batch))
                foreach (var (table, column, after) in added.Where(one => one.After < user.FirstTokenIndex))
                    if (Names(user, table) && Uses(user, column))
                        report("207", user, $"Invalid column name '{column}': it is added to {table} in the same batch");
        }
    }

    /// <summary>What is bound to its columns when the batch is compiled.</summary>
    static IEnumerable<TSqlFragment> Users(TSqlBatch batch) =>
        Every<TSqlStatement>.In(batch).Where(statement => statement
            is SelectStatement or DataModificationStatement or CreateIndexStatement { FilterPredicate: not null } ||
            (statement is AlterTableAddTableElementStatement add && (add.Definition.TableConstraints.Count > 0 ||
                add.Definition.ColumnDefinitions.Any(column => column.ComputedColumnExpression is not null))));

    static bool Names(TSqlFragment statement, string table) =>
        Every<SchemaObjectName>.In(statement).Any(name => Words.Same(name.BaseIdentifier?.Value, table));

    static bool Uses(TSqlFragment statement, string column)
    {
        var place = statement is CreateIndexStatement index ? index.FilterPredicate : statement;
        return Every<ColumnReferenceExpression>.In(place).Any(one => Words.Same(Words.ColumnOf(one), column));
    }
}
