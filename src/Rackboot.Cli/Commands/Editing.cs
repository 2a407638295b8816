using System.CommandLine;
using System.Diagnostics;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Contracts.Yaml;

namespace Rackboot.Cli.Commands;

/// <summary>Opens a text in an editor, again and again until it is valid or the operator cancels.</summary>
internal sealed class Editing(string name, string original, InvocationConfiguration console)
{
    private static readonly string[] Variables = ["RACKBOOT_EDITOR", "EDITOR"];

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Edits the text and applies it.</summary>
    /// <param name="apply">Applies a document; returns its errors with their lines, or none.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<YamlDocument, Task<IReadOnlyList<(int Line, string Mistake)>>> apply, CancellationToken cancel)
    {
        var path = Path.Combine(Path.GetTempPath(), $"rackboot-edit-{Path.GetRandomFileName()[..8]}.yaml");
        await using (File.Open(path,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
        }

        IReadOnlyList<(int Line, string Mistake)> mistakes = [];
        for (var (text, refused) = (original, (string?)null); ;)
        {
            var heading = Heading(mistakes);
            await File.WriteAllTextAsync(path, heading + text, cancel);
            if (!await OpenAsync(path, cancel))
                return Stop(path, keep: refused is not null, "the editor failed; nothing was changed", ExitCode.Failed);
            text = Body(await File.ReadAllTextAsync(path, cancel));
            if (text == original || text.Trim().Length == 0)
                return Stop(path, keep: false, "nothing was changed", ExitCode.Ok);
            if (text == refused)
            {
                foreach (var (_, mistake) in mistakes)
                    console.Error.WriteLine(Printable.Of($"rackboot: {mistake}"));
                return Stop(path, keep: true, "cancelled; nothing was changed", ExitCode.Usage);
            }

            try
            {
                mistakes = Read(text, out var document) is { Count: > 0 } wrong ? wrong : await apply(document!);
            }
            catch (Exception e) when (e is ApiException or HttpRequestException)
            {
                Stop(path, keep: true, "not applied", ExitCode.Failed);
                throw;
            }

            if (mistakes.Count == 0)
            {
                File.Delete(path);
                console.Output.WriteLine(Printable.Of($"{name} configured"));
                return ExitCode.Ok;
            }

            refused = text;
        }
    }

    // Lines are numbered as the editor shows them, below this heading.
    private string Heading(IReadOnlyList<(int Line, string Mistake)> mistakes)
    {
        string[] head = [$"# {name}. Lines up here that start with # are ignored. To cancel, change nothing or empty the file.",
            .. mistakes.Count > 0 ? ["# Not applied because of these errors:"] : Array.Empty<string>()];
        var above = head.Length + mistakes.Count;
        return string.Concat(head.Concat(mistakes.Select(m => $"# line {m.Line + above}: {Printable.Of(m.Mistake)}"))
            .Select(l => l + "\n"));
    }

    // The text without the comments at its top.
    private static string Body(string text)
    {
        while (text.StartsWith('#'))
            text = text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0 ? text[(end + 1)..] : "";
        return text;
    }

    private static List<(int Line, string Mistake)> Read(string text, out YamlDocument? document)
    {
        var documents = new YamlDocuments();
        documents.Add("", text, Directory.GetCurrentDirectory());
        document = documents.Documents.Count == 1 ? documents.Documents[0] : null;
        var mistakes = documents.Errors.Select(e => e.Split(':', 3))
            .Select(parts => (int.TryParse(parts[1], out var line) ? line : 1, parts[^1].Trim())).ToList();
        if (mistakes.Count == 0 && document is null)
            mistakes.Add((1, $"expected one document, found {documents.Documents.Count}"));
        return mistakes;
    }

    // As kubectl and git do: the variable holds a command line.
    private static async Task<bool> OpenAsync(string path, CancellationToken cancel)
    {
        var editor = Variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(e => !string.IsNullOrWhiteSpace(e)) ?? "vi";
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{editor} \"$1\"", "rackboot", path]))!;
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0;
    }

    private int Stop(string path, bool keep, string why, int exit)
    {
        if (keep)
            why += $"; your text is in {path}";
        else
            File.Delete(path);
        console.Error.WriteLine($"rackboot: {why}");
        return exit;
    }
}
