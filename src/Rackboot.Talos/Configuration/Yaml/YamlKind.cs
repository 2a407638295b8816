namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>The type of a scalar, by the rules of Go's YAML library.</summary>
public enum YamlKind
{
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
    String,
    Merge,
    Other,
}
