namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>What a scalar is, by the rules of Go's YAML library.</summary>
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
