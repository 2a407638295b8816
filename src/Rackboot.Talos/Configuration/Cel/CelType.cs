namespace Rackboot.Talos.Configuration.Cel;

/// <summary>The CEL types in Talos's expressions. <see cref="Dyn"/> matches any.</summary>
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
