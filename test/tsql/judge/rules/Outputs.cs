using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>334: OUTPUT without INTO on a table or a view with triggers.</summary>
sealed class Outputs(Knowledge knowledge, Report report) : TSqlFragmentVisitor
{
    public static void Check(TSqlScript script, Knowledge knowledge, Report report) =>
        script.Accept(new Outputs(knowledge, report));

    public override void Visit(DataModificationSpecification node)
    {
        if (node.OutputClause is null || Target(node) is not { } table) return;
        if (Actions(node).Any(action => knowledge.HasTrigger(table, action)))
            report("334", node.OutputClause, $"The target table '{table}' cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO");
    }

    static string? Target(DataModificationSpecification node)
    {
        if (node.Target is not NamedTableReference named) return null;
        var from = (node as UpdateDeleteSpecificationBase)?.FromClause;
        var aliased = Sources.Of(from).FirstOrDefault(source => named.SchemaObject.SchemaIdentifier is null &&
            Words.Same(source.Name, named.SchemaObject.BaseIdentifier.Value)).Table as NamedTableReference;
        return Words.NameOf((aliased ?? named).SchemaObject);
    }

    static IEnumerable<TriggerActionType> Actions(DataModificationSpecification node) => node switch
    {
        InsertSpecification => [TriggerActionType.Insert],
        UpdateSpecification => [TriggerActionType.Update],
        DeleteSpecification => [TriggerActionType.Delete],
        _ => [TriggerActionType.Insert, TriggerActionType.Update, TriggerActionType.Delete],
    };
}
