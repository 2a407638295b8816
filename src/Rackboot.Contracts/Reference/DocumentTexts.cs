using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rackboot.Contracts.Reference;

/// <summary>The descriptions of documents and their members, from this project's comments. The compiler puts them into a file that programs
/// embed.</summary>
public sealed partial class DocumentTexts
{
    private readonly Dictionary<string, XElement> _members;

    /// <summary>Reads the texts that <paramref name="program"/> embeds as Rackboot.Contracts.xml.</summary>
    public DocumentTexts(Assembly program)
    {
        using var stream = program.GetManifestResourceStream("Rackboot.Contracts.xml")
            ?? throw new InvalidOperationException($"{program.GetName().Name} does not embed Rackboot.Contracts.xml");
        _members = XDocument.Load(stream).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
    }

    /// <summary>The description of a type, a member or an enum value; code is in backquotes.</summary>
    /// <param name="id">The compiler's name for it: <c>T:Rackboot.Contracts.Machine</c>.</param>
    public string Summary(string id) => _members.TryGetValue(id, out var member) ? Plain(member.Element("summary")) : "";

    /// <summary>The description of a type; for an enum, also of each value.</summary>
    public string WithWords(Type choice)
    {
        var text = Summary("T:" + choice.FullName);
        foreach (var word in Enum.GetNames(choice))
            if (Summary($"F:{choice.FullName}.{word}") is { Length: > 0 } says)
                text += $" `{JsonNamingPolicy.CamelCase.ConvertName(word)}`: {says}";
        return text;
    }

    /// <summary>The parameter of a record's constructor; it is also a property.</summary>
    public string Parameter(string type, string name) => _members.TryGetValue(type, out var member)
        ? Plain(member.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name)) : "";

    /// <summary>An example of a value, as JSON; null for none.</summary>
    public string? Example(string id) => _members.TryGetValue(id, out var member) ? member.Element("example")?.Value : null;

    private static string Plain(XElement? element)
    {
        if (element is null)
            return "";
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
            _ = node switch
            {
                XElement { Name.LocalName: "c" } code => text.Append('`').Append(code.Value).Append('`'),
                XElement { Name.LocalName: "see" } see => text.Append('`').Append(Word(see.Attribute("cref")?.Value ?? "")).Append('`'),
                XElement other => text.Append(other.Value),
                XText plain => text.Append(plain.Value),
                _ => text,
            };
        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    // P:Rackboot.Contracts.Cluster.Vip is vip in a document.
    private static string Word(string reference)
    {
        var name = reference[(reference.LastIndexOf('.') + 1)..];
        return JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
