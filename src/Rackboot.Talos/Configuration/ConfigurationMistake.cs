using System.Text;

namespace Rackboot.Talos.Configuration;

/// <summary>An error in a configuration, with its place. It never contains the value of a secret field.</summary>
/// <param name="Document">The document, <c>HostnameConfig</c> or <c>LinkConfig/eth0</c>; empty if it is unknown.</param>
/// <param name="Path">The place in it, <c>machine.network.interfaces[0].mtu</c>; empty for the document itself.</param>
/// <param name="Line">The line, from 1; 0 without a file.</param>
/// <param name="Message">What is wrong and what to write instead.</param>
public sealed record ConfigurationMistake(string Document, string Path, int Line, string Message)
{
    /// <summary>The file; null if the configuration is not from a file.</summary>
    public string? File { get; init; }

    /// <summary>Whether Talos still accepts the configuration.</summary>
    public bool IsWarning { get; init; }

    /// <summary><c>cp.yaml:12: LinkConfig/eth0 mtu: …</c></summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        if (File is not null || Line > 0)
            text.Append(File ?? "line ").Append(File is not null && Line > 0 ? ":" : "").Append(Line > 0 ? Line.ToString(null, null) : "")
                .Append(": ");
        if (Document.Length > 0)
            text.Append(Document).Append(Path.Length > 0 ? " " : ": ");
        if (Path.Length > 0)
            text.Append(Path).Append(": ");
        return text.Append(Message).ToString();
    }
}
