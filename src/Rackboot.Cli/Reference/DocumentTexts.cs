using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Rackboot.Cli.Reference;

/// <summary>What the code of the documents says of each of them, from the comments that the compiler gathered.</summary>
internal static partial class DocumentTexts
{
    private static readonly Lazy<Dictionary<string, XElement>> Members = new(Load);

    /// <summary>What a type, a member or a word is for; code stands in backquotes.</summary>
    /// <param name="id">As the compiler names it: <c>T:Rackboot.Contracts.Machine</c>.</param>
    public static string Summary(string id) => Members.Value.TryGetValue(id, out var member) ? Plain(member.Element("summary")) : "";

    /// <summary>The parameter of a record's constructor, which is its property too.</summary>
    public static string Parameter(string type, string name) => Members.Value.TryGetValue(type, out var member)
        ? Plain(member.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name)) : "";

    /// <summary>An example of a value, as JSON; null for none.</summary>
    public static string? Example(string id) => Members.Value.TryGetValue(id, out var member) ? member.Element("example")?.Value : null;

    private static Dictionary<string, XElement> Load()
    {
        using var stream = typeof(DocumentTexts).Assembly.GetManifestResourceStream("Rackboot.Contracts.xml")!;
        return XDocument.Load(stream).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
    }

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
        return System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
