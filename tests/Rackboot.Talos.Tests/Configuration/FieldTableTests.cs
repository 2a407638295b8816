using System.Text.Json;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Tests.Configuration;

/// <summary>The table of fields against the schemas that Talos publishes.</summary>
public sealed class FieldTableTests
{
    // SOURCE.md of ../shared/talos and the code: the schemas name kinds otherwise than Talos registers them.
    private static readonly Dictionary<string, string> MisnamedKinds = new()
    {
        ["UnattendedInstall"] = "UnattendedInstallConfig",
        ["KubeSpanEndpoints"] = "KubeSpanEndpointsConfig",
    };

    public static TheoryData<string, string> Schemas => new()
    {
        { "config-v1.11.schema.json", "1.11" },
        { "config-v1.12.schema.json", "1.12" },
        { "config-v1.13.schema.json", "1.13" },
        { "config.schema.json", "1.14" },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void The_table_has_every_field_of_the_schema_for_its_release(string file, string release)
    {
        var path = SharedFile(file);
        Assert.SkipWhen(path is null, "the schemas of Talos (../shared/talos) are not here");
        using var schema = JsonDocument.Parse(File.ReadAllText(path!));
        Assert.True(TalosRelease.TryParse(release, out var wanted));
        var walk = new Walk(schema.RootElement.GetProperty("$defs"), wanted);
        foreach (var root in schema.RootElement.GetProperty("oneOf").EnumerateArray())
            walk.Document(root.GetProperty("$ref").GetString()!["#/$defs/".Length..]);
        Assert.Empty(walk.Missing);
        Assert.InRange(walk.Compared, 300, 5000);
    }

    [Theory]
    [InlineData("ImageVerificationConfig", "1.13")] // in no schema: pkg/machinery/config/types/security/image_verification.go
    [InlineData("UnattendedInstallConfig", "1.14")]
    [InlineData("KubeSpanEndpointsConfig", "1.11")]
    [InlineData("HostnameConfig", "1.12")]
    public void Kinds_that_the_schemas_lack_or_misname_are_known_with_their_release(string kind, string since) =>
        Assert.Equal(since, FieldTable.Default.Find(kind)?.Since.ToString());

    [Fact]
    public void Fields_that_were_deprecated_before_a_schema_was_made_are_still_taken()
    {
        var machine = FieldTable.Default.Legacy.Type.Find("machine")!.Type.Target;
        foreach (var key in new[] { "registries", "install", "network", "kubelet", "disks", "systemDiskEncryption", "udev", "files", "env",
            "time" })
            Assert.NotNull(machine.Find(key));
    }

    private static string? SharedFile(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "shared", "talos", name);
            if (File.Exists(path))
                return path;
        }

        return null;
    }

    /// <summary>Goes through a schema and the table side by side.</summary>
    private sealed class Walk(JsonElement definitions, TalosRelease release)
    {
        private readonly HashSet<(string, FieldType)> _seen = [];

        public List<string> Missing { get; } = [];

        public int Compared { get; private set; }

        public void Document(string name)
        {
            var kind = definitions.GetProperty(name).GetProperty("properties").TryGetProperty("kind", out var k)
                && k.TryGetProperty("enum", out var names)
                ? names[0].GetString()! : DocumentKind.Legacy;
            kind = MisnamedKinds.GetValueOrDefault(kind, kind);
            if (FieldTable.Default.Find(kind) is not { } known)
                Missing.Add(kind);
            else if (known.Since > release)
                Missing.Add($"{kind} since {known.Since}");
            else
                Definition(name, known.Type, kind);
        }

        private void Definition(string name, FieldType type, string path)
        {
            if (!_seen.Add((name, type)) || !definitions.GetProperty(name).TryGetProperty("properties", out var properties))
                return;
            foreach (var property in properties.EnumerateObject()
                .Where(p => p.Name is not ("apiVersion" or "kind") || type.Find(p.Name) is not null))
            {
                var place = $"{path}.{property.Name}";
                Compared++;
                if (type.Target.Find(property.Name) is not { } field)
                    Missing.Add(place);
                else if (field.Since > release)
                    Missing.Add($"{place} since {field.Since}");
                else
                    Value(property.Value, field.Type, place);
            }
        }

        private void Value(JsonElement schema, FieldType type, string path)
        {
            type = type.Target;
            if (schema.TryGetProperty("$ref", out var reference))
            {
                if (type.Shape == TypeShape.Struct)
                    Definition(reference.GetString()!["#/$defs/".Length..], type, path);
            }
            else if (schema.TryGetProperty("items", out var items))
            {
                if (type.Shape != TypeShape.List)
                    Missing.Add($"{path} as a list");
                else
                    Value(items, type.Element!, path + "[]");
            }
            else if (schema.TryGetProperty("patternProperties", out var patterns) && type.Shape == TypeShape.Map)
            {
                foreach (var pattern in patterns.EnumerateObject())
                    Value(pattern.Value, type.Element!, path + ".*");
            }
        }
    }
}
