using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>A text to be judged. Texts of one database know each other's tables, triggers and keys.</summary>
/// <param name="Script">Run by a client of the DBA's, and not through our driver, which sets the options.</param>
public sealed record Text(string Name, string Sql, bool Script = false, string Database = "");

/// <summary>Something a server would refuse.</summary>
/// <param name="Rule">The number of the server's message, or a word where it has none.</param>
/// <param name="Line">In the text; of what EXEC runs, the line of the EXEC.</param>
/// <param name="At">The place, in the words of the text.</param>
public sealed record Fault(string Rule, int Line, string Message, string At);

/// <param name="Parses">The parsers that take the text, by compatibility level.</param>
public sealed record Verdict(string Name, IReadOnlyList<int> Parses, IReadOnlyList<Fault> Faults);

public static class Court
{
    public static IEnumerable<Verdict> Judge(IReadOnlyList<Text> texts)
    {
        var readings = Reading.Of(texts);
        var databases = new Dictionary<string, Knowledge>();
        foreach (var text in texts)
        {
            if (!databases.TryGetValue(text.Database, out var knowledge))
                databases[text.Database] = knowledge = new Knowledge();
            foreach (var piece in readings[text.Sql].Pieces) knowledge.Learn(piece.Script);
        }
        return texts.Select(text => Heard(text, readings[text.Sql], databases[text.Database]));
    }

    static Verdict Heard(Text text, Reading reading, Knowledge knowledge)
    {
        var faults = new List<Fault>(reading.Faults);
        foreach (var (script, line) in reading.Pieces)
        {
            void Report(string rule, TSqlFragment at, string message) =>
                faults.Add(new Fault(rule, line ?? at.StartLine, message, Words.Excerpt(at)));
            foreach (var rule in Rules.All) rule(script, knowledge, Report);
            if (text.Script && line is null) SetOptions.Check(script, Report);
        }
        return new Verdict(text.Name, reading.Parses, faults.Distinct().OrderBy(fault => fault.Line).ToList());
    }
}

/// <summary>Says that a rule is broken, and where.</summary>
public delegate void Report(string rule, TSqlFragment at, string message);

public delegate void Rule(TSqlScript script, Knowledge knowledge, Report report);

public static class Rules
{
    public static readonly IReadOnlyList<Rule> All =
    [
        Ordering.Check, Naming.Check, Grouping.Check, Batches.Check, Outputs.Check, Keys.Check, Constraints.Check, Cascades.Check,
        Functions.Check, Nulls.Check,
    ];
}
