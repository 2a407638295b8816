namespace Rackboot.Talos.Configuration.Patching;

/// <summary>Why a patch does not apply. Used only in this folder; callers get a <see cref="ConfigurationMistake"/>.</summary>
internal sealed class PatchException(string message, int line = 0) : Exception(message)
{
    public int Line { get; } = line;
}
