using System.CommandLine;
using Rackboot.Backup;
using Spectre.Console;

namespace Rackboot.Cli.Backups;

/// <summary>How a backup is opened.</summary>
internal sealed class UnlockOptions
{
    public Option<string?> PassphraseFile { get; } = new("--passphrase-file")
    {
        Description = "File of the passphrase; - reads standard input. Without it the terminal is asked.", HelpName = "FILE",
    };

    public Option<string?> PrivateKey { get; } = new("--private-key")
    {
        Description = "PEM file of the private key, for a backup that was made for its public key.", HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(PassphraseFile);
        command.Options.Add(PrivateKey);
    }

    /// <summary>What opens the backup, as it needs it.</summary>
    /// <exception cref="BackupException">It is not said, and nobody can be asked.</exception>
    public async Task<BackupUnlock> ReadAsync(ParseResult result, Stream backup, CancellationToken cancel)
    {
        var needsKey = await BackupReader.NeedsPrivateKeyAsync(backup, cancel);
        backup.Position = 0;
        if (result.GetValue(PrivateKey) is { } key)
            return new BackupUnlock.PrivateKey(await File.ReadAllTextAsync(key, cancel),
                result.GetValue(PassphraseFile) is { } file ? await ReadAsync(file, cancel) : null);
        if (needsKey)
            throw new BackupException("the backup was made for a public key; open it with the private one: --private-key FILE");
        return new BackupUnlock.Passphrase(await PassphraseAsync(result.GetValue(PassphraseFile), twice: false, cancel));
    }

    /// <summary>The passphrase of a file, or of the terminal.</summary>
    public static async Task<string> PassphraseAsync(string? file, bool twice, CancellationToken cancel)
    {
        if (file is not null)
            return await ReadAsync(file, cancel);
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
            throw new BackupException("there is no terminal to ask for the passphrase on; give it: --passphrase-file FILE");
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var text = Ask(console, "Passphrase:");
        return !twice || Ask(console, "Once more:") == text ? text : throw new BackupException("the two passphrases differ");
    }

    private static string Ask(IAnsiConsole console, string question) => console.Prompt(new TextPrompt<string>(question).Secret(null));

    private static async Task<string> ReadAsync(string file, CancellationToken cancel) =>
        (file == "-" ? await Console.In.ReadToEndAsync(cancel) : await File.ReadAllTextAsync(file, cancel)).TrimEnd('\r', '\n');
}
