using System.Diagnostics;
using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>The resources of one service: a tree of ../shared/redfish (real BMCs), or a small one of our own in one file.</summary>
internal sealed class RedfishTree
{
    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 128,
    };

    private readonly Dictionary<string, Func<string>> _files = [];

    private RedfishTree(string name) => Name = name;

    public string Name { get; }

    /// <summary>The trees of real BMCs; none where ../shared does not exist.</summary>
    public static IReadOnlyList<string> Real { get; } =
        SharedFolder() is { } folder ? [.. Directory.GetFiles(folder, "*.tar.xz").Select(f => Path.GetFileName(f)[..^7]).Order()] : [];

    public static IReadOnlyList<string> Own { get; } = ["plain", "tray"];

    public static RedfishTree Load(string name) => Own.Contains(name) ? LoadOwn(name) : LoadReal(name);

    public JsonObject? Read(string path) =>
        _files.TryGetValue(Key(path), out var text) ? JsonNode.Parse(text(), documentOptions: Lenient) as JsonObject : null;

    /// <summary>Services differ in whether case and a closing slash matter; the trees' own links need that they do not.</summary>
    public static string Key(string path) => Uri.UnescapeDataString(path).TrimEnd('/').ToLowerInvariant();

    private static RedfishTree LoadOwn(string name)
    {
        var tree = new RedfishTree(name);
        var all = JsonNode.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Trees", name + ".json")), documentOptions: Lenient)!.AsObject();
        foreach (var (path, resource) in all)
        {
            resource!["@odata.id"] = path;
            resource["Id"] ??= path.TrimEnd('/').Split('/')[^1];
            var text = resource.ToJsonString();
            tree._files[Key(path)] = () => text;
        }

        return tree;
    }

    // Read into memory: nothing is left behind, however a test ends.
    private static RedfishTree LoadReal(string name)
    {
        var tree = new RedfishTree(name);
        var start = new ProcessStartInfo("xz", ["-dc", Path.Combine(SharedFolder()!, name + ".tar.xz")]) { RedirectStandardOutput = true };
        using var xz = Process.Start(start)!;
        using var tar = new TarReader(xz.StandardOutput.BaseStream);
        while (tar.GetNextEntry() is { } entry)
        {
            if (!entry.Name.EndsWith("/index.json", StringComparison.Ordinal) || entry.DataStream is null)
                continue;
            using var reader = new StreamReader(entry.DataStream);
            var text = reader.ReadToEnd();
            tree._files[Key(PathOf(entry.Name))] = () => text;
        }

        xz.WaitForExit();
        return xz.ExitCode == 0 ? tree : throw new InvalidOperationException($"xz could not unpack {name}");
    }

    // NAME/redfish/v1/Systems/index.json, or NAME/Systems/index.json.
    private static string PathOf(string entry)
    {
        var path = entry[entry.IndexOf('/', StringComparison.Ordinal)..^"/index.json".Length];
        var whole = path == "/redfish" || path.StartsWith("/redfish/", StringComparison.Ordinal)
            || path.StartsWith("/registries/", StringComparison.Ordinal);
        return whole ? path : "/redfish/v1" + path;
    }

    private static string? SharedFolder()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var shared = Path.Combine(directory.FullName, "shared", "redfish");
            if (Directory.Exists(shared))
                return shared;
        }

        return null;
    }
}
