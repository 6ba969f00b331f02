using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Judge;

/// <summary>A foreign key that does something to its rows when the row it points at is deleted or updated.</summary>
public sealed record Cascade(string Table, string References, bool OnDelete, bool OnUpdate, TSqlFragment At);

/// <summary>What all texts of a database say of its tables.</summary>
public sealed class Knowledge
{
    /// <summary>Columns of tables, by the names of both.</summary>
    public Dictionary<string, Dictionary<string, ColumnDefinition>> Tables { get; } = [];

    /// <summary>Tables and views with triggers, and which actions these are for.</summary>
    public Dictionary<string, HashSet<TriggerActionType>> Triggers { get; } = [];

    public List<Cascade> Cascades { get; } = [];

    /// <summary>Columns of primary keys.</summary>
    public Dictionary<string, string[]> PrimaryKeys { get; } = [];

    /// <summary>Tables by the names of their constraints, with the schema: there they have to differ.</summary>
    readonly Dictionary<string, string> constraints = [];

    /// <summary>Constraints whose name is that of another table's already.</summary>
    public List<(ConstraintDefinition At, string Other)> Clashes { get; } = [];

    public void Learn(TSqlScript script) => script.Accept(new Student(this));

    /// <summary>The actions that triggers of a table are for. Of the host's views nobody knows: they may have all.</summary>
    public bool HasTrigger(string table, TriggerActionType action) =>
        table.EndsWith(".host_user") || table.EndsWith(".host_sso_provider") || table.EndsWith(".host_licence") ||
        (Triggers.TryGetValue(table, out var actions) && actions.Contains(action));

    sealed class Student(Knowledge knowledge) : TSqlFragmentVisitor
    {
        public override void Visit(CreateTableStatement node)
        {
            var table = Words.NameOf(node.SchemaObjectName);
            // Made anew: what was known of an older one is over.
            Forget(table);
            knowledge.Tables[table] = new(Words.NoCase);
            Learn(table, node.Definition);
        }

        public override void Visit(AlterTableAddTableElementStatement node) =>
            Learn(Words.NameOf(node.SchemaObjectName), node.Definition);

        public override void Visit(DropTableStatement node)
        {
            foreach (var table in node.Objects.Select(Words.NameOf)) Forget(table);
        }

        void Forget(string table)
        {
            knowledge.Tables.Remove(table);
            knowledge.Triggers.Remove(table);
            knowledge.PrimaryKeys.Remove(table);
            knowledge.Cascades.RemoveAll(cascade => cascade.Table == table);
            foreach (var (name, of) in knowledge.constraints.ToList())
                if (of == table) knowledge.constraints.Remove(name);
        }

        public override void Visit(TriggerStatementBody node)
        {
            if (node.TriggerObject?.Name is not { } target) return;
            var table = Words.NameOf(target);
            if (!knowledge.Triggers.TryGetValue(table, out var actions)) knowledge.Triggers[table] = actions = [];
            foreach (var action in node.TriggerActions) actions.Add(action.TriggerActionType);
        }

        void Learn(string table, TableDefinition? definition)
        {
            if (definition is null) return;
            foreach (var column in definition.ColumnDefinitions)
            {
                if (knowledge.Tables.TryGetValue(table, out var columns))
                    columns[column.ColumnIdentifier.Value] = column;
                foreach (var constraint in column.Constraints.Append(column.DefaultConstraint).OfType<ConstraintDefinition>())
                    Learn(table, constraint, column.ColumnIdentifier.Value);
            }
            foreach (var constraint in definition.TableConstraints) Learn(table, constraint, null);
        }

        void Learn(string table, ConstraintDefinition constraint, string? column)
        {
            if (constraint.ConstraintIdentifier is { } name)
            {
                var other = knowledge.constraints.GetValueOrDefault(Words.InSchemaOf(table, name.Value), table);
                if (other != table) knowledge.Clashes.Add((constraint, other));
                else knowledge.constraints[Words.InSchemaOf(table, name.Value)] = table;
            }
            if (constraint is UniqueConstraintDefinition { IsPrimaryKey: true } primary)
                knowledge.PrimaryKeys[table] = column is not null ? [column]
                    : primary.Columns.Select(one => Words.ColumnOf(one.Column) ?? "").ToArray();
            if (constraint is not ForeignKeyConstraintDefinition key) return;
            var (onDelete, onUpdate) = (Acts(key.DeleteAction), Acts(key.UpdateAction));
            if (onDelete || onUpdate)
                knowledge.Cascades.Add(new(table, Words.NameOf(key.ReferenceTableName), onDelete, onUpdate, key));
        }

        static bool Acts(DeleteUpdateAction action) => action is DeleteUpdateAction.Cascade
            or DeleteUpdateAction.SetNull or DeleteUpdateAction.SetDefault;
    }
}
