namespace Rackboot.Talos.Configuration.Cel;

/// <summary>The types of CEL that Talos's expressions meet. <see cref="Dyn"/> fits any.</summary>
internal enum CelType
{
    Dyn,
    Bool,
    Int,
    UInt,
    Double,
    String,
    Bytes,
    Null,
    List,
    Map,
    /// <summary>A map from a class of cgroups to a number.</summary>
    ClassMap,
    Duration,
    Disk,
    Volume,
    Link,
}
