using System.Collections.Frozen;

namespace Rackboot.Talos.Configuration.Fields;

/// <summary>The valid contents of a machine configuration: kinds, fields, types and the releases that accept them (fields.txt).</summary>
public sealed class FieldTable
{
    private static readonly Lazy<FieldTable> Known = new(() =>
    {
        using var stream = typeof(FieldTable).Assembly.GetManifestResourceStream("fields.txt")!;
        using var text = new StreamReader(stream);
        return FieldTableReader.Read(text.ReadToEnd());
    });

    private readonly FrozenDictionary<string, DocumentKind> _kinds;

    internal FieldTable(IEnumerable<DocumentKind> kinds) => _kinds = kinds.ToFrozenDictionary(k => k.Name);

    /// <summary>The table of Talos 1.11 to 1.14.</summary>
    public static FieldTable Default => Known.Value;

    public IEnumerable<DocumentKind> Kinds => _kinds.Values.OrderBy(k => k.Name, StringComparer.Ordinal);

    /// <summary>The document without a kind: machine and cluster.</summary>
    public DocumentKind Legacy => _kinds[DocumentKind.Legacy];

    public DocumentKind? Find(string kind) => _kinds.GetValueOrDefault(kind);

    /// <summary>This table with further kinds. Existing kinds stay unchanged.</summary>
    public FieldTable With(IEnumerable<DocumentKind> kinds) =>
        new(_kinds.Values.Concat(kinds.Where(k => !_kinds.ContainsKey(k.Name))).DistinctBy(k => k.Name));
}
