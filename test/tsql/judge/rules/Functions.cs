using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// newer: a function, or an argument of one, or a collation, that SQL Server 2016 SP1 does not have. level: one that
/// a database of an older compatibility level does not have, whatever the server. 13610: a JSON path that is no
/// literal, which SQL Server 2016 does not take.
/// https://learn.microsoft.com/sql/t-sql/functions/functions
/// https://learn.microsoft.com/sql/t-sql/statements/alter-database-transact-sql-compatibility-level
/// </summary>
sealed class Functions(Report report) : TSqlFragmentVisitor
{
    static readonly Dictionary<string, string> Newer = Table(
        ("2017", "concat_ws string_agg translate trim"),
        ("2019", "approx_count_distinct"),
        ("2022", "approx_percentile_cont approx_percentile_disc bit_count date_bucket datetrunc generate_series get_bit " +
            "greatest json_array json_object json_path_exists least left_shift right_shift set_bit"),
        ("2025", "base64_decode base64_encode current_date edit_distance edit_distance_similarity jaro_winkler_distance " +
            "jaro_winkler_similarity json_arrayagg json_contains json_objectagg product regexp_count regexp_instr " +
            "regexp_like regexp_matches regexp_replace regexp_split_to_table regexp_substr unistr vector_distance " +
            "vector_norm vector_normalize vectorproperty"));

    /// <summary>The least level that has them; databases of 100 and later are supported.</summary>
    static readonly Dictionary<string, string> Levels = Table(
        ("110", "cume_dist first_value lag last_value lead percent_rank percentile_cont percentile_disc try_convert"),
        ("130", "openjson string_split"));

    /// <summary>Functions that were given more, or less, to say in a later version.</summary>
    static readonly Dictionary<string, (string Since, Func<int, bool> Of)> Arguments = new(Words.NoCase)
    {
        ["isjson"] = ("2022", count => count > 1),
        ["ltrim"] = ("2022", count => count > 1),
        ["rtrim"] = ("2022", count => count > 1),
        ["string_split"] = ("2022", count => count > 2),
        ["substring"] = ("2025", count => count < 3),
    };

    public static void Check(TSqlScript script, Knowledge _, Report report) => script.Accept(new Functions(report));

    public override void Visit(FunctionCall node)
    {
        if (node.CallTarget is not null) return;
        var name = node.FunctionName.Value;
        CheckName(name, node, node.Parameters.Count);
        if (Words.Same(name, "json_value") || Words.Same(name, "json_query")) CheckPath(node.Parameters.ElementAtOrDefault(1), node);
        var windowed = node.OverClause is { } over && (over.WindowFrameClause is not null ||
            (over.OrderByClause is not null && !Ranks.Contains(name)));
        if (windowed && !Levels.ContainsKey(name))
            report("level", node, "An aggregate over an ordered window needs compatibility level 110");
    }

    static readonly HashSet<string> Ranks = new(["row_number", "rank", "dense_rank", "ntile"], Words.NoCase);

    public override void Visit(OpenJsonTableReference node)
    {
        CheckName("openjson", node, 1);
        CheckPath(node.RowPattern, node);
    }

    public override void Visit(SchemaObjectFunctionTableReference node)
    {
        if (node.SchemaObject.SchemaIdentifier is null)
            CheckName(node.SchemaObject.BaseIdentifier.Value, node, node.Parameters.Count);
    }

    public override void Visit(GlobalFunctionTableReference node) => CheckName(node.Name.Value, node, node.Parameters.Count);
    public override void Visit(TryConvertCall node) => CheckName("try_convert", node, 2);

    public override void Visit(PrimaryExpression node)
    {
        var collation = node.Collation?.Value ?? "";
        if (collation.Contains("_UTF8", StringComparison.OrdinalIgnoreCase))
            report("newer", node, $"The collation {collation} is there from SQL Server 2019 on");
    }

    void CheckName(string name, TSqlFragment at, int arguments)
    {
        if (Newer.TryGetValue(name, out var version))
            report("newer", at, $"{name.ToUpperInvariant()} is there from SQL Server {version} on");
        else if (Arguments.TryGetValue(name, out var rule) && rule.Of(arguments))
            report("newer", at, $"{name.ToUpperInvariant()} takes {arguments} {(arguments == 1 ? "argument" : "arguments")} from SQL Server {rule.Since} on");
        if (Levels.TryGetValue(name, out var level))
            report("level", at, $"{name.ToUpperInvariant()} needs compatibility level {level}");
    }

    void CheckPath(ScalarExpression? path, TSqlFragment at)
    {
        if (path is not null and not StringLiteral)
            report("13610", at, "The path must be a string literal before SQL Server 2017");
    }

    static Dictionary<string, string> Table(params (string Since, string Names)[] rows) => rows
        .SelectMany(row => row.Names.Split(' ').Select(name => (name, row.Since)))
        .ToDictionary(row => row.name, row => row.Since, Words.NoCase);
}
