using Microsoft.SqlServer.TransactSql.ScriptDom;
using Sets = Microsoft.SqlServer.TransactSql.ScriptDom.SetOptions;

namespace Judge;

/// <summary>
/// set-options: a script has to set the seven options that tables with indexes over computed columns, filtered indexes
/// and indexed views require of every session that writes them (1934), before it does anything else: clients differ.
/// https://learn.microsoft.com/sql/t-sql/statements/set-quoted-identifier-transact-sql
/// </summary>
static class SetOptions
{
    static readonly (Sets Option, string Name, bool On)[] Seven =
    [
        (Sets.QuotedIdentifier, "QUOTED_IDENTIFIER", true),
        (Sets.AnsiNulls, "ANSI_NULLS", true),
        (Sets.AnsiPadding, "ANSI_PADDING", true),
        (Sets.AnsiWarnings, "ANSI_WARNINGS", true),
        (Sets.ArithAbort, "ARITHABORT", true),
        (Sets.ConcatNullYieldsNull, "CONCAT_NULL_YIELDS_NULL", true),
        (Sets.NumericRoundAbort, "NUMERIC_ROUNDABORT", false),
    ];

    public static void Check(TSqlScript script, Report report)
    {
        var set = new Dictionary<string, bool>();
        TSqlStatement? first = null;
        foreach (var statement in script.Batches.SelectMany(batch => batch.Statements))
        {
            if (statement is PredicateSetStatement options)
            {
                foreach (var (option, name, on) in Seven.Where(one => options.Options.HasFlag(one.Option)))
                {
                    if (first is not null && options.IsOn != on)
                        report("set-options", options, $"{name} is set {(on ? "off" : "on")} again");
                    else if (first is null) set[name] = options.IsOn;
                }
            }
            else if (!IsSetting(statement)) first ??= statement;
        }
        var wrong = Seven.Where(one => !set.TryGetValue(one.Name, out var on) || on != one.On).ToList();
        if (wrong.Count > 0 && first is not null)
            report("set-options", first, $"Before it, nothing sets {string.Join(", ", wrong.Select(one => $"{one.Name} {(one.On ? "ON" : "OFF")}"))}");
    }

    static bool IsSetting(TSqlStatement statement) => statement is SetOnOffStatement or SetCommandStatement
        or SetTransactionIsolationLevelStatement or UseStatement or PrintStatement;
}
