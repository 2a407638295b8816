namespace Rackboot.Lab.Storm.Boot;

/// <summary>A machine's boot cannot go on; the firmware begins again.</summary>
internal sealed class BootException(string message) : Exception(message);
