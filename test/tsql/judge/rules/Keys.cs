using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 1944: the key of an index that may be longer than 900 bytes where the index is clustered, or 1,700. (The server
/// only warns of columns that vary in length, and fails when a row comes that is too long.) 1919: a key of a type that
/// no index takes. 10609: a filtered index that asks for a computed column. unique-null: a unique key of a column that
/// may be null, which SQL Server lets be null once, and PostgreSQL, and so Babelfish, as often as one likes. (What else
/// a filtered index does not take, the parser knows by itself.)
/// </summary>
sealed class Keys(Knowledge knowledge, Report report) : TSqlFragmentVisitor
{
    public static void Check(TSqlScript script, Knowledge knowledge, Report report) =>
        script.Accept(new Keys(knowledge, report));

    public override void Visit(CreateIndexStatement node)
    {
        var table = Words.NameOf(node.OnName);
        var columns = node.Columns.Select(column => Words.ColumnOf(column.Column) ?? "").ToArray();
        CheckKey(table, columns, node.Clustered ?? false, node);
        if (node.Unique) CheckNulls(table, columns, node.FilterPredicate, node);
        foreach (var column in Every<ColumnReferenceExpression>.In(node.FilterPredicate))
            if (Known(table, Words.ColumnOf(column))?.ComputedColumnExpression is not null)
                report("10609", column, $"Filtered index cannot be created because the column '{Words.ColumnOf(column)}' in the filter expression is a computed column");
    }

    public override void Visit(CreateTableStatement node) => CheckConstraints(Words.NameOf(node.SchemaObjectName), node.Definition);
    public override void Visit(AlterTableAddTableElementStatement node) =>
        CheckConstraints(Words.NameOf(node.SchemaObjectName), node.Definition);

    void CheckConstraints(string table, TableDefinition? definition)
    {
        if (definition is null) return;
        var inline = definition.ColumnDefinitions.SelectMany(column => column.Constraints
            .OfType<UniqueConstraintDefinition>().Select(key => (key, new[] { column.ColumnIdentifier.Value })));
        var own = definition.TableConstraints.OfType<UniqueConstraintDefinition>()
            .Select(key => (key, key.Columns.Select(column => Words.ColumnOf(column.Column) ?? "").ToArray()));
        foreach (var (key, columns) in inline.Concat(own))
        {
            CheckKey(table, columns, key.Clustered ?? key.IsPrimaryKey, key);
            if (!key.IsPrimaryKey) CheckNulls(table, columns, null, key);
        }
        foreach (var index in definition.Indexes)
            CheckKey(table, index.Columns.Select(column => Words.ColumnOf(column.Column) ?? "").ToArray(),
                index.IndexType?.IndexTypeKind == IndexTypeKind.Clustered, index);
    }

    void CheckNulls(string table, string[] columns, BooleanExpression? filter, TSqlFragment at)
    {
        var filled = Every<BooleanIsNullExpression>.In(filter).Where(test => test.IsNot)
            .Select(test => Words.ColumnOf((ColumnReferenceExpression)test.Expression)).ToList();
        foreach (var name in columns)
            if (MayBeNull(table, name) && !filled.Contains(name, Words.NoCase))
                report("unique-null", at, $"Column '{name}' may be null, and a unique key lets one row alone be so");
    }

    /// <summary>Of a computed column it is not told here.</summary>
    bool MayBeNull(string table, string name) =>
        Known(table, name) is { DataType: not null } column &&
        !column.Constraints.Any(constraint => constraint is NullableConstraintDefinition { Nullable: false }) &&
        !(knowledge.PrimaryKeys.TryGetValue(table, out var key) && key.Contains(name, Words.NoCase));

    ColumnDefinition? Known(string table, string? name) =>
        name is not null && knowledge.Tables.TryGetValue(table, out var columns) ? columns.GetValueOrDefault(name) : null;

    void CheckKey(string table, string[] columns, bool clustered, TSqlFragment at)
    {
        if (!knowledge.Tables.TryGetValue(table, out var known)) return;
        var bytes = 0;
        foreach (var name in columns)
        {
            if (!known.TryGetValue(name, out var column)) continue;
            var size = Sizes.Of(column, known);
            if (size == Sizes.NoKey)
                report("1919", at, $"Column '{name}' in table '{table}' is of a type that is invalid for use as a key column in an index");
            bytes += Math.Max(0, size ?? 0);
        }
        var most = clustered ? 900 : 1700;
        if (bytes > most) report("1944", at, $"The key may be {bytes} bytes long, and the maximum is {most}");
    }
}

/// <summary>How many bytes the values of columns take in a key, at most.</summary>
static class Sizes
{
    /// <summary>No index takes it.</summary>
    public const int NoKey = -1;

    /// <summary>Nothing where it cannot be told.</summary>
    public static int? Of(ColumnDefinition column, IReadOnlyDictionary<string, ColumnDefinition> columns) =>
        column.DataType is { } type ? Of(type) : column.ComputedColumnExpression is { } computed ? Of(computed, columns) : null;

    /// <summary>Of what is worked out: the functions that keep the type of what they are given, and conversions.</summary>
    static int? Of(ScalarExpression expression, IReadOnlyDictionary<string, ColumnDefinition> columns) => expression switch
    {
        ParenthesisExpression parentheses => Of(parentheses.Expression, columns),
        ColumnReferenceExpression column => columns.TryGetValue(Words.ColumnOf(column) ?? "", out var known) ? Of(known, columns) : null,
        CastCall cast => Of(cast.DataType),
        TryCastCall cast => Of(cast.DataType),
        ConvertCall convert => Of(convert.DataType),
        TryConvertCall convert => Of(convert.DataType),
        CoalesceExpression coalesce => coalesce.Expressions.Max(part => Of(part, columns)),
        NullIfExpression nullIf => Of(nullIf.FirstExpression, columns),
        FunctionCall call => Of(call, columns),
        _ => null,
    };

    static int? Of(FunctionCall call, IReadOnlyDictionary<string, ColumnDefinition> columns) =>
        call.FunctionName.Value.ToLowerInvariant() switch
        {
            "lower" or "upper" or "ltrim" or "rtrim" or "reverse" or "isnull" => Of(call.Parameters[0], columns),
            "json_value" => 8000,
            "json_query" => NoKey,
            _ => null,
        };

    static int? Of(DataTypeReference type)
    {
        if (type is XmlDataTypeReference) return NoKey;
        if (type is UserDataTypeReference user) return Words.Same(user.Name.BaseIdentifier.Value, "sysname") ? 256 : null;
        if (type is not SqlDataTypeReference sql) return null;
        if (sql.Parameters.Any(parameter => parameter is MaxLiteral)) return NoKey;
        var given = sql.Parameters.Select(parameter => int.TryParse(parameter.Value, out var number) ? number : 0).FirstOrDefault(-1);
        return sql.SqlDataTypeOption switch
        {
            SqlDataTypeOption.NVarChar or SqlDataTypeOption.NChar => 2 * Math.Max(1, given),
            SqlDataTypeOption.VarChar or SqlDataTypeOption.Char or SqlDataTypeOption.VarBinary or SqlDataTypeOption.Binary => Math.Max(1, given),
            SqlDataTypeOption.TinyInt or SqlDataTypeOption.Bit => 1,
            SqlDataTypeOption.SmallInt => 2,
            SqlDataTypeOption.Date => 3,
            SqlDataTypeOption.Int or SqlDataTypeOption.SmallMoney or SqlDataTypeOption.Real or SqlDataTypeOption.SmallDateTime => 4,
            SqlDataTypeOption.Time => 5,
            SqlDataTypeOption.BigInt or SqlDataTypeOption.Money or SqlDataTypeOption.DateTime or SqlDataTypeOption.DateTime2
                or SqlDataTypeOption.Float or SqlDataTypeOption.Timestamp or SqlDataTypeOption.Rowversion => 8,
            SqlDataTypeOption.DateTimeOffset => 10,
            SqlDataTypeOption.UniqueIdentifier => 16,
            SqlDataTypeOption.Decimal or SqlDataTypeOption.Numeric => 17,
            SqlDataTypeOption.Text or SqlDataTypeOption.NText or SqlDataTypeOption.Image => NoKey,
            _ => null,
        };
    }
}
