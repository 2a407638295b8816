using System.Collections.Frozen;

namespace Rackboot.Talos.Configuration.Fields;

/// <summary>A type of the table of fields.</summary>
public sealed class FieldType
{
    private FrozenDictionary<string, Field>? _byKey;
    private bool? _resetsWhenAbsent;

    internal FieldType(TypeShape shape, string name, FieldType? element = null, ScalarType scalar = default) =>
        (Shape, Name, Element, Scalar) = (shape, name, element, scalar);

    public TypeShape Shape { get; }

    /// <summary>Its name in the table.</summary>
    public string Name { get; }

    /// <summary>The target type of a pointer, or the element type of a list or map.</summary>
    public FieldType? Element { get; }

    public ScalarType Scalar { get; }

    /// <summary>The fields of a struct, in the order of Talos's output.</summary>
    public IReadOnlyList<Field> Fields { get; internal set; } = [];

    /// <summary>The words of an enum. The first is Go's zero value; empty if the zero value has no word.</summary>
    public IReadOnlyList<string> Words { get; internal init; } = [];

    /// <summary>The type without the pointer.</summary>
    public FieldType Target => Shape == TypeShape.Pointer ? Element! : this;

    /// <summary>Whether a patch changes it even without mentioning it (see StrategicMerge).</summary>
    public bool ResetsWhenAbsent => _resetsWhenAbsent ??= Shape switch
    {
        TypeShape.Scalar => Scalar is ScalarType.Bool or ScalarType.Cel or ScalarType.ByteSize or ScalarType.Base64,
        TypeShape.Struct => Fields.Any(f => f.Type.ResetsWhenAbsent),
        _ => false,
    };

    /// <summary>The field with this key, or null.</summary>
    public Field? Find(string key) => (_byKey ??= Fields.ToFrozenDictionary(f => f.Key)).GetValueOrDefault(key);

    /// <summary>The allowed values, for an error.</summary>
    public string Describe() => Shape switch
    {
        TypeShape.Pointer => Element!.Describe(),
        TypeShape.List => "a list",
        TypeShape.Struct or TypeShape.Map or TypeShape.Free => "a mapping",
        TypeShape.Any => "any value",
        _ => DescribeScalar(),
    };

    private string DescribeScalar() => Scalar switch
    {
        ScalarType.Bool => "true or false",
        ScalarType.Int => "an integer",
        ScalarType.Int32 => "a 32-bit integer",
        ScalarType.UInt8 => "an integer from 0 to 255",
        ScalarType.UInt16 => "an integer from 0 to 65535",
        ScalarType.UInt32 => "an integer from 0 to 4294967295",
        ScalarType.UInt64 => "a non-negative integer",
        ScalarType.Enum => "one of " + string.Join(", ", Words.Where(w => w.Length > 0)),
        ScalarType.Duration => "a duration such as 30s, 5m or 1h30m",
        ScalarType.Url => "a URL",
        ScalarType.Prefix => "an address with a prefix length, such as 10.0.0.0/24",
        ScalarType.Address => "an IP address",
        ScalarType.AddressPort => "an IP address and a port, such as 10.0.0.1:51820",
        ScalarType.HardwareAddress => "bytes in hexadecimal, such as 02:00:00:12:34:56",
        ScalarType.Cel => "a CEL expression",
        ScalarType.ByteSize or ScalarType.DiskSize => "a size such as 1048576 or 10GiB",
        ScalarType.Size => "a size such as 10GiB or 25%",
        ScalarType.SizeMatch => "a comparison and a size, such as \">= 400GB\"",
        ScalarType.FileMode => "a file mode in octal, such as 0o644",
        ScalarType.Base64 => "base64 text",
        ScalarType.PortRange => "a port or a range of ports, such as 8000-8100",
        ScalarType.RoutingTable => "a routing table: 1 to 252, default, main or local",
        ScalarType.Argument => "a text or a list of texts",
        _ => "a text",
    };
}
