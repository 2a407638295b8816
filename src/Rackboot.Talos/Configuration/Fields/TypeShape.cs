namespace Rackboot.Talos.Configuration.Fields;

/// <summary>The shapes of a type.</summary>
public enum TypeShape
{
    Scalar,
    Struct,
    List,
    Map,
    /// <summary>May be absent; what is present counts even when it is zero.</summary>
    Pointer,
    /// <summary>A mapping with anything in it.</summary>
    Free,
    /// <summary>Anything.</summary>
    Any,
}
