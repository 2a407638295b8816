using System.Text.Json;

namespace Rackboot.Cli.Contexts;

/// <summary>The appliances that this user logged in to, in a file that only they may read.</summary>
public sealed record ContextFile
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The one in use; null: the daemon on this host.</summary>
    public string? Current { get; init; }

    public SortedDictionary<string, ServerContext> Contexts { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Where it is: <c>$RACKBOOT_CONFIG</c>, else <c>~/.config/rackboot/contexts.json</c>.</summary>
    public static string Path => Environment.GetEnvironmentVariable("RACKBOOT_CONFIG") is { Length: > 0 } path ? path
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "rackboot", "contexts.json");

    /// <summary>What is stored; nothing if there is no file.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ContextFile Read()
    {
        try
        {
            return JsonSerializer.Deserialize<ContextFile>(File.ReadAllBytes(Path), Form) ?? new ContextFile();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ContextFile();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{Path} cannot be read: {e.Message}; delete it, and log in again: rackboot login", e);
        }
    }

    /// <summary>The context with this name.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public ServerContext Named(string name) => Contexts.TryGetValue(name, out var context) ? context
        : throw new InvalidDataException($"there is no context {name}; rackboot context list shows them, rackboot login makes one");

    /// <summary>Replaces the file, whole or not at all.</summary>
    public void Write()
    {
        var directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var draft = $"{Path}.{Environment.ProcessId}";
        using (var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            JsonSerializer.Serialize(file, this, Form);
        File.Move(draft, Path, overwrite: true);
    }
}
