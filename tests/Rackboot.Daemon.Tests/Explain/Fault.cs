namespace Rackboot.Daemon.Tests.Explain;

/// <summary>A fault that is put into a boot, and what a person is to read within a minute.</summary>
/// <param name="Section">Where it stands on the page.</param>
/// <param name="Title">The fault.</param>
/// <param name="Cause">The cause that the API names.</param>
/// <param name="Says">The verdict, word for word.</param>
/// <param name="Put">Puts it, and names the machine, card or address to ask about.</param>
/// <param name="Settings">The configuration, where it is not the usual.</param>
internal sealed record Fault(string Section, string Title, string Cause, string Says, Func<FaultRack, Task<string>> Put,
    string? Settings = null, bool RealBmcs = false)
{
    /// <summary>Words that one of the remedies holds; null if nothing is to be done.</summary>
    public string? Remedy { get; init; }

    /// <summary>Words of what else is known.</summary>
    public string? Evidence { get; init; }

    /// <summary>TFTP gives clients up soon.</summary>
    public bool IsHasty { get; init; }

    public override string ToString() => Title;
}
