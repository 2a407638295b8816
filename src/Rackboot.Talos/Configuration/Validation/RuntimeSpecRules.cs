using Rackboot.Talos.Configuration.Values;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Validation;

/// <summary>
/// Overrides of the OCI runtime specification: Talos refuses values that do not match the specification's types, and accepts unknown
/// keys (cri/base_runtime_spec.go; opencontainers/runtime-spec config.md). This checks the parts that overrides usually change.
/// </summary>
internal static class RuntimeSpecRules
{
    private static readonly Dictionary<string, string> Types = new()
    {
        ["ociVersion"] = "a text",
        ["hostname"] = "a text",
        ["domainname"] = "a text",
        ["process"] = "a mapping",
        ["root"] = "a mapping",
        ["hooks"] = "a mapping",
        ["annotations"] = "a mapping",
        ["linux"] = "a mapping",
        ["mounts"] = "a list",
        ["process.args"] = "a list",
        ["process.env"] = "a list",
        ["process.rlimits"] = "a list",
        ["process.rlimits[].type"] = "a text",
        ["process.rlimits[].hard"] = "a number",
        ["process.rlimits[].soft"] = "a number",
        ["process.capabilities"] = "a mapping",
        ["process.cwd"] = "a text",
        ["process.terminal"] = "a boolean",
        ["process.noNewPrivileges"] = "a boolean",
        ["process.oomScoreAdj"] = "a number",
        ["mounts[].destination"] = "a text",
        ["mounts[].type"] = "a text",
        ["mounts[].source"] = "a text",
        ["mounts[].options"] = "a list",
        ["linux.resources"] = "a mapping",
        ["linux.namespaces"] = "a list",
        ["linux.devices"] = "a list",
        ["linux.sysctl"] = "a mapping",
        ["linux.seccomp"] = "a mapping",
        ["linux.maskedPaths"] = "a list",
        ["linux.readonlyPaths"] = "a list",
    };

    public static void Document(Cursor document, RuleContext context) => Overrides(document["overrides"]);

    public static void Overrides(Cursor overrides) => Check(overrides, "");

    private static void Check(Cursor place, string path)
    {
        if (Types.TryGetValue(path, out var wanted) && place.Exists && Kind(place.Value!) != wanted)
        {
            place.Refuse($"must be {wanted}, as in the OCI runtime specification");
            return;
        }

        foreach (var (key, value) in place.Entries)
            Check(value, path.Length == 0 ? key : $"{path}.{key}");
        foreach (var item in place.Items)
            Check(item, path + "[]");
    }

    private static string Kind(ConfigValue value) => value switch
    {
        ConfigMap => "a mapping",
        ConfigList => "a list",
        ConfigScalar { Free.Kind: YamlKind.Bool } => "a boolean",
        ConfigScalar { Free.Kind: YamlKind.Int } => "a number",
        _ => "a text",
    };
}
