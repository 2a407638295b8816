using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish.Tests.Server;

/// <summary>The resources of one service: a tree of ../shared/redfish (real BMCs), or a small one of our own in one file.</summary>
internal sealed class RedfishTree
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 128 };
    private static readonly Lock Gate = new();

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
        var all = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Trees", name + ".json")), documentOptions: Lenient)!.AsObject();
        foreach (var (path, resource) in all)
        {
            resource!["@odata.id"] = path;
            resource["Id"] ??= path.TrimEnd('/').Split('/')[^1];
            var text = resource.ToJsonString();
            tree._files[Key(path)] = () => text;
        }

        return tree;
    }

    private static RedfishTree LoadReal(string name)
    {
        var root = Unpack(name);
        if (Directory.Exists(Path.Combine(root, "redfish", "v1")))
            root = Path.Combine(root, "redfish", "v1");
        var tree = new RedfishTree(name);
        foreach (var file in Directory.EnumerateFiles(root, "index.json", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(root, Path.GetDirectoryName(file)!);
            tree._files[Key("/redfish/v1/" + (path == "." ? "" : path))] = () => File.ReadAllText(file);
        }

        return tree;
    }

    private static string Unpack(string name)
    {
        lock (Gate)
        {
            var folder = Path.Combine(Path.GetTempPath(), $"rackboot-redfish-{Environment.ProcessId}", name);
            if (Directory.Exists(folder))
                return folder;
            Directory.CreateDirectory(folder);
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
            using var tar = Process.Start("tar", ["xJf", Path.Combine(SharedFolder()!, name + ".tar.xz"), "-C", folder, "--strip-components=1"]);
            tar.WaitForExit();
            return tar.ExitCode == 0 ? folder : throw new InvalidOperationException($"tar could not unpack {name}");
        }
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
