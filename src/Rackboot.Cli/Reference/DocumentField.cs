using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Contracts.Reference;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Reference;

/// <summary>A field of a document, or a whole document, for the reference.</summary>
/// <param name="Path"><c>bmc.cipherSuites</c>; empty for the document.</param>
/// <param name="Form">The type and allowed values.</param>
/// <param name="Says">The description.</param>
/// <param name="Default">The default value, if there is one.</param>
/// <param name="Example">A value, as JSON.</param>
/// <param name="Words">The allowed words and their meanings; empty if the field is not an enumeration.</param>
/// <param name="Members">Its own fields; empty for a plain value.</param>
public sealed record DocumentField(
    string Path, string Form, string Says, string? Default, string? Example, bool IsRequired, bool IsReadOnly,
    IReadOnlyList<(string Word, string Says)> Words, IReadOnlyList<DocumentField> Members)
{
    private static readonly Lazy<DocumentTexts> Texts = new(() => new DocumentTexts(typeof(DocumentField).Assembly));

    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>A document of the kind.</summary>
    public static DocumentField Of(string kind)
    {
        var type = DocumentForm.Kinds[kind];
        return new DocumentField("", "a document", Texts.Value.Summary("T:" + type.FullName), null, null, false, false, [],
            MembersOf(type, "", readOnly: false));
    }

    /// <summary>This field and all below it, without nested groups.</summary>
    public IEnumerable<DocumentField> All() => Members.SelectMany(m => m.All().Prepend(m));

    private static IReadOnlyList<DocumentField> MembersOf(Type group, string path, bool readOnly)
    {
        var usual = group.GetConstructor([]) is { } make ? make.Invoke(null) : null;
        return [.. DocumentForm.MembersOf(group)
            .Select(m => Member(m.Value, path.Length == 0 ? m.Key : $"{path}.{m.Key}", usual, readOnly))];
    }

    private static DocumentField Member(PropertyInfo property, string path, object? usual, bool readOnly)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        var item = DocumentForm.ItemOf(type);
        var (id, kind) = ($"P:{property.DeclaringType!.FullName}.{property.Name}", item ?? type);
        var says = Texts.Value.Summary(id) is { Length: > 0 } own ? own
            : Texts.Value.Parameter("T:" + property.DeclaringType.FullName, property.Name);
        readOnly |= property.GetCustomAttribute<ReadOnlyAttribute>()?.IsReadOnly == true;
        return new DocumentField(
            path, FormOf(type, item), says, DefaultOf(usual is null || readOnly ? null : property.GetValue(usual)), Texts.Value.Example(id),
            property.GetCustomAttribute<RequiredAttribute>() is not null, readOnly, kind.IsEnum ? WordsOf(kind) : [],
            DocumentForm.IsGroup(kind) ? MembersOf(kind, item is null ? path : path + "[]", readOnly) : []);
    }

    private static string FormOf(Type type, Type? item) =>
        item is not null ? $"list of {FormOf(item, null)}s"
        : type.IsEnum ? string.Join(", ", DocumentForm.WordsOf(type))
        : DocumentForm.IsMap(type) ? "map of texts"
        : type == typeof(bool) ? "true or false"
        : type == typeof(long) || type == typeof(int) ? "whole number"
        : type == typeof(double) ? "number"
        : type == typeof(DateTimeOffset) ? "time"
        : type == typeof(string) ? "text"
        : type.GetCustomAttribute<ShorthandAttribute>() is { } shorthand
            ? $"group, or its {JsonNamingPolicy.CamelCase.ConvertName(shorthand.Member)}"
        : "group";

    private static string? DefaultOf(object? value) => value switch
    {
        Enum word => JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
        long number => $"{number}",
        string { Length: > 0 } text => text,
        _ => null,
    };

    private static IReadOnlyList<(string, string)> WordsOf(Type choice) =>
        [.. Enum.GetNames(choice)
            .Select(n => (JsonNamingPolicy.CamelCase.ConvertName(n), Texts.Value.Summary($"F:{choice.FullName}.{n}")))];
}
