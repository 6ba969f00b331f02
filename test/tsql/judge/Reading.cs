using System.Text.RegularExpressions;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>SQL Server 2016 to 2025, by the compatibility levels that are their own.</summary>
public static class Versions
{
    public static readonly IReadOnlyList<(int Level, string Name, Func<TSqlParser> Parser)> All =
    [
        (130, "2016", () => new TSql130Parser(true)),
        (140, "2017", () => new TSql140Parser(true)),
        (150, "2019", () => new TSql150Parser(true)),
        (160, "2022", () => new TSql160Parser(true)),
        (170, "2025", () => new TSql170Parser(true)),
    ];

    public static string Named(int level) => $"SQL Server {All.First(version => version.Level == level).Name}";
}

/// <summary>What the parsers make of a text.</summary>
public sealed class Reading
{
    public required IReadOnlyList<int> Parses { get; init; }

    /// <summary>Where it does not parse.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>Its tree, and those of the texts it runs by EXEC, each with the line of the EXEC.</summary>
    public required IReadOnlyList<(TSqlScript Script, int? Line)> Pieces { get; init; }

    /// <summary>Readings of texts, each of which is read once. Parsing is what takes time.</summary>
    public static IReadOnlyDictionary<string, Reading> Of(IEnumerable<Text> texts) => texts
        .Select(text => text.Sql).Distinct().AsParallel()
        .Select(sql => (Sql: sql, Reading: Read(WithoutCommands(sql), null)))
        .ToDictionary(one => one.Sql, one => one.Reading);

    static Reading Read(string sql, int? line)
    {
        var parses = new List<int>();
        var faults = new List<Fault>();
        var refused = new List<(int Level, ParseError Error)>();
        TSqlScript? tree = null;
        foreach (var (level, _, parser) in Versions.All)
        {
            var script = (TSqlScript?)parser().Parse(new StringReader(sql), out var errors);
            if (errors.Count == 0) parses.Add(level);
            // The oldest tree: what newer parsers know as syntax is a function's name to it.
            if (errors.Count == 0) tree ??= script;
            // Those behind the first may only follow from it.
            if (errors.Count > 0) refused.Add((level, errors[0]));
        }
        foreach (var alike in refused.GroupBy(one => (one.Error.Line, one.Error.Message)))
        {
            var (at, message) = alike.Key;
            var who = alike.Count() == Versions.All.Count ? "" :
                $"{string.Join(", ", alike.Select(one => Versions.Named(one.Level)))}: ";
            // The parser knows this rule by itself.
            var rule = message.StartsWith("The ORDER BY clause is not valid in views") ? "1033" : "syntax";
            faults.Add(new Fault(rule, line ?? at, who + message, LineOf(sql, at)));
        }
        if (tree is null) return new Reading { Parses = parses, Faults = faults, Pieces = [] };
        var pieces = new List<(TSqlScript, int?)> { (tree, line) };
        foreach (var (inner, at) in Executed.In(tree))
        {
            var read = Read(inner, line ?? at.StartLine);
            parses = parses.Intersect(read.Parses).ToList();
            faults.AddRange(read.Faults);
            pieces.AddRange(read.Pieces);
        }
        return new Reading { Parses = parses, Faults = faults, Pieces = pieces };
    }

    /// <summary>sqlcmd's own commands are no T-SQL.</summary>
    static string WithoutCommands(string sql) => Regex.Replace(sql, @"^:(?=[a-z])", "--", RegexOptions.Multiline);

    static string LineOf(string sql, int number) => Words.Short(sql.Split('\n').ElementAtOrDefault(number - 1) ?? "");
}

/// <summary>Texts that EXEC or sp_executesql run, where all of the text is there.</summary>
sealed class Executed : TSqlFragmentVisitor
{
    readonly List<(string Sql, TSqlFragment At)> found = [];

    public static IEnumerable<(string Sql, TSqlFragment At)> In(TSqlScript script)
    {
        var visitor = new Executed();
        script.Accept(visitor);
        return visitor.found;
    }

    public override void Visit(ExecutableStringList node)
    {
        if (node.Strings.All(part => part is StringLiteral))
            found.Add((string.Concat(node.Strings.Select(part => ((StringLiteral)part).Value)), node));
    }

    public override void Visit(ExecutableProcedureReference node)
    {
        var name = node.ProcedureReference?.ProcedureReference?.Name?.BaseIdentifier?.Value;
        if (!string.Equals(name, "sp_executesql", StringComparison.OrdinalIgnoreCase)) return;
        if (node.Parameters.FirstOrDefault()?.ParameterValue is StringLiteral text) found.Add((text.Value, node));
    }
}
