namespace Rackboot.Talos.Configuration.Fields;

/// <summary>Reads fields.txt; its header explains the notation. An error in it is a bug and throws.</summary>
internal sealed class FieldTableReader
{
    private static readonly Dictionary<string, ScalarType> Scalars = new()
    {
        ["string"] = ScalarType.String,
        ["bool"] = ScalarType.Bool,
        ["int"] = ScalarType.Int,
        ["int32"] = ScalarType.Int32,
        ["uint"] = ScalarType.UInt64,
        ["uint8"] = ScalarType.UInt8,
        ["uint16"] = ScalarType.UInt16,
        ["uint32"] = ScalarType.UInt32,
        ["uint64"] = ScalarType.UInt64,
        ["duration"] = ScalarType.Duration,
        ["url"] = ScalarType.Url,
        ["prefix"] = ScalarType.Prefix,
        ["addr"] = ScalarType.Address,
        ["addrport"] = ScalarType.AddressPort,
        ["mac"] = ScalarType.HardwareAddress,
        ["cel"] = ScalarType.Cel,
        ["size"] = ScalarType.Size,
        ["bytesize"] = ScalarType.ByteSize,
        ["sizematch"] = ScalarType.SizeMatch,
        ["disksize"] = ScalarType.DiskSize,
        ["disktype"] = ScalarType.DiskType,
        ["filemode"] = ScalarType.FileMode,
        ["base64"] = ScalarType.Base64,
        ["portrange"] = ScalarType.PortRange,
        ["routetable"] = ScalarType.RoutingTable,
        ["arg"] = ScalarType.Argument,
    };

    private readonly Dictionary<string, FieldType> _types = [];
    private readonly List<(FieldType Type, List<string[]> Lines)> _structs = [];
    private readonly List<(string Kind, FieldType Type, TalosRelease Since)> _documents = [];

    public static FieldTable Read(string text)
    {
        var reader = new FieldTableReader();
        reader.ReadHeads(text);
        foreach (var (type, lines) in reader._structs)
            type.Fields = [.. lines.Select(reader.ReadField)];
        return new FieldTable(reader._documents.Select(d => new DocumentKind(d.Kind, d.Type, d.Since)));
    }

    private void ReadHeads(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line[0] == ' ')
            {
                _structs[^1].Lines.Add(words);
                continue;
            }

            if (words[0] == "enum")
            {
                var enumeration = words[2..].Select(w => w == "=" ? "" : w).ToArray();
                _types.Add(words[1], new FieldType(TypeShape.Scalar, words[1], scalar: ScalarType.Enum) { Words = enumeration });
                continue;
            }

            var type = new FieldType(TypeShape.Struct, words[1]);
            _structs.Add((type, []));
            if (words[0] == "document")
                _documents.Add((words[1], type, words.Length > 2 ? Release(words[2]) : TalosRelease.Oldest));
            else
                _types.Add(words[1], type);
        }
    }

    private Field ReadField(string[] words)
    {
        var field = new Field(words[0], Type(words[1]));
        foreach (var flag in words.Skip(2))
        {
            field = flag switch
            {
                "?" => field with { OmitEmpty = true },
                "whole" => field with { Whole = true },
                "secret" => field with { Secret = true },
                "trimmed" => field with { Trimmed = true },
                _ when flag.StartsWith("by:", StringComparison.Ordinal) => field with { MergeBy = flag[3..].Split('|') },
                _ when flag.StartsWith("swap:", StringComparison.Ordinal) => field with { SwapBy = flag[5..] },
                _ => field with { Since = Release(flag) },
            };
        }

        return field;
    }

    private FieldType Type(string name)
    {
        if (_types.TryGetValue(name, out var known))
            return known;
        var type = name[0] switch
        {
            '*' => new FieldType(TypeShape.Pointer, name, Type(name[1..])),
            '[' => new FieldType(TypeShape.List, name, Type(name[1..^1])),
            '{' => new FieldType(TypeShape.Map, name, Type(name[1..^1])),
            _ when name == "free" => new FieldType(TypeShape.Free, name),
            _ when name == "any" => new FieldType(TypeShape.Any, name),
            _ => new FieldType(TypeShape.Scalar, name, scalar: Scalars[name]),
        };
        _types.Add(name, type);
        return type;
    }

    private static TalosRelease Release(string text) =>
        TalosRelease.TryParse(text, out var release) ? release : throw new FormatException($"fields.txt: \"{text}\" is no flag of a field");
}
