namespace Rackboot.Talos.Configuration.Fields;

/// <summary>The shapes of a type.</summary>
public enum TypeShape
{
    Scalar,
    Struct,
    List,
    Map,
    /// <summary>Can be absent; if present, it counts even if it is zero.</summary>
    Pointer,
    /// <summary>A mapping with anything in it.</summary>
    Free,
    /// <summary>Anything.</summary>
    Any,
}
