using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>
/// 1785: a table that one deletion, or one update, reaches by two ways, or by a way that comes back. Said of the key
/// that makes them meet.
/// </summary>
static class Cascades
{
    public static void Check(TSqlScript script, Knowledge knowledge, Report report)
    {
        for (var at = 0; at < knowledge.Cascades.Count; at++)
        {
            var cascade = knowledge.Cascades[at];
            if (cascade.At.ScriptTokenStream != script.ScriptTokenStream) continue;
            var there = knowledge.Cascades.Take(at).ToList();
            if ((cascade.OnDelete && Meet(cascade, there.Where(one => one.OnDelete).ToList())) ||
                (cascade.OnUpdate && Meet(cascade, there.Where(one => one.OnUpdate).ToList())))
                report("1785", cascade.At, $"The foreign key of {cascade.Table} may cause cycles or multiple cascade paths");
        }
    }

    /// <summary>Whether from where one comes to the new key, one comes already to where it leads.</summary>
    static bool Meet(Cascade cascade, List<Cascade> there)
    {
        var above = Reached(cascade.References, there, one => one.Table, one => one.References);
        var below = Reached(cascade.Table, there, one => one.References, one => one.Table);
        return above.Overlaps(below) || above.Any(start =>
            Reached(start, there, one => one.References, one => one.Table).Overlaps(below));
    }

    static HashSet<string> Reached(string start, List<Cascade> there, Func<Cascade, string> from, Func<Cascade, string> to)
    {
        var reached = new HashSet<string> { start };
        var waiting = new Queue<string>([start]);
        while (waiting.TryDequeue(out var table))
            foreach (var next in there.Where(one => from(one) == table).Select(to))
                if (reached.Add(next)) waiting.Enqueue(next);
        return reached;
    }
}
