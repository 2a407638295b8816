namespace Rackboot.Talos.Configuration.Fields;

/// <summary>The type of a scalar field.</summary>
public enum ScalarType
{
    String,
    Bool,
    Int,
    Int32,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    /// <summary>A word of a list (<see cref="FieldType.Words"/>).</summary>
    Enum,
    /// <summary>Go's notation: <c>1h30m</c>.</summary>
    Duration,
    Url,
    /// <summary>An address with its prefix length: <c>10.0.0.0/8</c>.</summary>
    Prefix,
    Address,
    AddressPort,
    /// <summary>Bytes in hexadecimal, colons allowed: a MAC address, a DUID.</summary>
    HardwareAddress,
    /// <summary>An expression in Google's Common Expression Language.</summary>
    Cel,
    /// <summary>Bytes with an optional unit: <c>10GiB</c>.</summary>
    ByteSize,
    /// <summary>Bytes or a percentage.</summary>
    Size,
    /// <summary>A size after an optional <c>&lt;=</c>, <c>&gt;=</c>, <c>&lt;</c>, <c>&gt;</c> or <c>==</c>.</summary>
    SizeMatch,
    /// <summary>Bytes with an optional unit, written in short form.</summary>
    DiskSize,
    DiskType,
    /// <summary>A file's mode, octal.</summary>
    FileMode,
    Base64,
    PortRange,
    /// <summary>A routing table by number or name.</summary>
    RoutingTable,
    /// <summary>The value of a command line flag: a text or a list of texts.</summary>
    Argument,
}
