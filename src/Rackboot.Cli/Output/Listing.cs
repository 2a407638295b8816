namespace Rackboot.Cli.Output;

/// <summary>The columns of one kind.</summary>
public sealed class Listing<T>(IReadOnlyList<Field<T>> fields)
{
    public IReadOnlyList<Field<T>> Fields => fields;

    /// <summary>A table that takes pages of things.</summary>
    /// <param name="width">Width of the screen; null for no limit.</param>
    public Table Columns(int? width) => new(new Columns(width, [.. fields.Select(f => new Column(f.Title, f.Rank))]), fields);

    /// <summary>The same with one more column at the end, unless it has it.</summary>
    public Listing<T> With(Field<T> field) => fields.Any(f => f.Title == field.Title) ? this : new Listing<T>([.. fields, field]);

    /// <summary><paramref name="things"/> sorted by a column.</summary>
    public IEnumerable<T> Sorted(IEnumerable<T> things, string column)
    {
        var field = Named(column) ?? fields[0];
        return field.Key is { } key
            ? things.OrderBy(t => key(t) is null).ThenBy(key)
            : things.OrderBy(t => string.IsNullOrEmpty(field.Text(t))).ThenBy(field.Text, StringComparer.Ordinal);
    }

    /// <summary>The column with this title, in any spelling: <c>HOST NAME</c>, <c>host-name</c>.</summary>
    public Field<T>? Named(string column) =>
        fields.FirstOrDefault(f => string.Equals(
            f.Title.Replace(' ', '-'), column.Trim().Replace(' ', '-'), StringComparison.OrdinalIgnoreCase));

    /// <summary>The cells of <paramref name="thing"/> without ages. If this text differs, the thing has changed.</summary>
    public string Fingerprint(T thing) => string.Join('\t', fields.Where(f => !f.Ages).Select(f => f.Text(thing)));

    /// <summary>A table written while its things arrive.</summary>
    public sealed class Table(Columns columns, IReadOnlyList<Field<T>> fields)
    {
        public void Write(TextWriter output, IEnumerable<T> things)
        {
            foreach (var thing in things)
                columns.Add([.. fields.Select(f => f.Text(thing))]);
            columns.Write(output);
        }
    }
}
