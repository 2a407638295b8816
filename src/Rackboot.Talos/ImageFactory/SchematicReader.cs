using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Rackboot.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Talos.ImageFactory;

/// <summary>Reads a schematic as strictly as the factory, and reports every error.</summary>
internal sealed class SchematicReader
{
    private const int MostCharacters = 1024 * 1024;
    private const int MostDepth = 16;

    private readonly List<SchematicMistake> _mistakes = [];

    public static bool TryRead(string text, [NotNullWhen(true)] out Schematic? schematic, out IReadOnlyList<SchematicMistake> mistakes)
    {
        var reader = new SchematicReader();
        schematic = null;
        mistakes = reader._mistakes;
        if (reader.Load(text) is not { } root)
            return false;
        var read = reader.Read(root);
        if (reader._mistakes.Count == 0)
            schematic = read;
        return schematic is not null;
    }

    private YamlMappingNode? Load(string text)
    {
        try
        {
            if (text.Length > MostCharacters)
                return Refuse(1, $"is larger than {MostCharacters:N0} characters; this is not a schematic");
            text = YamlEnd.Of(text);
            if (Nesting(text) is { } deep)
                return Refuse(deep, "is nested too deeply, or uses anchors; write the values out");
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents switch
            {
                [] => Refuse(1, "is empty; write an empty schematic as: customization: {}"),
                [{ RootNode: YamlMappingNode root }] => root,
                [_] => Refuse(1, "is not a schematic; a schematic starts like: customization:"),
                _ => Refuse((int)stream.Documents[1].RootNode.Start.Line, "a second document starts here; a schematic is one document"),
            };
        }
        catch (YamlException e)
        {
            return Refuse((int)Math.Max(1, e.Start.Line), $"is not valid YAML: {e.InnerException?.Message ?? e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException)
        {
            return Refuse(1, "is not valid YAML"); // some broken input crashes the parser
        }
    }

    private static int? Nesting(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false }
                || (parser.Current is MappingStart or SequenceStart && ++depth > MostDepth))
                return (int)parser.Current!.Start.Line;
            if (parser.Current is MappingEnd or SequenceEnd)
                depth--;
        }

