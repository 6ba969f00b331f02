using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 2714: two constraints of one name in a schema; to PostgreSQL, and so to Babelfish, a name belongs to its table.
/// 1778, 1753, 1757: a foreign key whose column has another type, length or collation than the one it points at.
/// </summary>
sealed class Constraints(Knowledge knowledge, Report report) : TSqlFragmentVisitor
{
    public static void Check(TSqlScript script, Knowledge knowledge, Report report)
    {
        foreach (var (at, other) in knowledge.Clashes.Where(clash => clash.At.ScriptTokenStream == script.ScriptTokenStream))
            report("2714", at, $"There is already an object named '{at.ConstraintIdentifier.Value}' in the schema, of {other}");
        script.Accept(new Constraints(knowledge, report));
    }

    public override void Visit(CreateTableStatement node) => CheckKeys(Words.NameOf(node.SchemaObjectName), node.Definition);
    public override void Visit(AlterTableAddTableElementStatement node) =>
        CheckKeys(Words.NameOf(node.SchemaObjectName), node.Definition);

    void CheckKeys(string table, TableDefinition? definition)
    {
        foreach (var column in definition?.ColumnDefinitions ?? [])
            foreach (var key in column.Constraints.OfType<ForeignKeyConstraintDefinition>())
                CheckTypes(table, key, [column.ColumnIdentifier.Value]);
        foreach (var key in (definition?.TableConstraints ?? []).OfType<ForeignKeyConstraintDefinition>())
            CheckTypes(table, key, key.Columns.Select(name => name.Value).ToArray());
    }

    void CheckTypes(string table, ForeignKeyConstraintDefinition key, string[] columns)
    {
        var target = Words.NameOf(key.ReferenceTableName);
        var others = key.ReferencedTableColumns.Count > 0
            ? key.ReferencedTableColumns.Select(name => name.Value).ToArray()
            : knowledge.PrimaryKeys.GetValueOrDefault(target) ?? [];
        foreach (var (own, other) in columns.Zip(others))
        {
            if (Known(table, own) is not { DataType: { } type } from || Known(target, other) is not { DataType: { } wanted } to) continue;
            if (KindOf(type) != KindOf(wanted))
                report("1778", key, $"Column '{target}.{other}' is not the same data type as referencing column '{table}.{own}'");
            else if (Words.Canonical(type) != Words.Canonical(wanted))
                report("1753", key, $"Column '{target}.{other}' is not the same length or scale as referencing column '{table}.{own}'");
            else if (!Words.Same(from.Collation?.Value, to.Collation?.Value))
                report("1757", key, $"Column '{target}.{other}' is not of same collation as referencing column '{table}.{own}'");
        }
    }

    ColumnDefinition? Known(string table, string name) =>
        knowledge.Tables.TryGetValue(table, out var columns) ? columns.GetValueOrDefault(name) : null;

    static string KindOf(DataTypeReference type) =>
        type is SqlDataTypeReference sql ? sql.SqlDataTypeOption.ToString() : Words.Canonical(type);
}
