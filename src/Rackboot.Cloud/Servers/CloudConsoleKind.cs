namespace Rackboot.Cloud;

/// <summary>How a console is reached.</summary>
public enum CloudConsoleKind
{
    Ipmi,
    Ssh,
    Vnc,
    Web,
}