        return null;
    }

    private Schematic Read(YamlMappingNode root)
    {
        var members = Members(root, "", "owner", "overlay", "customization");
        var custom = Members(Mapping(members, "customization", ""), "customization",
            "embeddedMachineConfiguration", "extraKernelArgs", "meta", "systemExtensions", "bootloader", "secureboot", "diskImage");
        var extensions = Members(Mapping(custom, "systemExtensions", "customization"), "customization.systemExtensions",
            "officialExtensions");
        var secureBoot = Members(Mapping(custom, "secureboot", "customization"), "customization.secureboot", "enrollKeys",
            "includeWellKnownCertificates");
        var disk = Members(Mapping(custom, "diskImage", "customization"), "customization.diskImage", "sectorSize");
        return new Schematic
        {
            Owner = Text(members, "owner", ""),
            Overlay = Overlay(Mapping(members, "overlay", "")),
            EmbeddedMachineConfiguration = Text(custom, "embeddedMachineConfiguration", "customization"),
            ExtraKernelArgs = Texts(custom, "extraKernelArgs", "customization"),
            Meta = [.. Items(custom, "meta", "customization").Select(Meta).OfType<SchematicMeta>()],
            OfficialExtensions = Texts(extensions, "officialExtensions", "customization.systemExtensions"),
            Bootloader = Choice(custom, "bootloader", "customization", ["auto", "none", "dual-boot", "sd-boot", "grub"]) is "auto" or "none"
                ? "" : Text(custom, "bootloader", "customization").ToLowerInvariant(),
            EnrollKeys = Choice(secureBoot, "enrollKeys", "customization.secureboot", ["off", "manual", "if-safe", "force"]),
            IncludeWellKnownCertificates = Flag(secureBoot, "includeWellKnownCertificates", "customization.secureboot"),
            SectorSize = (uint)Number(disk.GetValueOrDefault("sectorSize"), "customization.diskImage.sectorSize", uint.MaxValue),
        };
    }

    private SchematicOverlay? Overlay(YamlMappingNode? node)
    {
        var members = Members(node, "overlay", "image", "name", "options");
        var overlay = new SchematicOverlay(Text(members, "image", "overlay"), Text(members, "name", "overlay"),
            FreeYaml.Lines(Mapping(members, "options", "overlay")));
        return overlay is { Image: "", Name: "", Options.Count: 0 } ? null : overlay;
    }

    private SchematicMeta? Meta(YamlNode node, int index)
    {
        var path = $"customization.meta[{index}]";
        if (node is not YamlMappingNode mapping)
        {
            Mistake(node, path, "must be a META value, like { key: 10, value: text }");
            return null;
        }

        var members = Members(mapping, path, "key", "value");
        return new SchematicMeta((byte)Number(members.GetValueOrDefault("key"), $"{path}.key", byte.MaxValue),
            Text(members, "value", path));
    }

    private Dictionary<string, YamlNode> Members(YamlMappingNode? node, string path, params string[] known)
    {
        var members = new Dictionary<string, YamlNode>();
        foreach (var (key, value) in (node ?? new YamlMappingNode()).Children)
            if (key is YamlScalarNode { Value: { } name } && known.Contains(name))
                members[name] = value;
            else
                Mistake(key, Join(path, (key as YamlScalarNode)?.Value ?? "?"),
                    $"unknown field; allowed: {string.Join(", ", known)}");
        return members;
    }

    private YamlMappingNode? Mapping(Dictionary<string, YamlNode> members, string key, string path)
    {
        if (!members.TryGetValue(key, out var node) || IsNull(node))
            return null;
        if (node is YamlMappingNode mapping)
            return mapping;
        Mistake(node, Join(path, key), "must be a mapping, with each field on its own line below it");
        return null;
    }

    private string Text(Dictionary<string, YamlNode> members, string key, string path) =>
        members.TryGetValue(key, out var node) ? Text(node, Join(path, key)) : "";

    private string Text(YamlNode node, string path)
    {
        if (IsNull(node))
            return "";
        if (node is YamlScalarNode { Value: { } value })
            return value;
        Mistake(node, path, "must be a single text");
        return "";
    }

    private string Choice(Dictionary<string, YamlNode> members, string key, string path, string[] allowed)
    {
        var text = Text(members, key, path);
        if (text.Length == 0 || allowed.Contains(text, StringComparer.OrdinalIgnoreCase))
            return text.ToLowerInvariant();
        Mistake(members[key], Join(path, key), $"\"{text}\" is not allowed; allowed: {string.Join(", ", allowed)}");
        return "";
    }

    private bool Flag(Dictionary<string, YamlNode> members, string key, string path)
    {
        var text = Text(members, key, path);
        if (text is not ("" or "true" or "True" or "TRUE" or "false" or "False" or "FALSE"))
            Mistake(members[key], Join(path, key), $"\"{text}\" is not true or false");
        return text.Equals("true", StringComparison.OrdinalIgnoreCase);
    }

    private long Number(YamlNode? node, string path, long most)
    {
        if (node is null || IsNull(node))
            return 0;
        var text = Text(node, path).Replace("_", "", StringComparison.Ordinal);
        var hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        if (long.TryParse(hexadecimal
            ? text[2..] : text, hexadecimal
            ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= 0 && number <= most && (hexadecimal || text.Length == 1 || text[0] != '0'))
            return number;
        Mistake(node, path, $"\"{text}\" is not a whole number from 0 to {most}");
        return 0;
    }

    private List<string> Texts(Dictionary<string, YamlNode> members, string key, string path) =>
        [.. Items(members, key, path).Select((node, i) => Text(node, $"{Join(path, key)}[{i}]"))];

    private IEnumerable<YamlNode> Items(Dictionary<string, YamlNode> members, string key, string path)
    {
        if (!members.TryGetValue(key, out var node) || IsNull(node))
            return [];
        if (node is YamlSequenceNode sequence)
            return sequence.Children;
        Mistake(node, Join(path, key), "must be a list, with a dash before each item");
        return [];
    }

    private YamlMappingNode? Refuse(int line, string message)
    {
        _mistakes.Add(new SchematicMistake(line, "", message));
        return null;
    }

    private void Mistake(YamlNode node, string path, string message) =>
        _mistakes.Add(new SchematicMistake((int)node.Start.Line, path, message));

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };
}
