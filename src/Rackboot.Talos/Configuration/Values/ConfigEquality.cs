using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>Whether two values are equal. As in Go, zero values equal absent ones, and values behind two pointers are
/// not.</summary>
internal static class ConfigEquality
{
    public static bool Same(ConfigValue? a, ConfigValue? b) => (a, b) switch
    {
        (null, null) => true,
        (null, ConfigScalar s) => s.IsZero,
        (ConfigScalar s, null) => s.IsZero,
        (ConfigScalar s, ConfigScalar t) => s.Text == t.Text,
        (ConfigStruct s, ConfigStruct t) => s.Type.Fields.All(f => f.Type.Shape == TypeShape.Pointer ? s[f.Key] is null && t[f.Key] is null
            : Same(s[f.Key], t[f.Key])),
        (ConfigList s, ConfigList t) => s.Items.Count == t.Items.Count && s.Items.Zip(t.Items).All(p => Same(p.First, p.Second)),
        (ConfigMap s, ConfigMap t) => s.Values.Count == t.Values.Count
            && s.Values.All(e => t.Values.TryGetValue(e.Key, out var other) && Same(e.Value, other)),
        _ => false,
    };
}
